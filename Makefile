# The commands of this project. Needs Python 3.11 or newer; all else goes into .venv.

PYTHON ?= python3
VENV := .venv
DATA ?= ../shared/data
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.DEFAULT_GOAL := help
.PHONY: help run test test-whoosh2 lint format lock tour clean bench-cleaning bench-entities bench-engine bench-ranking

help: ## list these commands
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 24

run: $(VENV)/.installed ## install whodex, index corpus/, and show a search with a facet
	$(BIN)/whodex index corpus/pages --index .whodex
	$(BIN)/whodex search 'open source' --index .whodex --limit 3 --facet company

test: lint ## all that must pass: ruff, mypy --strict, pytest, also on Whoosh 2
	$(BIN)/python -m pytest -n auto
	$(MAKE) test-whoosh2

# Whoosh 2.7.4 is of 2016: newer Pythons warn of escapes in its strings.
test-whoosh2: $(VENV)/.tools $(VENV)/whoosh2/.installed ## the tests of the index and of searching, on Whoosh 2
	PYTHONPATH=$(VENV)/whoosh2 $(BIN)/python -c 'import whoosh; assert whoosh.__version__ == (2, 7, 4)'
	PYTHONPATH=$(VENV)/whoosh2 $(BIN)/python -m pytest -n auto \
	  -W ignore::SyntaxWarning -W ignore::DeprecationWarning tests/index/store tests/search

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.tools ## lay out the code as ruff does
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.tools ## pin the newest allowed versions, with hashes, for every Python and system
	$(PIP) uv
	for group in build dev bench; do \
	  $(BIN)/uv --quiet pip compile --universal --generate-hashes --no-header --upgrade \
	    pyproject.toml --group build --group $$group --output-file requirements/$$group.lock; \
	done
	$(BIN)/uv --quiet pip compile --universal --generate-hashes --no-header \
	  --group whoosh2 --output-file requirements/whoosh2.lock

tour: $(VENV)/.installed ## draw the README's picture anew
	$(BIN)/python docs/tour.py

bench-cleaning: .bench/.tools ## scores and speed of cleaning beside its peers; DATA=FOLDER has wcxb-dev/
	.bench/bin/python -m tests.benchmarks.cleaning $(DATA)/wcxb-dev

bench-entities: .bench/.tools ## the same of finding people and companies; trains the peers first (half an hour)
	.bench/bin/python -m tests.benchmarks.entities $(DATA)

bench-engine: .bench/.tools ## speed and size of the index beside its peers, up to a million pages
	.bench/bin/python -m tests.benchmarks.engine --picture docs/engine.svg

bench-ranking: .bench/.tools ## how well hits are ranked beside its peers; DATA=FOLDER has ir/
	.bench/bin/python -m tests.benchmarks.ranking $(DATA)

clean: ## remove what these commands made
	rm -rf $(VENV) .bench .whodex .mypy_cache .ruff_cache .pytest_cache .hypothesis

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

$(VENV)/whoosh2/.installed: requirements/whoosh2.lock | $(VENV)/bin/python
	rm -rf $(@D)
	$(PIP) --no-deps --require-hashes --target $(@D) --requirement $<
	@touch $@

# The lock names all there is to install: older pips cannot resolve the extras of lxml.
.bench/.tools: requirements/bench.lock pyproject.toml | $(VENV)/bin/python
	$(PYTHON) -m venv .bench
	.bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes --requirement requirements/bench.lock
	.bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --editable .
	@touch $@
