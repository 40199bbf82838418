"""Ctrl+C while a long plan is being looked at."""

import time

import pytest


@pytest.mark.terminal
def test_ctrl_c_ends_the_look_at_a_long_scan_at_once(shell):
    shell.run("from bsh.session import preflight; preflight.MOST_SECONDS = 60")
    shell.start("import builtins; print('now'); ascan th 0 1 999999 0.1")
    shell.wait_output(r"^now$")
    began = time.monotonic()
    shell.interrupt()
    shell.wait_output(r"^interrupted$")
    shell.wait_prompt()
    assert time.monotonic() - began < 2
    assert shell.run("session.store.peek_scan_id()") == "1"
    assert shell.run("th.position") == "0.0"
