"""The launcher behind `make run` and `make test`: standard library only, for it runs before anything is installed."""
