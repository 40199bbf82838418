"""Code that others wrote for bluesky, from its released packages, with bluesky itself nowhere.

``make test-peers`` makes the environment; ``make test`` leaves these tests out.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

import bsh.bluesky


@pytest.fixture(autouse=True, scope="session")
def door() -> Iterator[None]:
    assert importlib.util.find_spec("bluesky") is None, "bluesky itself must not be installed here"
    bsh.bluesky.install()
    yield
    bsh.bluesky.uninstall()
