"""The journal where it cannot be written: an archive on a read-only disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bsh.errors import StoreError
from bsh.session.journal import Journal


def test_the_journal_of_a_read_only_archive_is_read_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    journal.note("the sample is gone", scan_id=3, run="uid-3")
    journal.close()
    for name in ("journal.db-shm", "journal.db-wal"):
        (tmp_path / name).mkdir()  # keeps even root from using the write-ahead log
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.R_OK)
    assert [note.text for note in journal.notes_of("uid-3")] == ["the sample is gone"]
    with pytest.raises(StoreError, match=r"journal\.db cannot be used: attempt to write a readonly database"):
        journal.note("not kept")
    journal.close()
