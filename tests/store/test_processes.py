"""What several processes do to one store, and what is left when one is killed."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bsh.store import RunLibrary, RunStore
from bsh.store.process import is_alive, this_process
from tests.store.runs import WAIT_S, descriptor_doc, event_doc, run_documents, save, start_doc

ROOT = Path(__file__).parents[2]
TRIALS = 15

WRITER = """
import os, sys
from bsh.store import RunStore
from tests.store.runs import descriptor_doc, event_doc, start_doc

store = RunStore(sys.argv[1])
store.on_commit(lambda count: os.write(1, b"%d\\n" % count))
scan_id = store.take_scan_id().result(20)
os.write(1, b"scan %d\\n" % scan_id)
start = start_doc(scan_id=scan_id, uid=f"trial-{scan_id}-x", time=float(scan_id))
stream = descriptor_doc(start)
store("start", start)
store("descriptor", stream)
number = 0
while True:
    number += 1
    store("event", event_doc(stream, number))
    if number % 20 == 0:
        store.metadata["position"] = {"number": number}
        os.write(1, b"position %d\\n" % number)
"""


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def output_until_killed(code: str, path: Path, lines: int) -> list[str]:
    """Run a child, kill it after some lines of output, and return all that it had said by then."""
    process = child(code, path)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    rest, errors = process.communicate(timeout=WAIT_S)
    assert errors == ""
    return ("".join(said) + rest).rpartition("\n")[0].split("\n")


def test_no_acknowledged_document_is_lost_when_the_process_is_killed(path: Path) -> None:
    moments = random.Random(20240501)
    for trial in range(1, TRIALS + 1):
        said = output_until_killed(WRITER, path, lines=moments.randint(3, 60))
        scan_id = int(next(line for line in said if line.startswith("scan")).split()[1])
        acknowledged = max(int(line) for line in said if line.isdigit())
        positions = [int(line.split()[1]) for line in said if line.startswith("position")]
        with RunStore(path) as store:
            assert store.warnings == []
            run = store.run(scan_id)
            numbers = [doc["seq_num"] for name, doc in run.documents() if name == "event"]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) + 2 >= acknowledged
            assert run.summary.num_points == len(numbers)
            assert run.summary.exit_status is None
            assert run.summary.reason == f"interrupted at point {len(numbers)}"
            assert len(store.interrupted_runs()) == trial
            if positions:
                assert store.metadata["position"]["number"] >= positions[-1]
            assert store.peek_scan_id() == scan_id + 1 == trial + 1
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


TAKER = """
import sys
from bsh.store import RunStore
with RunStore(sys.argv[1]) as store:
    print(*[store.take_scan_id().result(20) for _ in range(100)])
"""


def test_processes_never_take_the_same_scan_number(path: Path) -> None:
    takers = [child(TAKER, path) for _ in range(3)]
    outputs = [taker.communicate(timeout=60) for taker in takers]
    assert [errors for _, errors in outputs] == ["", "", ""]
    taken = [int(number) for output, _ in outputs for number in output.split()]
    assert sorted(taken) == list(range(1, 301))
    with RunStore(path) as store:
        assert store.peek_scan_id() == 301


FORGETFUL = """
import sys
from bsh.store import RunStore
from tests.store.runs import run_documents
store = RunStore(sys.argv[1])
for name, doc in run_documents(3000):
    store(name, doc)
if sys.argv[2:] == ["fail"]:
    raise SystemExit("some error")
"""


@pytest.mark.parametrize("how", [[], ["fail"]])
def test_python_that_ends_without_closing_the_store_loses_nothing(path: Path, how: list[str]) -> None:
    process = child(FORGETFUL, path, *how)
    _, errors = process.communicate(timeout=60)
    assert errors == ("some error\n" if how else "")
    with RunStore(path) as store:
        assert store.runs()[0].num_points == 3000
        assert store.runs()[0].exit_status == "success"


STUCK = """
import logging, sqlite3, sys
from bsh.store import RunStore, run_store
from tests.store.runs import run_documents
run_store._EXIT_TIMEOUT_S = 0.2
store = RunStore(sys.argv[1], busy_timeout_s=30)
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute("BEGIN IMMEDIATE")
for name, doc in run_documents(5):
    store(name, doc)
"""


def test_python_ends_even_if_the_database_cannot_be_written(path: Path) -> None:
    process = child(STUCK, path)
    _, errors = process.communicate(timeout=WAIT_S)
    assert "8 documents are not in" in errors
    (rescue,) = path.parent.glob("runs.db.unsaved-*.jsonl")
    assert str(rescue) in errors
    assert len(rescue.read_text().splitlines()) == 8


OPEN_RUN = """
import sys
from bsh.store import RunStore
from tests.store.runs import run_documents, save
store = RunStore(sys.argv[1])
save(store, run_documents(4, stop=False, scan_id=1))
print("saved", flush=True)
sys.stdin.read()
"""


def test_open_run_is_running_while_its_process_lives_and_interrupted_after(path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN_RUN, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "saved\n"
    with RunLibrary(path) as library:
        (run,) = library.runs(exit_status="running")
        assert (run.exit_status, run.reason) == (None, "running")
        assert library.interrupted_runs() == []
        process.kill()
        process.communicate(timeout=WAIT_S)
        (run,) = library.interrupted_runs()
        assert (run.exit_status, run.reason, run.num_points) == (None, "interrupted at point 4", 4)
        assert library.run(1).stop is None


def test_run_of_a_process_that_cannot_be_seen_counts_as_running_for_an_hour(path: Path) -> None:
    now = 1_700_000_000.0
    with RunStore(path, clock=lambda: now) as store:
        save(store, run_documents(2, stop=False))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE runs SET writer = 'elsewhere' || substr(writer, instr(writer, '|'))")
    connection.commit()
    connection.close()
    for later, reason in ((60, "running"), (2 * 3600, "interrupted at point 2")):
        with RunLibrary(path, clock=lambda later=later: now + later) as library:  # type: ignore[misc]  # bound now
            assert library.runs()[0].reason == reason


def test_process_is_told_from_a_later_one_with_the_same_pid() -> None:
    host, boot, namespace, pid, started = this_process().split("|")
    assert is_alive(this_process()) is True
    assert is_alive("|".join((host, boot, namespace, pid, "1"))) is False
    assert is_alive("|".join((host, "other boot", namespace, pid, started))) is False
    assert is_alive("|".join(("other host", boot, namespace, pid, started))) is None
    assert is_alive("garbage") is False
    ended = subprocess.Popen([sys.executable, "-c", "import bsh.store.process as p; print(p.this_process())"],
                             stdout=subprocess.PIPE, text=True, cwd=ROOT)  # fmt: skip
    identity = ended.communicate(timeout=WAIT_S)[0].strip()
    assert is_alive(identity) is False
    assert str(os.getpid()) == pid


def test_two_stores_write_to_one_file_at_once(path: Path) -> None:
    with RunStore(path) as one, RunStore(path) as other:
        start, stream = start_doc(scan_id=1), {}
        stream = descriptor_doc(start)
        save(one, [("start", start), ("descriptor", stream)])
        save(other, run_documents(5, scan_id=2))
        save(one, [("event", event_doc(stream, 1))])
        assert [(run.scan_id, run.num_points) for run in other.runs()] == [(2, 5), (1, 1)]
        assert [name for name, _ in other.run(1).documents()] == ["start", "descriptor", "event"]
