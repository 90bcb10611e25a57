# `make run` brings up a room server on a bare machine; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test test-languages check format build bench screenshots lock clean

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Bring everything up and serve on http://127.0.0.1:8000
	@scripts/run

test: ## Install what the tests need and run them all
	@scripts/test

test-languages: ## Build every language, prove it, and write docs/languages.md (an hour, 20 GB)
	@scripts/setup --dev
	@scripts/engine
	@.venv/bin/codlab runtimes test --page docs/languages.md
	@.venv/bin/python -m pytest -q -p no:cacheprovider tests/executor/every_debugger.py

check: ## Formatting, lint, types, architecture, spelling
	@scripts/setup --dev
	@scripts/check

format: ## Mend formatting and imports
	@scripts/setup --dev
	@.venv/bin/ruff check --quiet --select I --fix .
	@.venv/bin/ruff format .
	@npm run --prefix frontend --silent format

build: ## Make the environment and the front end without serving
	@scripts/setup

bench: ## Measure, and print a table
	@scripts/setup --dev
	@.venv/bin/python -m bench

screenshots: ## Take the pictures of the documentation in a real room
	@scripts/setup --dev
	@.venv/bin/python -m e2e.screenshots

lock: ## Write the locked requirements anew
	@scripts/lock

clean: ## Remove what was built, but no data
	rm -rf .venv server/static frontend/node_modules tests/interop/node_modules e2e/node_modules test-results \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
