"""The pages of classes and rosters."""
