"""Units as the offices keep them: registered, proved, changed, and the people who belong to them (§一, §三)."""
