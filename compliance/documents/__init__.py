"""What the compliance room prints."""
