"""``kill -9`` in the middle of a scan: what was printed is on disk."""

from __future__ import annotations

import signal

import pytest

from tests.system.scans import rows

SCAN = "ascan th -0.5 0.5 400 0.001"
SLOW = "ascan th -1 1 20 0.05"


def check_printed_is_stored(text, readings):
    """Every row that was printed is in the store, with the same numbers."""
    printed = rows(text)
    assert [int(row[0]) for row in printed] == list(range(len(printed)))
    assert len(readings) >= len(printed)
    for row, reading in zip(printed, readings):
        assert row[1:] == [f"{reading['th']:.4f}", str(reading["det"]), str(reading["mon"])]
    return len(printed)


@pytest.mark.parametrize("moment", [0, 1, 20, 150])
def test_every_point_whose_row_came_through_the_pipe_is_stored(begin_bsh, bsh, home, moment):
    process = begin_bsh("-p", "sim", "-c", SCAN)
    text = ""
    for line in process.stdout:
        text += line
        if ("counts" in line and moment == 0) or line.split()[:1] == [str(moment)]:
            break
    process.kill()
    text += process.stdout.read()
    assert process.wait() == -signal.SIGKILL
    count = check_printed_is_stored(text, home.readings())
    assert count >= moment
    (run,) = home.runs()
    assert (run.exit_status, run.num_points) == (None, len(home.readings()))


@pytest.mark.terminal
def test_every_point_on_the_screen_is_stored_and_the_next_start_tells_of_the_interrupted_scan(
    open_shell, home
):
    shell = open_shell("-p", "sim")
    shell.start(SLOW)
    shell.wait_output(r"^ +6 +-0\.4000")
    shell.process.kill(signal.SIGKILL)
    assert shell.wait_end() == -signal.SIGKILL
    stored = home.readings()
    assert check_printed_is_stored(shell.text + "\n", stored) >= 7
    again = open_shell("-p", "sim")
    again.wait_prompt()
    assert f"scan 1 ({SLOW}) was interrupted at point {len(stored)}" in again.text
    again.wait(r"^sim 2>$")
    assert again.run("scans").splitlines()[-1].split()[3:5] == [str(len(stored)), "interrupted"]
