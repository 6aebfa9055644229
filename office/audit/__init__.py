"""One Event per command, in the command's transaction, append-only in the database."""
