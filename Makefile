# GridMap. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The packages of the system and of Python each have a time stamp in .venv, so that a second start looks at files only.
RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev

.PHONY: help
help: ## List the targets
	@echo "GridMap: the grid-management map of a county"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: setup ## Build the demonstration county if it is not there, and serve it live
	@exec $(BIN)/gridmap demo $(ARGS)

.PHONY: test
test: setup-dev ## Run all tests: imports, Python with PostGIS and Chromium, JavaScript
	@exec scripts/run_tests.sh $(ARGS)

.PHONY: lint
lint: $(DEV_READY) ## Check style, types and the order of the tiers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: bench
bench: setup-dev ## Run the measured questions in bench/ (ARGS="locate intake" for some)
	@exec scripts/run_bench.sh $(ARGS)

.PHONY: setup
setup: system-run $(RUN_READY) ## Install what `make demo` needs

.PHONY: setup-dev
setup-dev: system-dev $(DEV_READY) ## Install what `make test` needs

.PHONY: system-run system-dev
system-run:
	@PYTHON="$(PYTHON)" scripts/install_system.sh run
system-dev:
	@PYTHON="$(PYTHON)" scripts/install_system.sh dev

$(RUN_READY): requirements.txt pyproject.toml | system-run
	@PYTHON="$(PYTHON)" scripts/install_python.sh requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt $(RUN_READY) | system-run
	@PYTHON="$(PYTHON)" scripts/install_python.sh requirements-dev.txt
	@touch $@

.PHONY: clean
clean: ## Remove what was made except the database: .venv, caches, reports
	@rm -rf $(VENV) build *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "Clean. The database is kept in var/; make clean-data removes it."

.PHONY: clean-data
clean-data: ## Remove the private database with all its data
	@if [ -x $(BIN)/gridmap ]; then $(BIN)/gridmap db destroy; else echo "Run make setup first: it knows how to stop the server." >&2; exit 2; fi
