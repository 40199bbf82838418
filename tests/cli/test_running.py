"""Lines, files and standard input, as a user calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bsh.errors import ProfileError

PROGRAM = [sys.executable, "-c", "from bsh.cli import main; main(prog_name='bsh')"]
FAST = """\
profile: fast
devices:
  bsh.devices.sim.SimMotor: [{name: th, units: deg, limits: [-10, 10]}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $th, noise: null, count_time: 0}]
counters: {default: [det]}
"""


@pytest.fixture
def here(place: Path) -> Path:
    (place / "fast.yml").write_text(FAST)
    return place


def bsh(*arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, **environment}, **given,
    )  # fmt: skip


def test_lines_run_in_order_in_one_session(here: Path) -> None:
    done = bsh("-p", "fast.yml", "-c", "mv th 2", "-c", "x = th.position * 2", "-c", "print('x is', x)")
    assert (done.returncode, done.stderr) == (0, "")
    assert "x is 4.0" in done.stdout


def test_a_scan_from_the_command_line_is_in_the_library(here: Path) -> None:
    done = bsh("-p", "fast.yml", "-c", "ascan th -1 1 4 0.001")
    assert (done.returncode, done.stderr) == (0, "")
    scans = bsh("scans", "--json")
    assert json.loads(scans.stdout)["command"] == "ascan th -1 1 4 0.001"


def test_an_error_is_one_or_two_lines_on_standard_error_and_ends_with_1(here: Path) -> None:
    done = bsh("-p", "fast.yml", "-c", "mv th 99", "-c", "print('never')")
    assert done.returncode == 1
    assert "never" not in done.stdout
    assert 1 <= len(done.stderr.splitlines()) <= 2
    assert "99" in done.stderr
    assert "[-10, 10] deg" in done.stderr


def test_a_file_and_standard_input_run_as_one_script(here: Path) -> None:
    text = "for position in (1, 2):\n    mv th position\n\nprint('at', th.position)\n"
    (here / "align.bsh").write_text(text)
    for done in (
        bsh("-p", "fast.yml", "align.bsh"),
        bsh("-p", "fast.yml", text=text),
        bsh("-p", "fast.yml", "-", text=text),
    ):
        assert (done.returncode, done.stderr) == (0, "")
        assert "at 2.0" in done.stdout


def test_what_is_wrong_at_the_start_goes_to_standard_error_and_the_lines_run(here: Path) -> None:
    with (here / "fast.yml").open("a") as file:
        file.write("startup: [gone.py]\n")
    done = bsh("-p", "fast.yml", "-c", "print(th.position)")
    assert done.returncode == 0
    assert done.stdout == "0.0\n"
    assert done.stderr == "bsh: fast.yml:6:11: start-up script: there is no file 'gone.py'\n"


def test_the_default_profile_is_not_announced_without_a_prompt(here: Path) -> None:
    done = bsh("-c", "print(session.profile.name)", BSH_PROFILE="fast.yml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "fast\n", "")


def test_home_may_be_given(here: Path) -> None:
    done = bsh("--home", "elsewhere", "-p", "fast.yml", "-c", "ct -s 0.001")
    assert done.returncode == 0
    assert (here / "elsewhere" / "fast" / "runs.db").is_file()
    assert not (here / "home").exists()
    assert json.loads(bsh("--home", "elsewhere", "scans", "--json").stdout)["scan_id"] == 1


def test_modules_beside_the_script_can_be_imported(here: Path) -> None:
    (here / "own_plans.py").write_text("answer = 42\n")
    (here / "use.py").write_text("from own_plans import answer\nprint(answer)\n")
    done = bsh("-p", "fast.yml", "use.py")
    assert (done.returncode, done.stdout) == (0, "42\n")


def test_an_interrupt_ends_with_130_and_the_run_is_closed(here: Path) -> None:
    """A real SIGINT in mid-scan: the run is closed as aborted."""
    command = [*PROGRAM, "-p", "sim", "-c", "print('begin', flush=True)", "-c", "ascan th -1 1 1000 0.1"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.split()[:1] == ["2"]:  # a point has been printed, so it is on disk
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    run = json.loads(bsh("scans", "--json").stdout)
    assert run["exit_status"] == "abort"
    assert 3 <= run["num_points"] < 1000


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGTERM, "ended by SIGTERM"), (signal.SIGHUP, "the terminal was lost")]
)
def test_a_process_that_is_asked_to_end_closes_the_run_and_runs_on_exit(
    here: Path, number: signal.Signals, reason: str
) -> None:
    (here / "slow.yml").write_text(FAST.replace("fast", "slow") + "on_exit: [\"print('left')\"]\n")
    command = [*PROGRAM, "-p", "slow.yml", "-c", "ascan th -1 1 1000 0.1"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.split()[:1] == ["2"]:
                break
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "left" in output
    assert "Traceback" not in errors
    run = json.loads(bsh("scans", "--json").stdout)
    assert (run["exit_status"], run["reason"]) == ("abort", reason)


def test_the_interactive_shell_says_which_profile_it_took(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bsh.cli import running
    from bsh.cli.options import Settings

    seen: list[list[str]] = []

    def look(session: object, *, plain: bool) -> int:
        seen.append(list(session.notices))  # type: ignore[attr-defined]
        return 0

    monkeypatch.setattr("bsh.shell.start", look)
    monkeypatch.setenv("BSH_PROFILE", "fast.yml")
    assert running.interactive(Settings()) == 0
    assert running.interactive(Settings(profile="fast.yml")) == 0
    assert seen == [["profile fast.yml, chosen by $BSH_PROFILE"], []]
    monkeypatch.delenv("BSH_PROFILE")
    running.interactive(Settings())
    assert seen[-1] == ["profile sim, since none was named: bsh -p NAME, or 'bsh profile list'"]


def test_an_unknown_default_profile_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bsh.cli import running
    from bsh.cli.options import Settings

    monkeypatch.setenv("BSH_PROFILE", "nowhere")
    with pytest.raises(ProfileError, match="there is no profile 'nowhere'"):
        running.run_lines(Settings(), ["wa"])


def test_an_ioc_that_is_not_there_leaves_a_shell_with_the_device_offline(here: Path) -> None:
    (here / "epics.yml").write_text(
        "devices:\n"
        "  ophyd.EpicsMotor: [{name: samx, prefix: 'NOWHERE:m1'}]\n"
        "  bsh.devices.sim.SimMotor: [{name: th}]\n"
    )
    nowhere = {
        "EPICS_CA_ADDR_LIST": "127.0.0.1",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "EPICS_CA_SERVER_PORT": str(_free_port()),
        "EPICS_CA_REPEATER_PORT": str(_free_port()),
    }
    done = bsh(
        "-p",
        "./epics.yml",
        "-c",
        "mv th 1",
        "-c",
        "print('th at', th.position)",
        "-c",
        "mv samx 1",
        **nowhere,
    )
    assert "th at 1.0" in done.stdout
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = [
        line for line in done.stderr.splitlines() if "samx is offline: no answer from NOWHERE:m1." in line
    ]
    assert len(told) == 2, "once at the start, once when it is needed"
    assert all("epics.yml:2:29" in line for line in told)
    assert "reconnect samx" in done.stderr


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.terminal
@pytest.mark.parametrize("busy", [True, False], ids=["in a scan", "at the prompt"])
def test_a_shell_whose_terminal_is_lost_leaves_in_order(here: Path, busy: bool) -> None:
    import pexpect

    (here / "slow.yml").write_text(FAST.replace("fast", "slow") + "on_exit: [\"open('left', 'w')\"]\n")
    shell = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "-p", "slow.yml"], timeout=60, encoding="utf-8",
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm-256color"}, dimensions=(24, 80),
    )  # fmt: skip
    shell.expect("m1> ")  # the prompt, after its colour
    if busy:
        shell.send("ascan th -1 1 1000 0.1\r")
        shell.expect(r"\s2\s+-0\.99")
    shell.kill(signal.SIGHUP)
    shell.expect(pexpect.EOF)
    shell.close()
    assert shell.exitstatus == 128 + signal.SIGHUP
    assert (here / "left").exists()
    runs = [json.loads(line) for line in bsh("scans", "--json").stdout.splitlines()]
    assert [(run["exit_status"], run["reason"]) for run in runs] == (
        [("abort", "the terminal was lost")] if busy else []
    )
