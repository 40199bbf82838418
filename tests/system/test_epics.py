"""The epics profile, when the IOC is not there, and when it dies."""

from __future__ import annotations

import re

import pytest

from bsh.ioc.environment import client_environment, free_ports
from tests.system.conftest import ROOT
from tests.system.scans import bring_online, points

pytestmark = [pytest.mark.ioc, pytest.mark.terminal]

MIXED = """\
profile: mixed
devices:
  bsh.devices.sim.SimMotor: [{name: th, units: deg, limits: [-10, 10], labels: [motors]}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $th, count_time: 0}]
  ophyd.EpicsMotor: [{name: lost, prefix: "NOWHERE:m1", labels: [motors]}]
  ophyd.EpicsSignalRO: [{name: gone, read_pv: "NOWHERE:current"}]
counters: {default: [det]}
"""


def test_an_ioc_that_is_not_there_leaves_a_shell_with_its_devices_offline(open_shell, home, tmp_path):
    (tmp_path / "mixed.yml").write_text(MIXED)
    shell = open_shell("-p", "./mixed.yml", env=client_environment(*free_ports(2)), columns=120)
    shell.wait(r"^mixed 1>$")
    shell.wait(r"^2 ok, 2 offline: lost \(NOWHERE:m1\), gone")
    shell.wait(r"lost is offline: no answer from NOWHERE:m1")
    table = shell.run("wa")
    assert re.search(r"^user +0\.0+ +\?", table, re.MULTILINE)
    assert re.search(r"^lost: .*no answer from NOWHERE:m1", table, re.MULTILINE)
    for line in ("ascan lost 0 1 4 0.01", "ascan th 1 2 4 0.01 gone", "mv th 1 lost 1"):
        told = shell.run(line)
        assert re.match(r"ERROR: (lost|gone) is offline: no answer from NOWHERE:", told), told
        assert "#1" not in told
    told = shell.run("RE(bp.scan([det], th, 1, 2, lost, 1, 2, 3))")
    assert re.search(r"^ERROR: lost is offline: no answer from NOWHERE:", told, re.MULTILINE), told
    assert shell.run("th.position") == "0.0"
    assert "Traceback" not in shell.text
    assert home.runs("mixed") == []
    shell.send("\x04")
    assert shell.wait_end() == 0


@pytest.fixture
def crash_shell(open_shell, crash_ioc, tmp_path):
    """A shell on a demo IOC that may be killed."""
    profile = (ROOT / "profiles" / "epics.yml").read_text()
    (tmp_path / "crash.yml").write_text(profile.replace("SIM:", "CRASH:").replace(": epics", ": crash"))
    shell = open_shell("-p", "./crash.yml", columns=120)
    shell.wait(r"^crash 1>$", 30)
    bring_online(shell)
    return shell


def check_ended(shell, home, points_seen):
    """The shell is whole after its IOC has died, and the run is closed."""
    shell.wait_prompt()
    assert "Traceback" not in shell.text
    assert points(shell.output) == points_seen
    (run,) = home.runs("crash")
    assert run.exit_status in ("fail", "abort")
    assert run.num_points == len(points_seen)
    assert home.documents(profile="crash")[-1][0] == "stop"
    assert shell.run("1 + 1") == "2"
    assert re.search(r"^user +\? +\? +\? +\?$", shell.run("wa"), re.MULTILINE)


def test_an_ioc_that_dies_in_a_count_ends_the_scan_with_the_reason(crash_shell, crash_ioc, home):
    shell = crash_shell
    shell.start("ascan samx 0 0.1 4 3")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.wait("^waiting for scaler1 · 0:01")
    crash_ioc.kill()
    shell.wait_output(r"#1 failed · 1 of 5 points")
    check_ended(shell, home, [0])
    told = " ".join(shell.text.split())
    assert re.search(r"because: .*scaler1 did not finish its measurement: its connection was lost", told), (
        told
    )


def test_an_ioc_that_dies_in_a_move_ends_the_scan_with_the_reason(crash_shell, crash_ioc, home):
    shell = crash_shell
    shell.start("ascan samx 0 40 2 0.05")
    shell.wait_output(r"^ +0 +0\.0000")
    shell.wait(r"^samx +\d.* → 20\.0000 mm")
    crash_ioc.kill()
    shell.wait_output(r"#1 failed · 1 of 3 points")
    check_ended(shell, home, [0])
    assert re.search(r"samx did not arrive: its connection was lost", shell.text.replace("\n", " ")), (
        shell.text
    )


def test_an_ioc_that_dies_at_the_prompt_leaves_the_screen_as_it_is(open_shell, crash_ioc, home, tmp_path):
    profile = (ROOT / "profiles" / "epics.yml").read_text()
    (tmp_path / "crash.yml").write_text(profile.replace("SIM:", "CRASH:").replace(": epics", ": crash"))
    nobodys = {"EPICS_CA_REPEATER_PORT": str(free_ports(1)[0])}  # and nobody there to answer
    shell = open_shell("-p", "./crash.yml", columns=120, env=nobodys)
    shell.wait(r"^crash 1>$", 30)
    shell.run("1")  # waits for the devices
    bring_online(shell)
    shell.wait(r"ring_current \d")  # in the toolbar
    shell.send("1 + 1 + ")  # half a line, typed when it happens
    shell.wait(r"^crash 1> 1 \+ 1 \+$")
    above = shell.text.split("crash 1>")[0]
    crash_ioc.kill()
    shell.wait(r"ring_current \?")
    assert shell.text.split("crash 1>")[0] == above
    shell.send("40\r")
    shell.wait(r"^.*42$")
    for noise in (b"CA.Client", b"Virtual circuit", b"caRepeater", b"****", b"Traceback"):
        assert noise not in shell.raw
