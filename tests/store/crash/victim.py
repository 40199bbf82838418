"""A process that writes to a store until it is killed, and says what it was told is on disk.

``python -m tests.store.crash.victim PATH NAME SEED KIND JOURNAL``. What it writes follows from name, seed and the scan
numbers that it gets, so that who has killed it knows what should be there. A line on its standard output is
written after the store has said that something is durable: ``n 12`` (so many documents), ``s 4`` (a scan number),
``m 3`` (a value of the metadata).
"""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from bsh.store import RunStore

KINDS = {
    "flood": "events as fast as they can be made",
    "paced": "an event each few milliseconds, as a fast scan emits them",
    "runs": "short runs: start, a few events, stop",
    "large": "events of 100 kB",
    "metadata": "an edit of the metadata after each event",
}
NETWORK = "rollback"
WAIT_S = 30.0


def documents(
    name: str, seed: int, kind: str, run: int, scan_id: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the documents of one run of a victim."""
    chance = random.Random(f"{name} {seed} {run}")
    points = chance.randint(1, 6) if kind == "runs" else 3000
    uid, stream = f"{name}-{run}", f"{name}-{run}-stream"
    yield (
        "start",
        {"uid": uid, "time": float(scan_id), "scan_id": scan_id, "plan_name": "ascan", "name": name},
    )
    yield "descriptor", {"uid": stream, "run_start": uid, "name": "primary", "time": 0.0, "data_keys": {}}
    padding = "x" * (100_000 if kind == "large" else 300)
    for number in range(1, points + 1):
        yield (
            "event",
            {
                "uid": f"{stream}-{number}",
                "descriptor": stream,
                "time": float(number),
                "seq_num": number,
                "data": {"det": chance.random(), "note": padding},
                "timestamps": {"det": float(number)},
                "filled": {},
            },
        )
    yield (
        "stop",
        {"uid": f"{uid}-stop", "run_start": uid, "time": 1.0, "exit_status": "success", "reason": ""},
    )


def open_store(path: str | os.PathLike[str], journal: str, *, max_queued: int = 20_000) -> RunStore:
    """Open a store as on a local disk, or as on a network file system."""
    kind = "nfs4" if journal == NETWORK else "ext4"
    return RunStore(path, filesystem_type=lambda folder: kind, max_queued=max_queued)


def write(
    store: RunStore,
    name: str,
    seed: int,
    kind: str,
    say: Callable[[str, int], object],
    is_enough: Callable[[], bool] = lambda: False,
) -> None:
    """Write run after run, and say what the store has said is on disk; from any thread."""
    store.on_commit(lambda count: say("n", count))
    pause = threading.Event()
    run = edits = 0
    while True:
        run += 1
        scan_id = store.take_scan_id().result(WAIT_S)
        say("s", scan_id)
        for doc_name, doc in documents(name, seed, kind, run, scan_id):
            while store.congested:
                pause.wait(0.01)
            store(doc_name, doc)
            if kind in ("paced", "runs"):
                pause.wait(0.002)
            if kind == "metadata" and doc_name == "event":
                edits += 1
                store.metadata[name] = {"edits": edits}
                say("m", edits)
            if is_enough():
                return


def say(what: str, number: int) -> None:
    os.write(1, b"%s %d\n" % (what.encode(), number))


if __name__ == "__main__":
    path, name, seed, kind, journal = sys.argv[1:]
    write(open_store(path, journal), name, int(seed), kind, say)
