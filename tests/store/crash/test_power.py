"""Power cuts, simulated: what SQLite wrote and synced is recorded, and a disk that forgets the rest is looked at."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.store.crash.power import cut, recorded
from tests.store.crash.trial import Findings
from tests.store.crash.victim import NETWORK

CUTS = 24
NOTES = 1200


@pytest.mark.parametrize(
    ("journal", "kind"), [("wal", "runs"), ("wal", "large"), (NETWORK, "runs"), (NETWORK, "metadata")]
)
def test_what_was_acknowledged_is_there_after_a_power_cut_at_any_moment(
    tmp_path: Path, journal: str, kind: str
) -> None:
    chance, findings = random.Random(20261123), Findings()
    writer = recorded(tmp_path, chance, kind, journal, NOTES)
    cut(writer, tmp_path, CUTS, chance, findings)
    assert findings.acknowledged > 0
    assert findings.missing == 0
    assert findings.most_open_runs == 1


def test_a_disk_that_does_not_keep_what_was_synced_is_noticed(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    writer = recorded(tmp_path, chance, "runs", "wal", NOTES)
    with pytest.raises(AssertionError, match="a scan number goes back"):
        cut(writer, tmp_path, CUTS, chance, Findings(), honest=False)
