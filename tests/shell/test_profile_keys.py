"""Keys of the profile that people see: each does what its line in the reference says."""

import re

import pytest

pytestmark = pytest.mark.terminal

PROFILE = """\
profile: keys
title: Hutch with keys
devices:
  bsh.devices.sim.SimMotor: [{name: th, units: deg, limits: [-10, 10]}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $th, noise: null}, {name: d2}, {name: d3}, {name: d4}]
  bsh.devices.sim.SimRing: [{name: ring, lifetime: 0}]
  bsh.devices.sim.SimShutter: [{name: fe, state: open, delay: 0}]
counters: {default: [det, d2, d3, d4], few: [det]}
aliases: {theta: th, beam: ring.current}
metadata: {beamline_id: KEYS}
"""


@pytest.fixture
def open_keys(open_shell, tmp_path):
    def start(more="", **options):
        file = tmp_path / "keys.yml"
        file.write_text(PROFILE + more)
        return open_shell("-p", str(file), **options)

    return start


def test_title_and_toolbar_are_on_the_screen(open_keys):
    shell = open_keys("toolbar: [ring.current, theta]\n")
    shell.wait(r"^bsh \S+  Hutch with keys \(profile keys\)")
    shell.wait(r"Hutch with keys · idle · ring\.current 100\.00 mA · theta 0\.000 deg")


def test_the_table_has_as_many_columns_as_are_wanted_and_no_plot(open_keys):
    text = open_keys("table: {max_columns: 2}\nplots: false\n").run("ascan th -1 1 6 0.01")
    header = next(line for line in text.splitlines() if line.lstrip().startswith("point"))
    assert header.split() == ["point", "theta", "det"]
    assert "3 more columns" in text
    assert "└" not in text


def test_the_table_can_be_left_out(open_keys):
    text = open_keys("table: {style: none}\nplots: false\n").run("ascan th -1 1 6 0.01")
    assert not re.search(r"^ +0 +-1\.0", text, re.MULTILINE)
    assert "#1 done · 7 points" in text


def test_long_scans_ask_first(open_keys):
    shell = open_keys("confirm_over: 1 min\n")
    shell.start("ascan th -1 1 100 1")
    shell.wait(r"Start\? \[y/N\]")
    shell.type("n")
    shell.wait("not started")
    shell.wait(r"^keys 1>")


def test_aliases_counters_and_metadata_are_there(open_keys):
    shell = open_keys()
    shell.run("mv theta 2")
    assert shell.run("print(th.position, beam.get(), RE.md['beamline_id'])") == "2.0 100.0 KEYS"
    shell.run("mg few")
    assert "d2 =" not in shell.run("ct 0.01")


def test_what_runs_on_exit_knows_the_devices_plans_and_own_names_when_the_shell_is_left(open_keys):
    shell = open_keys(
        "shutter: {device: fe, open: open, close: closed}\n"
        "on_exit: [close_shutter, 'print(\"left\", fe.is_open, own)']\n"
    )
    shell.run("own = 5")
    shell.send("\x04")
    shell.wait_end()
    assert "left False 5" in shell.text
