"""Pages of units: thin, each reads a form, calls a command and leads on."""
