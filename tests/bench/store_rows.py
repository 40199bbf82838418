"""The store: how long documents take to be on disk, and questions to a library of 100,000 runs."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench.figures import Bound, Figure, Measurement

__all__ = ["store_rows"]

RUNS = 100_000
WORDS = ("Cu", "Ag", "Au_111", "LaB6", "calibration", "anna", "ben", "tensile-3", "overnight", "test.2")


def store_rows(scale: float) -> list[Measurement]:
    """Return the rows about the store; ``scale`` makes what is written longer or shorter."""
    events = max(200, int(2000 * scale))
    return [
        Measurement("store: append", lambda rounds: _append(events, rounds)),
        Measurement("store: durable", lambda rounds: _durable(100, rounds)),
        Measurement("library of 100,000 runs", _questions),
    ]


def _append(events: int, rounds: int) -> list[Figure]:
    theirs, ours = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            theirs.append(_synced_lines(Path(folder) / "documents.jsonl", events) / events * 1e6)
            ours.append(_stored(Path(folder) / "runs.db", events) / events * 1e6)
    return [
        Figure(
            "store: append an event, until it is on disk (reference: JSON lines, each synced)",
            "µs / event",
            statistics.median(theirs),
            statistics.median(ours),
            Bound(ratio=2),
            Bound(ratio=5),
            "the commits' syncs, shared by what came meanwhile; JSON; one row and one index entry a document.",
        )
    ]


def _documents(events: int) -> list[tuple[str, dict[str, Any]]]:
    keys = [f"signal_{number}" for number in range(7)]
    documents: list[tuple[str, dict[str, Any]]] = [
        ("start", {"uid": "run", "time": 0.0, "scan_id": 1, "plan_name": "ascan"}),
        (
            "descriptor",
            {"uid": "stream", "run_start": "run", "name": "primary", "time": 0.0, "data_keys": {}},
        ),
    ]
    for number in range(1, events + 1):
        data = dict.fromkeys(keys, number / 7)
        documents.append(
            (
                "event",
                {
                    "uid": f"event-{number}", "descriptor": "stream", "time": float(number), "seq_num": number,
                    "data": data, "timestamps": dict.fromkeys(keys, 1.0), "filled": {},
                },
            )
        )  # fmt: skip
    return documents


def _synced_lines(path: Path, events: int) -> float:
    documents = _documents(events)
    began = time.perf_counter()
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps(document) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - began


def _stored(path: Path, events: int) -> float:
    from bsh.store import RunStore

    documents = _documents(events)
    with RunStore(path) as store:
        began = time.perf_counter()
        for name, doc in documents:
            store(name, doc)
        _wait_durable(store)
        return time.perf_counter() - began


def _wait_durable(store: Any) -> None:
    done = threading.Event()
    store.when_durable(lambda error: done.set())
    assert done.wait(60)


def _durable(events: int, rounds: int) -> list[Figure]:
    """Each event is emitted some milliseconds after the last one, as in a scan; nobody asks for it to be on disk."""
    from bsh.store import RunStore

    delays: list[float] = []
    pause = threading.Event()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, RunStore(Path(folder) / "runs.db") as store:
            emitted: list[float] = []

            told = [0]

            def on_commit(committed: int, emitted: list[float] = emitted, told: list[int] = told) -> None:
                now = time.perf_counter()
                delays.extend(now - moment for moment in emitted[told[0] : committed])
                told[0] = committed

            store.on_commit(on_commit)
            for name, doc in _documents(events):
                emitted.append(time.perf_counter())
                store(name, doc)
                pause.wait(0.003)
            _wait_durable(store)
    return [
        Figure(
            "store: event to disk at 300 points/s, median",
            "ms",
            None,
            statistics.median(delays) * 1000,
            Bound(at_most=50),
            Bound(at_most=15),
        ),
        Figure(
            "store: event to disk at 300 points/s, 99 %",
            "ms",
            None,
            statistics.quantiles(delays, n=100)[98] * 1000,
            Bound(at_most=50),
        ),
    ]


def _questions(rounds: int) -> list[Figure]:
    from bsh.store import RunLibrary

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.db"
        _fill(path)
        with RunLibrary(path) as library:
            questions: list[tuple[str, Callable[[], Any], Bound, Bound]] = [
                ("list the last 20", lambda: library.runs(20), Bound(at_most=5), Bound(at_most=1)),
                ("one word of the metadata", lambda: library.runs(20, text="tensile-3"), Bound(at_most=20), Bound(at_most=5)),
                ("two words", lambda: library.runs(20, text="au_111 overnight"), Bound(at_most=20), Bound(at_most=5)),
                ("a rare word", lambda: library.runs(20, text="sample-4711"), Bound(at_most=20), Bound(at_most=1)),
                ("a motor's scans", lambda: library.runs(20, motor="samx"), Bound(at_most=20), Bound(at_most=5)),
                ("one by its number", lambda: library.run(54321), Bound(at_most=5), Bound(at_most=1)),
                ("one by its uid", lambda: library.run("00054321"), Bound(at_most=5), Bound(at_most=1)),
            ]  # fmt: skip
            cost = "SQLite looks through the entries of each word; the runs that have them all are sorted by time."
            return [
                Figure(
                    f"library of 100,000 runs: {name}", "ms", None, _median_ms(ask, rounds), must, aim, cost
                )
                for name, ask, must, aim in questions
            ]


def _median_ms(ask: Callable[[], Any], rounds: int) -> float:
    assert ask(), "nothing was found"
    times = []
    for _ in range(max(5, rounds)):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _fill(path: Path) -> None:
    """Make a library as years of work would: the rows of the runs, without their documents."""
    from bsh.store import RunStore

    RunStore(path).close()
    chance = random.Random(1)
    with closing(sqlite3.connect(path)) as connection, connection:
        for number in range(1, RUNS + 1):
            words = f" ascan th -1 1 20 0.1 {chance.choice(WORDS).lower()} {chance.choice(WORDS).lower()} sample-{number}"
            connection.execute(
                "INSERT INTO runs (run, uid, scan_id, time, plan_name, command, num_points, exit_status, profile,"
                " stop_time, writer, touched) VALUES (?, ?, ?, ?, 'ascan', 'ascan th -1 1 20 0.1', 21, 'success',"
                " 'sim', ?, 'nobody', 0)",
                (number, f"{number:08d}-run", number, float(number), float(number)),
            )
            connection.execute("INSERT INTO run_words (run, words) VALUES (?, ?)", (number, words))
            connection.execute(
                "INSERT INTO run_motors (motor, run) VALUES (?, ?)",
                (chance.choice(("th", "samx", "samy")), number),
            )
        connection.execute("INSERT INTO runs_text (runs_text) VALUES ('rebuild')")
