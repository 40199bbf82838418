from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bsh.errors import StoreError
from bsh.store import RunStore
from bsh.store.rescue import write_rescue_file
from tests.store.runs import WAIT_S, run_documents, save, start_doc, stored, wait_durable


@pytest.fixture
def impatient(path: Path) -> RunStore:
    return RunStore(path, busy_timeout_s=0.05)


def locked(path: Path) -> sqlite3.Connection:
    """Return a connection of somebody who does not let go of the database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_locked_database_is_told_and_written_to_once_it_is_free(impatient: RunStore, path: Path) -> None:
    with impatient as store:
        holder = locked(path)
        documents = run_documents(3)
        for name, doc in documents:
            store(name, doc)
        error = wait_durable(store)
        assert isinstance(error, StoreError)
        assert str(path) in str(error)
        assert "database is locked" in str(error)
        assert isinstance(error.__cause__, sqlite3.OperationalError)
        assert store.error is error
        assert store.committed == 0
        with pytest.raises(StoreError, match="locked"):
            store.take_scan_id().result(WAIT_S)
        with pytest.raises(StoreError, match="locked"):
            store.metadata["a"] = 1

        committed = threading.Event()
        store.on_commit(lambda _: committed.set())
        holder.close()
        assert committed.wait(WAIT_S)
        assert wait_durable(store) is None
        assert store.error is None
        assert list(stored(store)) == documents
        assert "a" not in store.metadata
        assert store.take_scan_id().result(WAIT_S) == 1


def test_a_patient_store_answers_once_all_is_saved(impatient: RunStore, path: Path) -> None:
    answers: list[BaseException | None] = []
    answered = threading.Event()

    def hear(error: BaseException | None) -> None:
        answers.append(error)
        answered.set()

    with impatient as store:
        store.is_patient = True
        holder = locked(path)
        for name, doc in run_documents(3):
            store(name, doc)
        store.when_durable(hear)
        for _ in range(2):
            with pytest.raises(StoreError, match="locked"):
                store.take_scan_id().result(WAIT_S)
        assert answers == []
        holder.close()
        assert answered.wait(WAIT_S)
        assert answers == [None]


def test_a_patient_store_that_is_closed_answers_with_its_error(impatient: RunStore, path: Path) -> None:
    impatient.is_patient = True
    holder = locked(path)
    impatient("start", start_doc())
    answers: list[BaseException | None] = []
    impatient.when_durable(answers.append)
    with pytest.raises(StoreError, match="1 documents are not in"):
        impatient.close(timeout_s=WAIT_S)
    holder.close()
    assert [type(answer) for answer in answers] == [StoreError]


@pytest.mark.parametrize("is_patient", [True, False])
def test_a_store_that_has_ceased_to_write_answers_with_its_error(path: Path, is_patient: bool) -> None:
    store = RunStore(path)
    store.is_patient = is_patient
    store.on_commit(lambda _: sys.exit("enough"))  # on the writer's thread, which it ends
    first, *rest = run_documents(3)
    store(*first)
    assert wait_durable(store) is None
    for name, doc in rest:
        store(name, doc)
    error = wait_durable(store)
    assert "cannot go on writing to" in str(error)
    assert "enough" in str(error)
    assert wait_durable(store) is error
    with pytest.raises(StoreError, match="documents are not in"):
        store.close()


def test_what_cannot_be_saved_when_closing_goes_to_a_file_of_its_own(impatient: RunStore, path: Path) -> None:
    holder = locked(path)
    documents = run_documents(2)
    for name, doc in documents:
        impatient(name, doc)
    with pytest.raises(StoreError, match="5 documents are not in") as caught:
        impatient.close(timeout_s=WAIT_S)
    holder.close()
    (rescue,) = path.parent.glob("runs.db.unsaved-*.jsonl")
    assert str(rescue) in str(caught.value.hint)
    assert [tuple(json.loads(line)) for line in rescue.read_text().splitlines()] == documents


def test_closing_does_not_wait_for_ever(path: Path) -> None:
    store = RunStore(path, busy_timeout_s=WAIT_S)
    holder = locked(path)
    store("start", start_doc())
    with pytest.raises(StoreError, match="1 documents are not in"):
        store.close(timeout_s=0.05)
    assert len(list(path.parent.glob("runs.db.unsaved-*.jsonl"))) == 1
    holder.close()


def test_rescue_file_goes_to_the_temporary_folder_where_the_stores_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rescue = write_rescue_file(
        Path("/proc/nowhere/runs.db"), [("start", '{"uid":"a"}'), ("stop", {"uid": "b"})]
    )
    assert rescue is not None
    assert rescue.parent == tmp_path
    assert rescue.read_text() == '["start",{"uid":"a"}]\n["stop",{"uid":"b"}]\n'


FULL_DISK = """
import resource, sys, threading
from bsh.store import RunStore
from tests.store.runs import run_documents, save, wait_durable

store = RunStore(sys.argv[1])
save(store, run_documents(3, scan_id=1))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))  # no file can grow beyond this
documents = run_documents(2000, scan_id=2)
for name, doc in documents:
    store(name, doc)
error = wait_durable(store)
print(type(error).__name__, error)
assert store.error is not None and store.committed == 6
committed = threading.Event()
store.on_commit(lambda count: committed.set())
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
assert committed.wait(20)
assert wait_durable(store) is None and store.error is None
assert list(store.run(2).documents()) == documents
store.close()
print("recovered")
"""


def test_full_disk_is_told_and_all_is_saved_once_there_is_room(path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    first, *rest = child.stdout.splitlines() or [child.stderr]
    assert first.startswith(f"StoreError cannot save to {path}:"), child.stderr
    assert rest == ["recovered"], child.stderr


def test_file_that_was_removed_under_our_feet_is_told(store: RunStore, path: Path) -> None:
    save(store, run_documents(1))
    path.rename(path.with_name("elsewhere"))
    store("start", start_doc())
    error = wait_durable(store)
    assert "removed or replaced" in str(error)
    path.with_name("elsewhere").rename(path)
    committed = threading.Event()
    store.on_commit(lambda _: committed.set())
    assert committed.wait(WAIT_S)
    assert len(store.runs()) == 2


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot open .*file/runs\.db"):
        RunStore(tmp_path / "file" / "runs.db")
