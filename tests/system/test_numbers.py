"""Scan numbers: unique over shells and restarts."""

from __future__ import annotations

import pytest

LOOP = "for i in range(4): ascan th 0 0.01 2 0.001"


@pytest.mark.terminal
def test_two_shells_that_scan_at_once_share_the_numbers_and_a_third_one_goes_on(open_shell, bsh, home):
    one, two = open_shell("-p", "sim"), open_shell("-p", "sim")
    for shell in (one, two):
        shell.wait(r"^sim 1>$", 30)
    assert "#1 done" in one.run("ascan th 0 0.01 2 0.001")
    two.start("a = 1")  # its prompt was drawn before that scan
    two.wait(r"^sim 2>$")
    one.start(LOOP)
    two.start(LOOP)
    for shell in (one, two):
        shell.wait_output(r"(?s)(#\d+ done.*){4}")
        shell.wait_prompt()
        shell.send("\x04")
        assert shell.wait_end() == 0
    runs = home.runs()
    assert sorted(run.scan_id for run in runs) == list(range(1, 10))
    assert len({run.uid for run in runs}) == 9
    assert {run.exit_status for run in runs} == {"success"}
    assert "#10 done" in bsh("-p", "sim", "-c", "ct -s 0.001").stdout


def test_many_processes_at_once_take_each_number_once(begin_bsh, home):
    lines = ["-c", "ascan th 0 0.01 2 0.001"] * 3
    processes = [begin_bsh("-p", "sim", *lines) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    assert sorted(run.scan_id for run in home.runs()) == list(range(1, 10))
