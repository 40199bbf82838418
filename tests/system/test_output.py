"""What comes out where there is no prompt: pipes, files, exit codes, exported documents."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from event_model import DocumentNames, schema_validators

from bsh.errors import StoreError
from tests.shell.terminal import PROGRAM
from tests.system.scans import Home, points, rows, wait_until

NAMES = [f"counter_{number:02}" for number in range(30)]
WIDE = f"""\
profile: wide
devices:
  bsh.devices.sim.SimMotor: [{{name: th, units: deg, limits: [-10, 10]}}]
  bsh.devices.sim.SimDetector:
{"".join(f"    - {{name: {name}, amplitude: {10 + i}, noise: null, count_time: 0}}{chr(10)}" for i, name in enumerate(NAMES))}
counters: {{default: [{", ".join(NAMES)}]}}
"""
SCAN = "ascan th 0 1 4 0.01"
LONG = "ascan th -0.5 0.5 150 0.001"


def test_a_pipe_gets_plain_rows_with_all_columns(bsh, home, tmp_path):
    (tmp_path / "wide.yml").write_text(WIDE)
    done = bsh("-p", "./wide.yml", "-c", SCAN, COLUMNS="80", TERM="xterm-256color")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert "\r" not in done.stdout
    heads = [line for line in done.stdout.splitlines() if line.startswith("point")]
    assert [head.split() for head in heads] == [["point", "th", *NAMES]]
    table = rows(done.stdout)
    assert [row[:2] for row in table] == [[str(i), f"{i / 4:.3f}"] for i in range(5)]
    for row, reading in zip(table, home.readings(profile="wide")):
        assert [float(cell) for cell in row[2:]] == pytest.approx([reading[name] for name in NAMES], abs=1e-3)


def test_a_reader_that_has_seen_enough_ends_nothing_but_the_printing(begin_bsh, home):
    process = begin_bsh("-p", "sim", "-c", SCAN, stderr=subprocess.STDOUT)
    process.stdout.readline()
    process.stdout.close()
    process.wait(60)
    (run,) = home.runs()
    assert (run.exit_status, run.num_points) == ("success", 5)


def test_each_end_of_a_line_has_its_exit_code(bsh, home):
    assert bsh("-p", "sim", "-c", "wa").returncode == 0
    failed = bsh("-p", "sim", "-c", "1/0")
    assert failed.returncode == 1
    assert failed.stderr == "ERROR: ZeroDivisionError: division by zero\n"
    wrong = bsh("-p", "sim", "--nonsense")
    assert wrong.returncode == 2
    assert "No such option" in wrong.stderr
    assert "Traceback" not in failed.stderr + wrong.stderr


@pytest.mark.terminal
def test_ctrl_c_from_the_terminal_ends_a_line_with_130_and_the_run_is_closed(open_shell, home):
    shell = open_shell("-p", "sim", "-c", "ascan th -1 1 500 0.05", "-c", "print('never')")
    shell.wait(r"^ +2 +-0\.99")
    shell.interrupt()
    assert shell.wait_end() == 130
    assert "never'" not in shell.text
    assert "Traceback" not in shell.text
    (run,) = home.runs()
    assert run.exit_status == "abort"
    assert run.num_points == len(points(shell.text + "\n"))


def test_files_and_standard_input_speak_one_language_and_everything_is_saved(bsh, home, tmp_path):
    source = (
        "for width in (0.1, 0.2):\n"
        "    ascan th (-width) width 2 0.01\n\n"
        "RE(bp.scan([det], th, 0, 0.1, 3))\n"
        "print('last', scans[-1].summary.num_points)\n"
    )
    for name in ("align.bsh", "align.py"):
        (tmp_path / name).write_text(source)
    for done in (
        bsh("-p", "sim", "align.bsh"),
        bsh("-p", "sim", "align.py"),
        bsh("-p", "sim", stdin=source),
    ):
        assert (done.returncode, done.stderr) == (0, "")
        assert points(done.stdout) == [0, 1, 2] * 3
        assert done.stdout.endswith("last 3\n")
    assert [run.num_points for run in home.runs()] == [3] * 9


def test_stored_scans_are_listed_and_exported_as_documents_that_pass_the_schemas(bsh, home, tmp_path):
    assert bsh("-p", "sim", "-c", SCAN, "-c", "ct -s 0.01", "-c", "dscan th 0 0.1 3 0.01").returncode == 0
    listed = [json.loads(line) for line in bsh("scans", "--json").stdout.splitlines()]
    assert [run["scan_id"] for run in listed] == [3, 2, 1]
    assert [run["num_points"] for run in listed] == [4, 1, 5]
    assert listed[-1]["command"] == SCAN
    assert set(listed[0]) == {
        "scan_id", "uid", "time", "plan_name", "command", "num_points", "exit_status", "reason", "profile",
    }  # fmt: skip
    assert bsh("scans").stdout.count("success") == 3

    to_file = bsh("export", "1", "--format", "jsonl", "-o", "one.jsonl")
    assert (to_file.returncode, to_file.stderr) == (0, "")
    for text, expected in (
        ((tmp_path / "one.jsonl").read_text(), listed[2]),
        (bsh("export", "-1", "--format", "jsonl").stdout, listed[0]),
    ):
        documents = [json.loads(line) for line in text.splitlines()]
        names = [name for name, _ in documents]
        assert (names[0], names[-1]) == ("start", "stop")
        for name, doc in documents:
            schema_validators[DocumentNames[name]].validate(doc)
        assert documents[0][1]["uid"] == expected["uid"]
        assert documents[-1][1]["num_events"]["primary"] == expected["num_points"]


# -- terminals that stop reading -----------------------------------------------------------------------


def ended_well(home: Home, num_points: int) -> bool:
    try:
        runs = home.runs()
    except StoreError:  # the shell is making its store just now
        return False
    return [(run.exit_status, run.num_points) for run in runs] == [("success", num_points)]


@pytest.mark.terminal
def test_ctrl_s_stops_the_screen_and_not_the_scan(open_shell, home):
    shell = open_shell("-p", "sim")
    shell.start("ascan th -1 1 40 0.02")
    shell.wait_output(r"^ +3 +-0\.8500")
    shell.send("\x13")
    wait_until(lambda: ended_well(home, 41), what="the end of the scan")
    assert "#1 done" not in shell.text
    shell.send("\x11")
    shell.wait_output("#1 done · 41 points")
    shell.wait_prompt()
    assert points(shell.output) == list(range(41))


@pytest.mark.terminal
def test_a_terminal_that_nobody_reads_does_not_stop_a_scan_whose_callback_prints(home):
    ours, theirs = os.openpty()
    lines = ["-c", "RE.subscribe(lambda name, doc: print('x' * 1000), 'event')", "-c", LONG]
    process = subprocess.Popen(
        [*PROGRAM, "-p", "sim", *lines], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        wait_until(lambda: ended_well(home, 151), what="the end of the scan")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)  # it still has rows to print
        text = b"".join(iter(lambda: read_some(ours), b""))
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert points(text.decode().replace("\r\n", "\n"))[-1] == 150


def read_some(fd: int) -> bytes:
    """Read from a terminal; nothing at its end."""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""
