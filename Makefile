# Two commands for everybody: make shell, make test. They need Python 3.11 or newer, pip and make.
PYTHON  ?= python3
VENV    ?= .venv
BIN     := $(VENV)/bin
PROFILE ?= sim
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help shell test test-full lint unit bench clean docs injection soak test-peers test-system test-sqlite crash

help:
	@echo "make shell [PROFILE=sim]   install and open the shell; PROFILE=epics starts the demo IOC beside it"
	@echo "make test                  install with the test tools, check and run the whole test suite"
	@echo "make test-full             the same, and it fails where a system program is missing that a test needs (zsh, fish)"
	@echo "make lint                  static checks only"
	@echo "make soak                  random lines and Ctrl+C typed into the real shell (ten minutes)"
	@echo "make injection             interrupt every kind of plan at every message (two minutes)"
	@echo "make crash                 kill writers hundreds of times, and look for what they were told is on disk (ten minutes)"
	@echo "make test-sqlite SQLITE=FILE   the tests of store and sessions with another SQLite, such as Debian 11's 3.34"
	@echo "make bench                 measure against bluesky, in an environment of its own; fails where bsh is too slow"
	@echo "make test-system           let hardware fail in every way that is known, against real IOCs (ten minutes)"
	@echo "make test-peers            run code that others wrote for bluesky, in an environment of its own"
	@echo "make clean                 remove what these commands made"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "bsh needs Python 3.11 or newer; choose one with: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

# One stamp for each set of extras: installing again is needed only when pyproject.toml changes.
$(VENV)/.installed-base: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-epics: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[epics]'
	@touch $@ $(VENV)/.installed-base

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.installed-epics $(VENV)/.installed-base

ifeq ($(PROFILE),epics)
shell: $(VENV)/.installed-epics
	@$(BIN)/python -m bsh.ioc.beside $(BIN)/bsh -p epics
else
shell: $(VENV)/.installed-base
	@$(BIN)/bsh -p $(PROFILE)
endif

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# libca and its threads live in the test process: a process of their own, apart from tests that break threads. It
# waits for IOCs most of the time, so it runs beside the others; what it said is shown at the end.
unit: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -m ioc > $(VENV)/ioc-tests.log 2>&1 & ioc=$$!; \
	$(BIN)/python -m pytest -m 'not ioc and not peers and not system' -n 2 --dist worksteal $(FULL); rest=$$?; \
	wait $$ioc; ioc=$$?; cat $(VENV)/ioc-tests.log; exit $$((rest + ioc))

test: lint unit

# A test that lacks a system program is skipped by name in `make test`, and fails here.
test-full: FULL := --full
test-full: lint unit

# The short version is part of `make test`.
injection: $(VENV)/.installed-test
	INJECTION_STRIDE=1 $(BIN)/python -m pytest tests/engine/campaign/test_campaign.py

# The short version is part of `make test`. It writes its figures into docs/reference/hardware-failures.md.
# softioc brings a libca of its own, so it has an environment of its own.
SYSTEM := .venv-system

$(SYSTEM)/bin/python:
	$(PYTHON) -m venv $(SYSTEM)

$(SYSTEM)/.installed: pyproject.toml | $(SYSTEM)/bin/python
	$(SYSTEM)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test,softioc]'
	@touch $@

test-system: $(SYSTEM)/.installed
	$(SYSTEM)/bin/python -m pytest -m system tests/system tests/suspenders

# Strangers at the real shell, each with a seed of its own; one of them types a few lines in `make test`.
soak: $(VENV)/.installed-test
	SOAK_SEEDS=8 SOAK_LINES=60 $(BIN)/python -m pytest tests/shell/soak -n 2

# The short version is part of `make test`. It writes its figures into docs/reference/durability.md.
crash: $(VENV)/.installed-test
	$(BIN)/python -m tests.store.crash

# The tests of what needs SQLite, with another one: make test-sqlite SQLITE=/old/usr/lib/x86_64-linux-gnu/libsqlite3.so.0
# The oldest that bsh works with is Debian 11's, 3.34.1 (`dpkg -x libsqlite3-0_3.34.1-3_amd64.deb /old`). It leaves out two
# functions that Python looks for, and no test needs.
test-sqlite: $(VENV)/.installed-test
	printf 'int sqlite3_deserialize(void) { return 1; } void *sqlite3_serialize(void) { return 0; }' \
	  | $(CC) -shared -fPIC -x c - -o $(VENV)/no-serialize.so
	LD_PRELOAD="$(SQLITE) $(abspath $(VENV))/no-serialize.so" $(BIN)/python -c 'import sqlite3; print("SQLite", sqlite3.sqlite_version)'
	LD_PRELOAD="$(SQLITE) $(abspath $(VENV))/no-serialize.so" $(BIN)/python -m pytest -n 2 -m 'not ioc and not peers' tests/store tests/session tests/export tests/cli

# The reference pages, from the program's own tables.
docs: $(VENV)/.installed-test
	$(BIN)/python docs/generate.py

# bluesky is what bsh is measured against, never what it needs: it is in no other environment.
BENCH := .venv-bench

$(BENCH)/bin/python:
	$(PYTHON) -m venv $(BENCH)

$(BENCH)/.installed: tests/bench/requirements.txt pyproject.toml | $(BENCH)/bin/python
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements.txt --editable .
	@touch $@

bench: $(BENCH)/.installed
	@$(BENCH)/bin/python -m tests.bench $(BENCH_OPTIONS)

# Packages that need bluesky, without it: it would hide what the door lacks.
PEERS := .venv-peers
PEERS_PIP = $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check

$(PEERS)/bin/python:
	$(PYTHON) -m venv $(PEERS)

$(PEERS)/.installed: tests/peers/requirements.txt tests/peers/no-deps.txt pyproject.toml | $(PEERS)/bin/python
	$(PEERS_PIP) --editable '.[test]'
	$(PEERS_PIP) -r tests/peers/requirements.txt
	$(PEERS_PIP) --no-deps -r tests/peers/no-deps.txt
	@touch $@

# Their warnings are theirs. bluesky itself, in its own environment, runs the start-up folder that bsh runs.
test-peers: $(PEERS)/.installed $(BENCH)/.installed
	$(PEERS)/bin/python -m pytest -m peers -W default tests/peers

clean:
	rm -rf $(VENV) $(BENCH) $(PEERS) $(SYSTEM) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
