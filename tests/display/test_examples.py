import doctest
import importlib
import pkgutil

import pytest

import bsh.display

MODULES = sorted(module.name for module in pkgutil.iter_modules(bsh.display.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"bsh.display.{name}")).failed == 0
