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
    notice = f"scan 1 ({SLOW}) was interrupted at point {len(stored)}/21: resume 1 continues"
    assert notice in " ".join(again.text.split())
    again.wait(r"^sim 2>$")
    assert again.run("scans").splitlines()[-1].split()[3:5] == [str(len(stored)), "interrupted"]
    again.run("resume 1")
    check_whole(stored + home.readings(2), 21)
    again.close()
    third = open_shell("-p", "sim")
    third.wait_prompt()
    assert "interrupted" not in third.text


def check_whole(readings, points):
    """The points are those of the whole scan, each once, in order."""
    wanted = [-1 + 2 * number / (points - 1) for number in range(points)]
    assert [reading["th"] for reading in readings] == pytest.approx(wanted, abs=1e-3)


@pytest.mark.terminal
def test_a_scan_whose_terminal_is_lost_is_closed_and_the_next_start_tells_how_it_goes_on(
    open_shell, bsh, home
):
    """The window is closed, or ssh is gone: the line to the terminal ends."""
    shell = open_shell("-p", "sim")
    shell.start(SLOW)
    shell.wait_output(r"^ +6 +-0\.4000")
    shell.hang_up()
    assert shell.wait_end() == 128 + signal.SIGHUP
    (run,) = home.runs()
    assert (run.exit_status, run.reason) == ("abort", "the terminal was lost")
    assert 7 <= run.num_points < 21
    taken = home.readings()
    told = bsh("-p", "sim", "-c", "resume -1")
    notice = f"scan 1 ({SLOW}) was aborted at point {run.num_points}/21 (the terminal was lost): resume 1 continues"
    assert f"bsh: {notice}" in told.stderr.splitlines()
    assert f"scan 1 goes on at point {run.num_points + 1} of 21, as a new scan: {SLOW}" in told.stdout
    assert told.returncode == 0
    check_whole(taken + home.readings(2), 21)
    assert bsh("resume", "1", "-p", "sim").stderr.splitlines()[-2:] == [
        "ERROR: scan 1 was resumed already, by scan 2",
        "resume 2 goes on with that one, if it has points left",
    ]
    assert bsh("-p", "sim", "resume", "-1").returncode == 1
    assert len(home.runs()) == 2
