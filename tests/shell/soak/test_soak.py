"""A stranger at the real shell: whatever is typed and interrupted, the prompt comes back and no point is lost.

``make test`` lets one of them type a few lines; ``make soak`` several of them, many lines each.
"""

from __future__ import annotations

import os

import pytest

from bsh.store import RunStore
from tests.shell.soak.stranger import Stranger, told_ends

SEEDS = int(os.environ.get("SOAK_SEEDS", "1"))
LINES = int(os.environ.get("SOAK_LINES", "12"))

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(60 + 45 * LINES)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_prompt_comes_back_and_every_run_is_whole(open_shell, tmp_path, seed):
    shell = open_shell(columns=80, lines=24)
    shell.wait_prompt()
    stranger = Stranger(shell, seed)
    ends: dict[int, int] = {}
    for number in range(LINES):
        stranger.type_something()
        if number % 4 == 3:
            stranger.check_alive()
        ends |= told_ends(shell.text)
    assert "Traceback" not in shell.text.replace("Traceback (most recent call last) ", "")
    shell.send("\x04")
    assert shell.wait_end(30) == 0, shell.text[-2000:]
    store = RunStore(tmp_path / "home" / "sim" / "runs.db", profile="sim")
    try:
        runs = {run.scan_id: run for run in store.runs()}
        assert all(run.exit_status is not None for run in runs.values())
        assert sorted(runs) == list(range(1, len(runs) + 1))
        assert {number: runs[number].num_points for number in ends} == ends
    finally:
        store.close(10)
