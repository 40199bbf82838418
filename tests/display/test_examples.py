import doctest
import importlib
import pkgutil

import pytest

import bsh.display

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(bsh.display.__path__, "bsh.display.")
    if not module.name.startswith("bsh.display.mpl")  # needs an extra; tested with it
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
