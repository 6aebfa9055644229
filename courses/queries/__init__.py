"""What is read of classes and rosters; `visible_to` is the only way to them."""
