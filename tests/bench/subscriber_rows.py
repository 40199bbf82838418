"""What subscribers cost the engine's thread: the live table, and the store."""

from __future__ import annotations

import os
import statistics
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time
from types import SimpleNamespace
from typing import Any

from tests.bench.figures import Bound, Figure, Measurement

__all__ = ["subscriber_rows"]

BLOCK = 500
"""Rows between two looks at the clock, which costs as much as a row."""


def subscriber_rows(scale: float) -> list[Measurement]:
    """Return the rows about subscribers; ``scale`` makes every round longer or shorter."""
    rows = max(10 * BLOCK, int(100_000 * scale))
    return [
        Measurement("live table", lambda rounds: _live_table(rows)),
        Measurement("store", lambda rounds: _store(max(10 * BLOCK, rows // 5))),
    ]


def _live_table(rows: int) -> list[Figure]:
    ours = _our_table(rows)
    tenth = len(ours) // 10
    by_tenths = [statistics.median(ours[i * tenth : (i + 1) * tenth]) for i in range(10)]
    theirs = statistics.median(_their_table(min(rows, 10_000)))
    cost = "a count of documents is asked from the store for each row, and a tuple is appended to a queue."
    aim = Bound(at_most=0.3)
    return [
        Figure(
            f"live table: added cost on the engine's thread, {rows:,} rows",
            "µs / row",
            theirs,
            statistics.median(ours),
            Bound(at_most=1.0),
            aim,
            cost,
        ),
        Figure(
            "live table: the slowest tenth of the rows",
            "µs / row",
            None,
            max(by_tenths),
            Bound(at_most=1.0),
            aim,
            cost,
        ),
    ]


def _our_table(rows: int) -> list[float]:
    """Let a thread hand out events while the main thread draws them, as during a scan."""
    from bsh.display import ConsoleOwner, LiveDisplay

    store = SimpleNamespace(accepted=1, committed=1)
    costs: list[float] = []
    over = threading.Event()
    with _Terminal() as terminal:
        display = LiveDisplay(
            ConsoleOwner(terminal, environ={"TERM": "xterm-256color"}),
            accepted=lambda: store.accepted,
            committed=lambda: store.committed,
        )

        def engine() -> None:
            try:
                costs.extend(_hand_out(display, rows))
            finally:
                over.set()
                display.wake()

        thread = threading.Thread(target=engine)
        thread.start()
        display.block(over)
        thread.join()
    return costs


def _their_table(rows: int) -> list[float]:
    from bluesky.callbacks.core import LiveTable

    with _Terminal() as terminal:
        return _hand_out(LiveTable(["th", "det"], out=lambda text: print(text, file=terminal)), rows)


def _store(rows: int) -> list[Figure]:
    from bluesky.callbacks.json_writer import JSONLinesWriter

    from bsh.store import RunStore

    with TemporaryDirectory() as folder:
        store = RunStore(Path(folder, "runs.sqlite"))
        ours = statistics.median(_hand_out(store, rows))
        store.close(60.0)
        theirs = statistics.median(_hand_out(JSONLinesWriter(folder, "runs.jsonl"), min(rows, 5000)))
    return [
        Figure(
            "store: cost of an event on the engine's thread (reference: bluesky's JSONLinesWriter)",
            "µs / event",
            theirs,
            ours,
        )
    ]


def _hand_out(subscriber: Callable[[str, Any], Any], rows: int) -> list[float]:
    """Hand a run to a subscriber; return the CPU time of its calls, microseconds an event, block by block."""
    subscriber("start", _START)
    subscriber("descriptor", _DESCRIPTOR)
    costs = []
    for block in range(rows // BLOCK):
        events = [_event(block * BLOCK + i) for i in range(BLOCK)]
        began = thread_time()
        for event in events:
            subscriber("event", event)
        costs.append((thread_time() - began) / BLOCK * 1e6)
    subscriber("stop", {**_STOP, "num_events": {"primary": rows}})
    return costs


_START = {
    "uid": "00000000-0000-4000-8000-000000000001",
    "time": 1.7e9,
    "scan_id": 1,
    "plan_name": "scan",
    "plan_type": "generator",
    "motors": ["th"],
    "detectors": ["det"],
    "hints": {"dimensions": [[["th"], "primary"]]},
}
_KEY = {"dtype": "number", "shape": [], "source": "bench", "precision": 3}
_DESCRIPTOR = {
    "uid": "00000000-0000-4000-8000-000000000002",
    "run_start": _START["uid"],
    "time": 1.7e9,
    "name": "primary",
    "data_keys": {"th": {**_KEY, "object_name": "th"}, "det": {**_KEY, "object_name": "det"}},
    "object_keys": {"th": ["th"], "det": ["det"]},
    "hints": {"th": {"fields": ["th"]}, "det": {"fields": ["det"]}},
    "configuration": {},
}
_STOP = {
    "uid": "00000000-0000-4000-8000-000000000003",
    "run_start": _START["uid"],
    "time": 1.7e9,
    "exit_status": "success",
    "reason": "",
}


def _event(number: int) -> dict[str, Any]:
    return {
        "uid": f"00000000-0000-4000-9000-{number:012x}",
        "time": 1.7e9 + number,
        "descriptor": _DESCRIPTOR["uid"],
        "seq_num": number + 1,
        "data": {"th": number * 0.001, "det": number % 1000},
        "timestamps": {"th": 1.7e9, "det": 1.7e9},
        "filled": {},
    }


class _Terminal:
    """A pseudo-terminal whose other end is read and thrown away."""

    def __enter__(self) -> Any:
        self._ours, theirs = os.openpty()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._file = os.fdopen(theirs, "w")
        return self._file

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        self._reader.join()
        os.close(self._ours)

    def _read(self) -> None:
        try:
            while os.read(self._ours, 65536):
                pass
        except OSError:  # the last writer has closed its end
            pass
