# The commands of this project. Needs Python 3.11 or newer; all else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.DEFAULT_GOAL := help
.PHONY: help run test lint format lock tour clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 24

run: $(VENV)/.installed ## install whodex, index corpus/, and show a search with a facet
	$(BIN)/whodex index corpus/pages --index .whodex
	$(BIN)/whodex search 'open source' --index .whodex --limit 3 --facet company

test: lint ## all that must pass: ruff, mypy --strict, pytest
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.tools ## lay out the code as ruff does
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.tools ## pin the newest allowed versions, with hashes, for every Python and system
	$(PIP) uv
	for group in build dev; do \
	  $(BIN)/uv --quiet pip compile --universal --generate-hashes --no-header --upgrade \
	    pyproject.toml --group build --group $$group --output-file requirements/$$group.lock; \
	done

tour: $(VENV)/.installed ## draw the README's picture anew
	$(BIN)/python docs/tour.py

clean: ## remove what these commands made
	rm -rf $(VENV) .whodex .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "whodex needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements/build.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes --requirement requirements/build.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tools: requirements/dev.lock $(VENV)/.installed
	$(PIP) --require-hashes --requirement requirements/dev.lock
	@touch $@
