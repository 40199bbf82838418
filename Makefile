# Two commands for everybody: make shell, make test. They need Python 3.11 or newer, pip and make.
PYTHON  ?= python3
VENV    ?= .venv
BIN     := $(VENV)/bin
PROFILE ?= sim
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help shell test lint unit clean

help:
	@echo "make shell [PROFILE=sim]   install and open the shell; PROFILE=epics starts the demo IOC beside it"
	@echo "make test                  install with the test tools, check and run the whole test suite"
	@echo "make lint                  static checks only"
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

unit: $(VENV)/.installed-test
	$(BIN)/python -m pytest

test: lint unit

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
