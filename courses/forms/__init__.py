"""What the pages of classes and rosters read in."""
