"""What a sink that follows the store relies on."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bsh.errors import StoreError
from bsh.store import RunLibrary, RunStore
from tests.store.runs import WAIT_S, run_documents, save
from tests.system.scans import wait_until

ROOT = Path(__file__).parents[2]


def test_documents_after_one_are_those_of_all_runs_in_the_order_of_saving(store: RunStore) -> None:
    first, second = run_documents(1), run_documents(600)
    save(store, first)
    save(store, second)
    known = store.documents_after(0, limit=len(first))
    assert [(one.name, one.doc) for one in known] == first
    assert {one.run_uid for one in known} == {first[0][1]["uid"]}
    followed = store.documents_after(known[-1].sequence, limit=1000)
    assert [(one.name, one.doc) for one in followed] == second
    assert {one.run_uid for one in followed} == {second[0][1]["uid"]}
    numbers = [one.sequence for one in known + followed]
    assert numbers == sorted(set(numbers))
    assert store.last_sequence() == numbers[-1]
    assert store.documents_after(numbers[-1]) == []
    assert len(store.documents_after(0)) == 500


def test_a_sequence_number_is_never_given_twice_whatever_was_deleted_by_hand(
    store: RunStore, path: Path
) -> None:
    save(store, run_documents(3))
    last = store.last_sequence()
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM documents WHERE seq > 2")
    save(store, run_documents(1))
    assert store.documents_after(2)[0].sequence == last + 1


def test_document_of_no_known_run_is_followed_too(store: RunStore) -> None:
    save(store, [("event", {"uid": "e", "descriptor": "unknown", "seq_num": 1})])
    (lost,) = store.documents_after(0)
    assert (lost.run_uid, lost.name) == (None, "event")


def test_only_what_is_on_disk_is_followed(path: Path) -> None:
    with RunStore(path, busy_timeout_s=WAIT_S) as store:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")  # nothing can be committed meanwhile
        committed = threading.Event()
        store.on_commit(lambda count: committed.set())
        store(*run_documents(1)[0])
        assert (store.accepted, store.documents_after(0), store.last_sequence()) == (1, [], 0)
        holder.execute("ROLLBACK")
        holder.close()
        assert committed.wait(WAIT_S)
        assert [one.name for one in store.documents_after(0)] == ["start"]


def test_cursor_of_each_sink_outlives_the_session(path: Path) -> None:
    with RunStore(path) as store:
        assert store.cursor("spec") == 0
        save(store, run_documents(3))
        store.move_cursor("spec", 4)
        store.move_cursor("nexus", 2)
        store.move_cursor("spec", 5)
        assert (store.cursor("spec"), store.cursor("nexus")) == (5, 2)
    with RunStore(path) as again:
        assert (again.cursor("spec"), again.cursor("nexus"), again.cursor("csv")) == (5, 2, 0)
        again.move_cursor("spec", 1)
        assert again.cursor("spec") == 1
    with RunStore(path) as again:
        assert again.cursor("spec") == 1


KILLED = """
import os, sys
from bsh.store import RunStore
from tests.store.runs import run_documents, save
store = RunStore(sys.argv[1])
save(store, run_documents(10))
store.move_cursor("spec", 13)
save(store, run_documents(1))
store.move_cursor("spec", 16)
store.move_cursor("nexus", 16)
os.kill(os.getpid(), 9)
"""


def test_cursor_is_on_disk_with_the_documents_that_came_after_it(path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=WAIT_S, cwd=ROOT)
    with RunStore(path) as store:
        assert store.last_sequence() == 17
        assert store.cursor("spec") == 13


def test_cursor_that_moves_far_is_saved_without_any_document(store: RunStore, path: Path) -> None:
    save(store, run_documents(1))
    store.move_cursor("spec", 499)
    store.move_cursor("spec", 500)
    reading = sqlite3.connect(path)
    wait_until(lambda: reading.execute("SELECT * FROM cursors").fetchall() == [("spec", 500)])
    reading.close()


def test_cursor_that_could_not_be_saved_is_saved_with_the_next_move(path: Path) -> None:
    with RunStore(path, busy_timeout_s=0.05) as store:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        store.move_cursor("spec", 1)
        with pytest.raises(StoreError, match="locked"):
            store.take_scan_id().result(WAIT_S)
        holder.close()
        store.move_cursor("nexus", 2)
    with RunStore(path) as again:
        assert (again.cursor("spec"), again.cursor("nexus")) == (1, 2)


def test_closed_store_moves_no_cursor(path: Path) -> None:
    store = RunStore(path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.move_cursor("spec", 1)


def test_store_made_before_there_were_cursors_gets_them(path: Path) -> None:
    with RunStore(path) as store:
        save(store, run_documents(2))
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("DROP TABLE cursors")
    old.execute("PRAGMA user_version = 1")
    old.close()
    with RunLibrary(path) as library:
        assert len(library.documents_after(0)) == 5
    with RunStore(path) as store:
        assert store.warnings == []
        store.move_cursor("spec", 5)
        assert len(store.runs()) == 1
    with RunStore(path) as store:
        assert store.cursor("spec") == 5
