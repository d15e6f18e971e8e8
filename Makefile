# Development commands; "make help" lists them.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXPERIMENT ?= experiments/article_101_search.yaml
PYTEST_ARGS ?=
# "make lock LOCK_ARGS=--upgrade" moves every pin to the newest version allowed.
LOCK_ARGS ?=
PIP_TOOLS := pip-tools==7.6.2

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 12))
PIP_QUIET := --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup sweep test test-all bench check format lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Create or update .venv with the locked dependencies and this package

$(READY): constraints.txt pyproject.toml
	@if $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then :; else \
		rm -rf $(VENV); \
		if uv --version >/dev/null 2>&1 && uv venv --quiet --python '>=3.12' $(VENV) 2>/dev/null \
			&& $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
			echo "Created $(VENV) with uv."; \
		else \
			rm -rf $(VENV); \
			for python in python3.12 python3.13 python3.14 python3 python; do \
				if $$python -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then found=$$python; break; fi; \
			done; \
			if [ -z "$$found" ]; then \
				echo "No Python 3.12 or newer was found (this python3: $$(python3 --version 2>&1 | head -n 1))." >&2; \
				echo "Install one, or install uv, and run 'make setup' again." >&2; \
				exit 1; \
			fi; \
			if ! $$found -m venv $(VENV); then \
				rm -rf $(VENV); \
				echo "$$found cannot create a virtual environment." >&2; \
				echo "Install its venv module (on Debian and Ubuntu: the package python3-venv), and run 'make setup' again." >&2; \
				exit 1; \
			fi; \
			echo "Created $(VENV) with $$found -m venv."; \
		fi; \
	fi
	@echo "Installing the locked dependencies (a few minutes the first time)."
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		$(BIN)/python -m pip install $(PIP_QUIET) --require-hashes -r constraints.txt && \
		$(BIN)/python -m pip install $(PIP_QUIET) --no-deps --no-build-isolation --editable .; \
	else \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r constraints.txt && \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@

sweep: setup ## Run the sweep of EXPERIMENT (default: Article 101's search for the cheapest policy)
	$(BIN)/oversight sweep $(EXPERIMENT)

test: setup ## Run the tests, without the slow ones
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-all: setup ## Run every test, the slow ones too
	$(BIN)/python -m pytest -m "" $(PYTEST_ARGS)

bench: setup ## Run the benchmarks
	$(BIN)/python -m benchmarks

check: setup ## Check format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and apply safe lint fixes
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: ## Write constraints.txt anew from pyproject.toml, under Python 3.12
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	python3.12 -m venv "$$tools" && \
	"$$tools/bin/python" -m pip install $(PIP_QUIET) '$(PIP_TOOLS)' && \
	"$$tools/bin/pip-compile" --quiet --no-config --all-extras --allow-unsafe --generate-hashes --strip-extras \
		--no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
		$(LOCK_ARGS) --output-file constraints.txt pyproject.toml
	@if grep -nE '://|^ *--(index|extra-index|find|trusted)|[ (]/' constraints.txt; then \
		echo "constraints.txt names an address or a path." >&2; exit 1; \
	fi

clean: ## Remove .venv, caches and build output
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
