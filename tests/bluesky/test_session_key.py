from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

import bsh.bluesky
from bsh.entry_points import EntryPoint
from bsh.profile import load_profile
from bsh.session import Session, hooks

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


def test_a_bluesky_that_is_in_use_already_is_said_and_the_session_begins(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bluesky", types.ModuleType("bluesky"))

    with Session.from_profile(profile, home=tmp_path / "home", complete=False) as session:
        assert any("imported already" in notice for notice in session.notices)
        assert not bsh.bluesky.is_installed()


def test_a_hook_that_fails_is_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hooks, "installed_entry_points", lambda group, folder: [EntryPoint("bluesky", "nowhere:nothing")]
    )
    file = tmp_path / "old.yml"
    file.write_text("profile: old\nbluesky: true\n")

    notices = hooks.call_hooks(load_profile(file, resolver=None))

    assert notices == [
        "'bluesky' of the profile has no effect: ModuleNotFoundError: No module named 'nowhere'"
    ]
