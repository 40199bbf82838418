"""One trial: victims are killed at a random moment, and the store they leave is looked at."""

from __future__ import annotations

import random
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bsh.store import RunStore
from tests.store.crash.victim import KINDS, NETWORK, WAIT_S, documents, open_store

ROOT = Path(__file__).parents[3]
LONGEST_LIFE_S = 0.6
"""A victim lives up to so long after its first words."""


class Victim:
    """A process that writes, and what it has said."""

    def __init__(self, path: Path, name: str, seed: int, kind: str, journal: str) -> None:
        self.name, self.seed, self.kind = name, seed, kind
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.crash.victim", str(path), name, str(seed), kind, journal],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, bufsize=0,
        )  # fmt: skip
        self.said = b""

    def hear(self, until: float) -> None:
        """Take in what it says until a moment of the monotonic clock."""
        assert self.process.stdout is not None
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.process.stdout], [], [], left)[0]:
                return
            piece = self.process.stdout.read(1 << 16)
            if not piece:
                return  # it has ended by itself: kill() tells why
            self.said += piece

    def kill(self) -> None:
        """Kill it; what is in the pipe was said before."""
        self.process.kill()
        rest, errors = self.process.communicate(timeout=WAIT_S)
        self.said += rest or b""
        assert errors == b"", errors.decode()

    def told(self, what: str) -> list[int]:
        """Return the numbers of one kind that it said are on disk."""
        whole = self.said.rpartition(b"\n")[0].decode().splitlines()
        return [int(line.split()[1]) for line in whole if line.startswith(what)]


@dataclass
class Findings:
    """What the trials of one kind have shown."""

    kills: int = 0
    acknowledged: int = 0
    missing: int = 0
    unacknowledged: int = 0
    most_open_runs: int = 0
    opening_s: list[float] = field(default_factory=list)


def try_once(path: Path, number: int, chance: random.Random, findings: dict[str, Findings]) -> None:
    """Let one or two victims write to a store, kill them, and look.

    Parameters
    ----------
    path : Path
        The store; of earlier trials or new.
    number : int
        Of the trial; the victims are named by it.
    chance : random.Random
        Decides what they do and when they die.
    findings : dict
        Is added to.
    """
    journal = journal_of(path)
    count = chance.choice([1, 1, 2])
    victims = [
        Victim(path, f"v{number}-{place}-", chance.randrange(10**9), chance.choice(list(KINDS)), journal)
        for place in range(count)
    ]
    # one in ten dies while it starts, when it may be making the file
    for victim in victims:
        if chance.random() < 0.9:
            first = time.monotonic() + WAIT_S
            while not victim.said and time.monotonic() < first and victim.process.poll() is None:
                victim.hear(time.monotonic() + 0.02)
    moment = time.monotonic() + chance.random() * LONGEST_LIFE_S
    for victim in victims:
        victim.hear(moment)
    for victim in victims:
        victim.kill()
    label = f"{journal}, {count} at once" if count > 1 else journal
    look(path, victims, findings.setdefault(label, Findings()))


def journal_of(path: Path) -> str:
    """Return which journal a store of the campaign has; its name says so."""
    return NETWORK if path.name.startswith(NETWORK) else "wal"


class Writer(Protocol):
    """Who wrote to a store: what it would write, and what it was told."""

    name: str
    seed: int
    kind: str

    def told(self, what: str) -> list[int]:
        """Return the numbers of one kind that it was told are on disk."""


def look(path: Path, victims: Sequence[Writer], findings: Findings) -> None:
    """Open the store that victims have left, and find what they were told is there."""
    began = time.monotonic()
    with open_store(path, journal_of(path)) as store:
        findings.opening_s.append(time.monotonic() - began)
        assert not [text for text in store.warnings if "network file system" not in text]
        numbers = [scan_id for victim in victims for scan_id in victim.told("s")]
        assert len(numbers) == len(set(numbers)), "a scan number was given twice"
        assert store.peek_scan_id() > max(numbers, default=0), "a scan number goes back"
        for victim in victims:
            _look_for(victim, store, findings)
    findings.kills += len(victims)


def _look_for(victim: Writer, store: RunStore, findings: Findings) -> None:
    runs = [run for run in store.runs() if run.uid.startswith(victim.name)]
    assert all(run.reason.startswith("interrupted at point ") for run in runs if run.exit_status is None)
    findings.most_open_runs = max(findings.most_open_runs, sum(run.exit_status is None for run in runs))
    stored: list[tuple[str, dict[str, Any]]] = []
    for run in reversed(runs):
        of_run = list(store.run(run.uid).documents())
        assert run.num_points == sum(name == "event" for name, _ in of_run)
        stored += of_run
    scan_ids = {run.uid: run.scan_id for run in runs}
    expected: list[tuple[str, dict[str, Any]]] = []
    for number in range(1, len(runs) + 1):
        scan_id = scan_ids[f"{victim.name}-{number}"]
        assert scan_id is not None
        expected += documents(victim.name, victim.seed, victim.kind, number, scan_id)
    assert stored == expected[: len(stored)], "not what was emitted, in the order of emission"
    acknowledged = max(victim.told("n"), default=0)
    findings.acknowledged += acknowledged
    findings.missing += max(0, acknowledged - len(stored))
    findings.unacknowledged += max(0, len(stored) - acknowledged)
    edits = max(victim.told("m"), default=0)
    kept = store.metadata.get(victim.name, {"edits": 0})["edits"]
    assert kept >= edits, "an edit of the metadata is missing"
