"""wa -w in a real terminal."""

import pytest


@pytest.mark.terminal
@pytest.mark.parametrize("end", [" ", "\x03"])
def test_wa_w_reads_positions_in_place_until_a_key_or_ctrl_c(shell, end):
    shell.start("_ = th.set(170), wa('th', watch=True)")
    shell.wait(r"^user +\d\.\d{4}$")
    shell.wait(r"^user +[1-9]\d\.\d{4}$")
    assert shell.count("Current positions") == 1
    shell.send(end)
    shell.wait_prompt()
    assert shell.count("a key ends it") == 0
    assert shell.count("Current positions") == 1
    shell.run("stopall")


@pytest.mark.terminal
def test_wa_w_typed_while_a_scan_runs_is_refused_and_the_scan_goes_on(shell):
    shell.start("loopscan 30 0.1")
    shell.wait(r"^ +3 ")
    shell.send("wa -w\r")
    shell.wait("-w: not while a plan runs")
    shell.wait_prompt()


@pytest.mark.terminal
def test_waiting_says_for_what_and_ctrl_c_ends_it(shell):
    shell.start("waitstable th 5 0.1 3")
    shell.wait(r"waiting [\d.]+ s for 5\.0000 deg \+- 0\.1: th 0\.0000 deg, outside")
    shell.interrupt()
    shell.wait("interrupted")
    shell.wait_prompt()
    assert shell.count("waiting") == 0
