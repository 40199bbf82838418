from __future__ import annotations

import datetime
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bsh.errors import RunNotFound, StoreError
from bsh.store import RunLibrary, RunStore
from bsh.store.database import Database
from bsh.store.library import TextSearch
from bsh.store.schema import METADATA_TABLES, RUN_TABLES
from tests.store.runs import START_TIME, run_documents, save

RUNS: list[dict[str, Any]] = [
    {
        "scan_id": 1, "uid": "aaaa1111-x", "plan_name": "ascan", "motors": ["th"],
        "command": "ascan th -1 1 20 0.1", "sample": {"name": "Cu_foil-2"},
    },
    {
        "scan_id": 2, "uid": "aaaa2222-x", "plan_name": "mesh", "motors": ["samx", "samy"],
        "command": "mesh samx 0 1 5 samy 0 1 5 0.1", "sample": {"name": "Ag"}, "note": "100% \"good\" O'Neill",
    },
    {"scan_id": 3, "uid": "bbbb3333-x", "plan_name": "ascan", "motors": ["tth"], "command": "ascan tth 0 5 9 1"},
    {"scan_id": 2, "uid": "cccc4444-x", "plan_name": "count", "command": "ct -s 1", "user": "Müller"},
]  # fmt: skip


@pytest.fixture(params=["fts5", "like"])
def library(path: Path, request: pytest.FixtureRequest) -> Iterator[RunStore]:
    how: TextSearch = request.param
    with RunStore(path, text_search=how) as store:
        for number, run in enumerate(RUNS):
            documents = run_documents(1, time=START_TIME + 3600 * number, **run)
            documents[-1][1]["exit_status"] = "abort" if number == 1 else "success"
            save(store, documents)
        yield store


def uids(runs: list[Any]) -> list[str]:
    return [run.uid[:4] + run.uid[4:8] for run in runs]


def test_newest_runs_come_first(library: RunStore) -> None:
    assert uids(library.runs()) == ["cccc4444", "bbbb3333", "aaaa2222", "aaaa1111"]
    assert uids(library.runs(2)) == ["cccc4444", "bbbb3333"]
    assert library.runs(0) == []


def test_imported_run_stands_where_its_time_is(library: RunStore) -> None:
    save(library, run_documents(1, uid="old", time=START_TIME - 1e6, imported={"from": "old.jsonl"}))
    assert [run.uid for run in library.runs()][-1] == "old"
    assert library.run(-5).summary.uid == "old"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"plan_name": "ascan"}, ["bbbb3333", "aaaa1111"]),
        ({"motor": "samy"}, ["aaaa2222"]),
        ({"motor": "nothing"}, []),
        ({"exit_status": "abort"}, ["aaaa2222"]),
        ({"exit_status": "running"}, []),
        ({"since": START_TIME + 3600, "until": START_TIME + 7200}, ["aaaa2222"]),
        ({"since": datetime.datetime.fromtimestamp(START_TIME + 7200, datetime.UTC)}, ["cccc4444", "bbbb3333"]),
        ({"plan_name": "ascan", "motor": "th", "text": "foil"}, []),
        ({"text": "cu_foil"}, ["aaaa1111"]),
        ({"text": "CU_f ascan"}, ["aaaa1111"]),
        ({"text": "th"}, ["aaaa1111"]),
        ({"text": "t"}, ["bbbb3333", "aaaa1111"]),
        ({"text": "-1 20"}, ["aaaa1111"]),
        ({"text": "mesh AND"}, []),
        ({"text": '100% "good'}, ["aaaa2222"]),
        ({"text": "o'neill"}, ["aaaa2222"]),
        ({"text": "MÜLL"}, ["cccc4444"]),
        ({"text": "c__foil"}, []),
        ({"text": " * \" % "}, ["cccc4444", "bbbb3333", "aaaa2222", "aaaa1111"]),
    ],
)  # fmt: skip
def test_filters_pick_runs(library: RunStore, filters: dict[str, Any], expected: list[str]) -> None:
    assert uids(library.runs(**filters)) == expected


@pytest.mark.parametrize(
    ("ref", "uid"),
    [
        (1, "aaaa1111"), ("3", "bbbb3333"), (2, "cccc4444"), (-1, "cccc4444"), ("-4", "aaaa1111"),
        ("aaaa2", "aaaa2222"), ("BBBB", "bbbb3333"), (" cccc4444-x ", "cccc4444"),
    ],
)  # fmt: skip
def test_run_is_found_by_number_from_the_end_or_by_uid(library: RunStore, ref: int | str, uid: str) -> None:
    assert library.run(ref).summary.uid.startswith(uid)
    assert library.run(ref).start["uid"].startswith(uid)


