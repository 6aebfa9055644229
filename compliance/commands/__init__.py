"""Every change of the compliance room."""
