"""Pages of the registry: read the form, call a command, redirect."""
