"""Runs out of a store that was damaged and kept aside, or of another profile."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from bsh.errors import CommandError
from bsh.export.taking_in import read_documents, take_in
from bsh.store import RunStore
from tests.store.runs import run_documents, save

RUNS = 30
PAGE = 4096


def filled(path: Path) -> Path:
    with RunStore(path) as store:
        for number in range(1, RUNS + 1):
            save(store, run_documents(40, scan_id=number))
    return path


def test_the_runs_of_another_store_are_taken_in(tmp_path: Path) -> None:
    other = filled(tmp_path / "other" / "runs.db")
    with RunStore(tmp_path / "mine" / "runs.db") as store:
        taken = take_in(store, read_documents(other), "runs.db")
        assert len(taken.new) == RUNS
        assert [run.num_points for run in store.runs()] == [40] * RUNS


def test_of_a_damaged_store_all_is_saved_but_what_stood_in_the_damage(tmp_path: Path) -> None:
    wreck = filled(tmp_path / "runs.db")
    before = {str(doc.get("uid")) for _, doc in read_documents(wreck)}
    connection = sqlite3.connect(wreck)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    whole = shutil.copy(wreck, tmp_path / "whole.db")
    for page in range(pages // 3, pages // 3 + 3):
        with wreck.open("r+b") as file:
            file.seek(page * PAGE)
            file.write(b"\xff" * PAGE)
    left = {str(doc.get("uid")) for _, doc in read_documents(wreck)}
    assert left < before
    assert len(left) > 0.9 * len(before)
    with RunStore(whole) as store:
        assert len(store.runs()) == RUNS


def test_a_store_of_which_nothing_is_left_is_said(tmp_path: Path) -> None:
    wreck = filled(tmp_path / "runs.db")
    with wreck.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (wreck.stat().st_size - 100))
    with pytest.raises(CommandError, match=r"runs\.db holds no run that can be read"):
        list(read_documents(wreck))


def test_a_store_that_cannot_be_read_on_is_not_taken_for_its_end(tmp_path: Path) -> None:
    other = filled(tmp_path / "runs.db")
    documents = read_documents(other)
    next(documents)
    connection = sqlite3.connect(other)
    connection.execute("DROP TABLE documents")
    connection.commit()
    connection.close()
    with pytest.raises(CommandError, match=r"runs\.db cannot be read to its end: no such table"):
        list(documents)
