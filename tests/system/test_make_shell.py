"""``make shell``, as somebody types it who has just cloned the project."""

from __future__ import annotations

import re
import subprocess

import pytest
from event_model import DocumentNames, schema_validators

from tests.system.conftest import MAKE
from tests.system.processes import Family
from tests.system.scans import PAUSE_MENU, bring_online, points


@pytest.fixture
def family():
    return Family()


def scan_with_a_pause(shell, line, first_row):
    """Run a scan, pause it by Ctrl+C in its course, resume it; return what was shown."""
    shell.start(line)
    shell.wait_output(first_row)
    shell.interrupt()
    shell.wait_output(PAUSE_MENU)
    shell.send("r")
    shell.wait_output("#1 done · 21 points")
    shell.wait_prompt()
    return shell.output


@pytest.mark.terminal
def test_make_shell_opens_on_simulated_devices_ctrl_c_pauses_the_scan_alone_and_nothing_is_left(
    open_shell, family, home
):
    shell = open_shell(made="sim", env=family.environment)
    shell.wait(r"^sim 1>$")
    before = family.living()
    assert any("make " in words for words in before.values())
    shown = scan_with_a_pause(shell, "ascan th -1 1 20 0.05", r"^ +3 +-0\.7000")
    assert points(shown) == list(range(21))
    shell.interrupt()  # at the prompt
    shell.run("1 + 1")
    assert family.living() == before
    shell.send("\x04")
    assert shell.wait_end() == 0
    assert family.living_after(5) == {}
    (run,) = home.runs()
    assert (run.num_points, run.exit_status, run.command) == (21, "success", "ascan th -1 1 20 0.05")


@pytest.mark.ioc
@pytest.mark.terminal
def test_make_shell_with_the_epics_profile_scans_a_motor_record_finds_the_peak_and_stops_the_ioc(
    open_shell, family, home
):
    shell = open_shell(made="epics", env=family.environment)
    shell.wait(r"^epics 1>$", 60)
    bring_online(shell)
    before = family.living()
    assert sum(" bsh.ioc " in words for words in before.values()) == 1
    shown = scan_with_a_pause(shell, "ascan samx -1 1 20 0.1", r"^ +5 +-0\.5000")
    assert points(shown) == list(range(21))
    peak = re.search(r"^det: peak \d+ @ (\S+) · cen (\S+) · com (\S+) · fwhm (\S+)$", shown, re.MULTILINE)
    assert peak, shown
    assert [float(text) for text in peak.groups()] == pytest.approx([0.2, 0.2, 0.2, 0.59], abs=0.1)
    assert family.living() == before, "Ctrl+C is the scan's business alone"
    assert re.search(r"^user +1\.0000", shell.run("wa"), re.MULTILINE)
    shell.send("\x04")
    assert shell.wait_end() == 0
    assert family.living_after(5) == {}

    readings = home.readings(profile="epics")
    positions = [reading["samx"] for reading in readings]
    assert positions == pytest.approx([-1 + 0.1 * step for step in range(21)], abs=2e-3)
    assert [reading["samx_user_setpoint"] for reading in readings] == pytest.approx(positions, abs=2e-3)
    brightest = max(readings, key=lambda reading: reading["det"])
    assert brightest["samx"] == pytest.approx(0.2, abs=0.11)
    for name, doc in home.documents(profile="epics"):
        schema_validators[DocumentNames[name]].validate(doc)


def test_in_a_fresh_clone_make_shell_installs_the_project_before_it_opens_it(tmp_path, home):
    fresh = tmp_path / "venv"
    asked = ["make", *MAKE, "--dry-run", f"VENV={fresh}", "shell"]
    for profile, extra in (("sim", "."), ("epics", "'.[epics]'")):
        done = subprocess.run(
            [*asked, f"PROFILE={profile}"], capture_output=True, text=True, timeout=30, check=True
        )
        steps = [line for line in done.stdout.splitlines() if str(fresh) in line]
        assert f"-m venv {fresh}" in steps[0]
        assert steps[1].endswith(f"--editable {extra}")
        assert f"{fresh}/bin/bsh -p {profile}" in steps[-1]
    assert not fresh.exists()


@pytest.mark.ioc
@pytest.mark.terminal
def test_a_terminal_window_that_is_closed_in_mid_scan_leaves_a_closed_run_and_no_process(
    open_shell, family, home
):
    shell = open_shell(made="epics", env=family.environment)
    shell.wait(r"^epics 1>$", 60)
    bring_online(shell)
    shell.start("ascan samy -1 1 20 0.1")
    shell.wait_output(r"^ +1 +-0\.9000")
    shell.hang_up()
    assert family.living_after(20) == {}
    (run,) = home.runs("epics")
    assert run.exit_status == "abort"
    assert run.num_points >= 2


@pytest.mark.terminal
@pytest.mark.parametrize("is_in_a_scan", [True, False])
def test_a_terminal_that_goes_with_make_as_the_leader_of_its_session_ends_the_shell(
    open_shell, family, home, is_in_a_scan
):
    shell = open_shell(made="sim", is_leader=True, env=family.environment)
    shell.wait(r"^sim 1>$")
    if is_in_a_scan:
        shell.start("ascan th -1 1 200 0.1")
        shell.wait_output(r"^ +1 +-0\.9900")
    shell.hang_up()
    assert family.living_after(10) == {}
    if is_in_a_scan:
        (run,) = home.runs()
        assert (run.exit_status, run.reason) == ("abort", "the terminal was lost")
