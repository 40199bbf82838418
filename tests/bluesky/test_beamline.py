"""A beamline's start-up folder in plain bluesky style, run as it stands."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bluesky.conftest import Python

FOLDER = Path(__file__).parent / "beamline"


def test_a_startup_folder_written_for_bluesky_runs_and_gives_the_same_runs(
    python: Python, tmp_path: Path
) -> None:
    outcome = python(
        "-W", "default", "-m", "bsh.bluesky", str(FOLDER / "work.py"), BEAMLINE_STATE=str(tmp_path / "state")
    )  # fmt: skip  # ophyd's own warnings are not the point here

    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout.splitlines()[-1]) == json.loads((FOLDER / "expected.json").read_text())


def test_the_metadata_are_there_the_next_day(python: Python, tmp_path: Path) -> None:
    state = {"BEAMLINE_STATE": str(tmp_path / "state")}
    days = [
        python("-W", "default", "-m", "bsh.bluesky", str(FOLDER / "work.py"), **state).stdout
        for _ in range(2)
    ]

    first, second = (json.loads(day.splitlines()[-1]) for day in days)
    assert second["scan_id"] == 2 * first["scan_id"]


def test_not_a_word_of_bsh_is_in_the_startup_folder() -> None:
    texts = [file.read_text() for file in (FOLDER / "startup").glob("*.py")]

    assert texts
    assert not any("bsh" in text for text in texts)
