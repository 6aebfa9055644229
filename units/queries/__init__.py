"""What the units room answers. `visible_to` on each set is the only way a view or the API reaches objects."""
