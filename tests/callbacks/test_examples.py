import doctest
import importlib
import pkgutil

import pytest

import bsh.callbacks

MODULES = sorted(module.name for module in pkgutil.iter_modules(bsh.callbacks.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"bsh.callbacks.{name}")).failed == 0
