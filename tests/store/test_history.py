"""Metadata for scripts without a session."""

from pathlib import Path

import pytest

from bsh.store import PersistentDict, get_history
from bsh.store.history import ENV_VAR, search_path


def test_history_is_kept_in_the_named_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_VAR, str(tmp_path / "history"))
    history = get_history()
    assert isinstance(history, PersistentDict)
    history["scan_id"] = 7
    history.flush()
    assert get_history()["scan_id"] == 7


def test_without_the_variable_it_is_in_the_users_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENV_VAR, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert search_path()[0] == tmp_path / "bsh" / "history"
    get_history()["a"] = 1
    assert (tmp_path / "bsh" / "history").is_dir()


def test_where_nothing_can_be_written_it_is_a_dictionary_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setattr("bsh.store.history.search_path", lambda: [blocked / "history"])
    with pytest.warns(UserWarning, match="in memory only"):
        assert get_history() == {}
