# The two commands of the README are `make run` and `make test`; everything else is for who works on the house.
PYTHON ?= python3
# Before the export, which would define it as empty.
DEMO ?= 1
export PORT DEMO

.DEFAULT_GOAL := help
.PHONY: help run test check test-full test-faults bench lock format shell clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 20

run: ## everything the portal needs, then the portal with made-up data (PORT=8000, DEMO= for an empty one)
	@exec $(PYTHON) bin/portal run

test: ## checks and all tests: unit, property, database, real workers, real browser
	@$(PYTHON) bin/portal test

check: ## ruff, mypy, import-linter, migrations and lock files in step
	@$(PYTHON) bin/portal check

test-full: ## the tests that take too long for every change
	@$(PYTHON) bin/portal test-full

test-faults: ## every fault of the fault table, with the real processes
	@$(PYTHON) bin/portal test-faults

bench: ## ratios against limits and peers in one run (SIZE=10k, 100k or 1m; ONLY=part of a name)
	@$(PYTHON) bin/portal bench $(if $(SIZE),--size $(SIZE)) $(if $(ONLY),--only "$(ONLY)")

lock: ## write requirements*.txt and package-lock.json anew from their sources
	@$(PYTHON) bin/portal lock

format: ## let ruff lay out the code and mend what it can
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format --quiet .

shell: ## a Django shell on fresh private services
	@$(PYTHON) bin/portal shell

clean: ## take away what the tests and tools left (not .data of make run)
	@rm -rf .data/test .data/test-static .data/check .data/bench .data/shell .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
