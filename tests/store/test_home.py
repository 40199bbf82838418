from __future__ import annotations

from pathlib import Path

import pytest

from bsh.errors import ProfileError
from bsh.store import all_stores, bsh_home, profile_folder, store_path


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BSH_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/someone")


def test_home_is_in_the_users_data_folder() -> None:
    assert bsh_home() == Path("/home/someone/.local/share/bsh")


def test_xdg_data_home_counts_only_if_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert bsh_home() == Path("/data/bsh")
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    assert bsh_home() == Path("/home/someone/.local/share/bsh")


def test_option_comes_before_bsh_home_and_that_before_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("BSH_HOME", "~/beamline")
    assert bsh_home() == Path("/home/someone/beamline")
    assert bsh_home("/elsewhere") == Path("/elsewhere")


def test_simulated_twins_have_a_folder_of_their_own() -> None:
    assert store_path(Path("/h"), "x23b") == Path("/h/x23b/runs.db")
    assert store_path(Path("/h"), "x23b", sim=True) == Path("/h/x23b-sim/runs.db")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "/etc", "a\0b", "-p", ".git", "x.", "a b", "x" * 101]
)
def test_profile_name_that_could_lead_out_of_home_is_refused(name: str) -> None:
    with pytest.raises(ProfileError, match="cannot be the name of a profile"):
        profile_folder(Path("/h"), name)


def test_all_stores_lists_the_folders_that_have_one(tmp_path: Path) -> None:
    for name in ("sim", "epics", "empty"):
        (tmp_path / name).mkdir()
    for name in ("sim", "epics"):
        (tmp_path / name / "runs.db").touch()
    assert all_stores(tmp_path) == {
        "epics": tmp_path / "epics" / "runs.db",
        "sim": tmp_path / "sim" / "runs.db",
    }
    assert all_stores(tmp_path / "nowhere") == {}
