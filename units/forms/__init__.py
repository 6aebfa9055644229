"""What the pages of units read in."""
