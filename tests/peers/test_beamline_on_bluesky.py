"""The start-up folder of tests/bluesky, on bluesky itself, in the environment that it is measured in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "bluesky" / "beamline"
BLUESKY = ROOT / ".venv-bench" / "bin" / "python"


def test_bluesky_itself_gives_the_same_runs(tmp_path: Path) -> None:
    assert BLUESKY.exists(), "there is no bluesky to compare with: make test-peers installs it"
    zict = find_spec("zict")  # bluesky's PersistentDict needs it, and make bench has no use for it
    assert zict is not None
    assert zict.origin is not None
    shutil.copytree(Path(zict.origin).parent, tmp_path / "site" / "zict")
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "BSH_BLUESKY")
    }
    outcome = subprocess.run(
        [str(BLUESKY), str(FOLDER / "work.py")],
        cwd=tmp_path, env=environment | {"BEAMLINE_STATE": str(tmp_path), "PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stderr[-2000:] + outcome.stdout[-2000:]
    assert json.loads(outcome.stdout.splitlines()[-1]) == json.loads((FOLDER / "expected.json").read_text())
