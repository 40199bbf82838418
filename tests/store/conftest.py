from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bsh.store import RunStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sim" / "runs.db"


@pytest.fixture
def store(path: Path) -> Iterator[RunStore]:
    with RunStore(path, profile="sim") as store:
        yield store