def test_uid_of_digits_only_is_found_where_no_scan_has_that_number(library: RunStore) -> None:
    save(library, run_documents(1, uid="123456-x", scan_id=9))
    assert library.run("123456").summary.scan_id == 9
    with pytest.raises(RunNotFound):
        library.run(123456)


def test_a_number_that_no_scan_has_is_no_uid_that_happens_to_begin_so(library: RunStore) -> None:
    save(library, run_documents(1, uid="777777-x", scan_id=9))
    with pytest.raises(RunNotFound, match="there is no scan 7777"):
        library.run("7777")


@pytest.mark.parametrize(
    ("ref", "message", "hint"),
    [
        (77, "there is no scan 77", "Nearest: 2, 3"),
        ("0", "there is no scan 0", "Nearest: 1, 2"),
        (-9, "there is no run -9: 4 runs are stored", "-4 the first"),
        ("aaaa", "several runs have a uid that begins with 'aaaa'", "aaaa1111 (scan 1), aaaa2222 (scan 2)"),
        ("bbb9", "no run has a uid that begins with 'bbb9'", "Nearest: aaaa2222 (scan 2), bbbb3333 (scan 3)"),
        ("%", "no run has a uid", "Nearest"),
    ],
)
def test_run_that_is_not_there_is_told_with_what_is_near(
    library: RunStore, ref: int | str, message: str, hint: str
) -> None:
    with pytest.raises(RunNotFound) as caught:
        library.run(ref)
    assert str(caught.value).startswith(message)
    assert hint in str(caught.value.hint)


def test_empty_store_says_that_no_run_is_stored_yet(path: Path) -> None:
    with RunStore(path) as store:
        assert store.runs() == []
        with pytest.raises(RunNotFound, match="no run is stored yet"):
            store.run(-1)


def test_library_reads_a_store_that_no_shell_has_open(library: RunStore, path: Path) -> None:
    expected = library.runs()
    documents = list(library.run(1).documents())
    library.close()
    with RunLibrary(path) as reading:
        assert reading.runs() == expected
        assert list(reading.run(1).documents()) == documents
        assert reading.count() == 4


def test_library_of_a_store_that_does_not_exist_is_empty_and_makes_none(path: Path) -> None:
    with RunLibrary(path) as library:
        assert library.runs() == library.interrupted_runs() == []
        assert library.count() == 0
        assert library.documents_after(0) == []
    assert not path.parent.exists()


def test_library_of_a_store_that_is_just_being_made_is_empty_until_it_is_there(path: Path) -> None:
    path.parent.mkdir(parents=True)
    maker = sqlite3.connect(path, isolation_level=None)
    maker.execute("PRAGMA journal_mode = wal")
    assert path.stat().st_size > 0
    with RunLibrary(path) as library:
        assert (library.runs(), library.count(), library.documents_after(0)) == ([], 0, [])
        with pytest.raises(RunNotFound, match="no run is stored yet"):
            library.run(-1)
        maker.close()
        with RunStore(path) as store:
            save(store, run_documents(2))
            assert [run.num_points for run in library.runs()] == [2]


STARTER = """
import sys
from bsh.store import RunStore
sys.stdin.readline()
RunStore(sys.argv[1]).close()
"""


def test_reading_while_others_make_the_store_never_fails(tmp_path: Path) -> None:
    for attempt in range(5):
        path = tmp_path / str(attempt) / "runs.db"
        makers = [
            subprocess.Popen([sys.executable, "-c", STARTER, str(path)], stdin=subprocess.PIPE)
            for _ in range(2)
        ]
        for maker in makers:
            assert maker.stdin is not None
            maker.stdin.write(b"\n")
            maker.stdin.flush()
        looks = 0
        while any(maker.poll() is None for maker in makers):
            with RunLibrary(path) as library:
                assert library.runs(20) == []
                looks += 1
        assert looks
        for maker in makers:
            maker.communicate()
            assert maker.returncode == 0


def test_library_of_a_damaged_store_says_so_and_moves_nothing(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"garbage " * 1000)
    with RunLibrary(path) as library, pytest.raises(StoreError, match=r"cannot read .* not a database"):
        library.runs()
    assert [file.name for file in path.parent.iterdir()] == ["runs.db"]


