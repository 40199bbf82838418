import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["engine", "estimate", "raster", "rules"])
def test_the_examples_do_what_they_show(name):
    results = doctest.testmod(importlib.import_module(f"bsh.simulators.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
