from __future__ import annotations

from pathlib import Path

import pytest

import bsh.bluesky
from bsh.session import Session

PROFILE = """\
profile: old
bluesky: true
devices:
  theirs.make_motor: [{name: th}]
"""

THEIRS = """\
from bluesky.run_engine import RunEngine  # as facility packages do
from bsh.devices.sim import SimMotor


def make_motor(name):
    return SimMotor(name)
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.path", __import__("sys").path.copy())
    (tmp_path / "theirs.py").write_text(THEIRS)
    file = tmp_path / "old.yml"
    file.write_text(PROFILE)
    return file


@pytest.mark.parametrize("complete", [True, False])
def test_the_key_opens_the_door_before_the_classes_of_devices_are_imported(
    profile: Path, tmp_path: Path, complete: bool
) -> None:
    try:
        with Session.from_profile(profile, home=tmp_path / "home", complete=complete) as session:
            session.complete()
            assert bsh.bluesky.is_installed()
            assert session.devices["th"].name == "th"
            assert session.notices == []
    finally:
        bsh.bluesky.uninstall()


def test_without_the_key_the_door_stays_shut(tmp_path: Path) -> None:
    with Session.from_profile("sim", home=tmp_path / "home"):
        assert not bsh.bluesky.is_installed()
