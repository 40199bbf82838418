from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from bsh.store import codec, merge, persistent_dict


@pytest.mark.parametrize("module", [codec, merge, persistent_dict])
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0
