"""What changes classes and rosters: each change of state is one of these commands."""
