"""What the program shows of scans, in a terminal and without one."""

import os
import re
import subprocess

import pytest

from tests.shell.terminal import PROGRAM

pytestmark = pytest.mark.terminal


def plots(text):
    return sum(line.lstrip().startswith("└") for line in text.splitlines())


def test_a_scan_is_plotted_while_it_runs_and_once_at_its_end(shell):
    shell.start("ascan th -0.5 0.5 20 0.05")
    shell.wait_output(r"^ +-?0\.\d┤|^ *\d+┤")
    shell.wait_prompt()
    text = shell.output
    assert plots(text) == 1
    assert "▼ peak" in text
    assert text.splitlines()[-1].startswith("mon: ")


def test_what_is_chosen_holds_for_the_next_scan(shell):
    shell.run("plotselect mon")
    shell.run("cols mon")
    text = shell.run("ascan th -0.5 0.5 4 0.01")
    assert "━ mon" in text
    assert "det" not in text
    shell.run("plotselect --off")
    assert plots(shell.run("ascan th -0.5 0.5 4 0.01")) == 0


def test_a_stored_scan_is_plotted_again(shell):
    shell.run("ascan th -0.5 0.5 4 0.01")
    assert plots(shell.run("plot 1")) == 1
    assert "#1 det" in shell.run("plot 1 1")


def test_a_live_plot_draws_in_the_terminal(shell):
    shell.run("from bsh.callbacks import LivePlot")
    text = shell.run('RE(bp.scan([det], th, -0.5, 0.5, 7), LivePlot("det", "th"))')
    assert plots(text) == 1
    assert "det over th  ━ 1" in text


@pytest.mark.parametrize(
    "arguments", [["-c", "ascan th -0.5 0.5 4 0.01", "-c", "plot 1"], ["--plain", "-c", "ct 0.01"]]
)
def test_captured_output_has_no_escape_codes(tmp_path, arguments):
    done = subprocess.run(
        [*PROGRAM, "-p", "sim", *arguments],
        env={**os.environ, "BSH_HOME": str(tmp_path), "TERM": "xterm-256color", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "\x1b" not in done.stdout + done.stderr
    assert "\a" not in done.stdout
    rows = re.findall(r"^ +(\d+) +-?0\.\d{4} ", done.stdout, re.MULTILINE)
    if "plot 1" in arguments:
        assert rows == ["0", "1", "2", "3", "4"]
        assert plots(done.stdout) == 1  # the one that was asked for, not the scan's own


def test_a_file_that_cannot_be_written_has_a_banner_while_the_scan_goes_on(open_shell, tmp_path):
    (tmp_path / "blocked").write_text("no folder")
    profile = tmp_path / "lab.yml"
    profile.write_text(
        f"profile: lab\ndata: {{spec: '{tmp_path}/blocked/cu.spec'}}\ncounters: {{default: [det]}}\n"
        "devices:\n"
        "  bsh.devices.sim.SimMotor: [{name: th, labels: [motors], velocity: 10}]\n"
        "  bsh.devices.sim.SimDetector: [{name: det}]\n"
    )
    shell = open_shell("-p", str(profile), columns=160)
    shell.start("ascan th -1 1 20 0.1")
    shell.wait_output(r"^21 points · .* · cu\.spec$")
    shell.wait_output(r"^spec: .*blocked.* · \d+ documents? behind$")
    (tmp_path / "blocked").unlink()
    shell.wait_output("^spec: the file has caught up$")
    shell.wait_prompt()
    assert "#1 done · 21 points" in shell.output
    assert "behind" not in shell.output


def test_a_table_of_a_callback_is_the_only_one(shell):
    shell.run("from bsh.callbacks import LiveTable")
    text = shell.run('RE(bp.scan([det], th, -0.5, 0.5, 7), LiveTable(["th", "det"]))')
    assert len(re.findall(r"^\| +\d \|", text, re.MULTILINE)) == 7
    assert not re.search(r"^ +\d +-?0\.\d{4}", text, re.MULTILINE)
    assert "#1 done · 7 points" in text