def test_runs_written_without_full_text_index_are_found_once_there_is_one(path: Path) -> None:
    with RunStore(path, text_search="like") as store:
        save(store, run_documents(1, command="ascan before"))
    with RunStore(path) as store:
        save(store, run_documents(1, command="ascan after", time=START_TIME + 1))
        assert [run.command for run in store.runs(text="ascan")] == ["ascan after", "ascan before"]


class Watched(Database):
    """A database that remembers the queries it was asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, ())
        self.queries: list[str] = []

    def connect_for_reading(self) -> sqlite3.Connection:
        connection = super().connect_for_reading()
        connection.set_trace_callback(self.queries.append)
        return connection


SEARCHES: dict[str, Callable[[RunLibrary], object]] = {
    "newest": lambda library: library.runs(20),
    "plan": lambda library: library.runs(20, plan_name="ascan", since=START_TIME),
    "times": lambda library: library.runs(20, since=START_TIME, until=START_TIME + 3600),
    "status": lambda library: library.runs(20, exit_status="abort"),
    "motor": lambda library: library.runs(20, motor="th"),
    "interrupted": lambda library: library.interrupted_runs(),
    "number": lambda library: library.run(1),
    "last": lambda library: library.run(-1),
    "uid": lambda library: library.run("aaaa2"),
    "documents": lambda library: list(library.run(1).documents()),
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_searches_use_an_index(library: RunStore, path: Path, search: Callable[[RunLibrary], object]) -> None:
    watched = Watched(path)
    with RunLibrary(watched, text_search="like") as reading:
        search(reading)
    connection = sqlite3.connect(path)
    for query in watched.queries:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
        scans = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
        assert not scans or "SELECT 1 FROM runs LIMIT 1" in query, (query, plan)
    assert any("FROM runs" in query for query in watched.queries)
    connection.close()


def test_common_words_and_motors_are_found_newest_first_as_rare_ones_are(
    library: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for search in ({"text": "ascan"}, {"motor": "th"}, {"text": "ascan", "motor": "tth"}):
        rare = [[run.uid for run in library.runs(limit, **search)] for limit in (1, 2, 20)]
        with monkeypatch.context() as patch:
            patch.setattr("bsh.store.library._MANY", 0)
            assert [[run.uid for run in library.runs(limit, **search)] for limit in (1, 2, 20)] == rare
        assert rare[0]


def test_damaged_document_is_named(library: RunStore, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE documents SET body = '{' WHERE seq = 2")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="document 2 of the store is damaged"):
        list(library.run(1).documents())


def test_runs_of_a_read_only_archive_are_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RunStore(path) as store:
        save(store, run_documents(2))
    for end in ("-shm", "-wal"):
        path.with_name(path.name + end).mkdir()  # keeps even root from using the write-ahead log
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.R_OK)
    with RunLibrary(path) as library:
        assert [run.num_points for run in library.runs()] == [2]


def test_what_is_taken_after_the_clock_was_set_back_is_newer_all_the_same(path: Path) -> None:
    with RunStore(path) as store:
        for scan_id, began in ((1, 5000.0), (2, 1000.0), (3, 1500.0)):
            save(store, run_documents(1, scan_id=scan_id, time=began))
        save(store, run_documents(1, scan_id=99, time=2000.0, imported={"from": "elsewhere"}))
        assert [(run.scan_id, run.time) for run in store.runs()] == [
            (3, 1500.0), (2, 1000.0), (1, 5000.0), (99, 2000.0),
        ]  # fmt: skip
        assert [store.run(-number).summary.scan_id for number in (1, 2)] == [3, 2]
        assert [run.scan_id for run in store.runs(since=1000, until=1600)] == [3, 2]
        assert [run.scan_id for run in store.runs(since=1600)] == [1, 99]
        assert [run.scan_id for run in store.runs(1)] == [3]


def test_a_store_of_an_earlier_version_is_read_as_it_is_and_gets_what_it_lacks_when_opened(
    path: Path,
) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    for sql in (*METADATA_TABLES, *RUN_TABLES):
        connection.execute(sql.replace(", started REAL", ""))
    connection.execute(
        "INSERT INTO runs (uid, scan_id, time, plan_name, command, profile, writer, touched)"
        " VALUES ('a', 7, 5000, 'ascan', '', 'sim', '', 0)"
    )
    connection.execute("PRAGMA user_version = 3")
    connection.close()
    with RunLibrary(path) as library:
        assert [(run.scan_id, run.time) for run in library.runs(since=4000)] == [(7, 5000)]
    with RunStore(path) as store:
        save(store, run_documents(1, scan_id=8, time=1000.0))
        assert [(run.scan_id, run.time) for run in store.runs()] == [(8, 1000), (7, 5000)]
