"""The short version of ``make crash``."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from bsh.store import RunStore
from tests.store.crash.trial import Findings, Victim, look, try_once
from tests.store.crash.victim import NETWORK

TRIALS = 8


@pytest.mark.parametrize("journal", ["wal", NETWORK])
def test_what_was_acknowledged_is_there_after_kill_9_at_random_moments(tmp_path: Path, journal: str) -> None:
    path = tmp_path / f"{journal}.db"
    chance = random.Random(20261122)
    findings: dict[str, Findings] = {}
    for number in range(TRIALS):
        try_once(path, number, chance, findings)
    assert sum(found.kills for found in findings.values()) >= TRIALS
    assert sum(found.acknowledged for found in findings.values()) > 0
    assert sum(found.missing for found in findings.values()) == 0
    assert max(found.most_open_runs for found in findings.values()) == 1
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_the_campaign_would_notice_a_document_that_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "wal.db"
    victim = Victim(path, "v", 1, "paced", "wal")
    while not victim.told("n"):
        assert victim.process.stdout is not None
        victim.said += victim.process.stdout.read(100)
    victim.kill()
    RunStore(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DELETE FROM runs")
    connection.close()
    findings = Findings()
    look(path, [victim], findings)
    assert findings.missing >= 1
