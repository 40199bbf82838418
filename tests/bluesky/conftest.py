from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bsh.bluesky

Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def door() -> Iterator[None]:
    """`import bluesky` leads to bsh during a test."""
    bsh.bluesky.install()
    yield
    bsh.bluesky.uninstall()


@pytest.fixture
def python(tmp_path: Path) -> Python:
    """Run Python in a process of its own: warnings are errors there, too."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {
            name: value for name, value in os.environ.items() if name not in ("BSH_BLUESKY", "PYTHONPATH")
        }
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=tmp_path,
            env=clean | {"BSH_HOME": str(tmp_path / "home")} | environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    return run
