"""Live plots in a real pseudo-terminal: resized, interrupted, asked, stopped, of few colours."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.display.test_in_a_terminal import ENVIRONMENT, SCRIPT, Session, points, remains_of_footers, start

__all__ = ["start"]  # the fixture

pytestmark = pytest.mark.terminal

FRAME = re.compile(r"[┤│└]")
PROGRESS = re.compile(r"elapsed|left ·|\d+/\d+ ·")


def plots(lines: list[str]) -> int:
    """Return how many plots are on the screen and above it."""
    return sum(line.lstrip().startswith("└") for line in lines)


def test_a_plot_grows_below_the_table_and_stays_once_whole(start: Callable[..., Session]) -> None:
    session = start("scan_plot")
    session.wait("#142 ascan th -0.5 0.5 30 0.05 .*det")
    session.wait(r"#142 .* ([3-9]|1\d)/31")
    with session._changed:
        live = [line.rstrip() for line in session.screen.display]
    assert plots(live) == 1
    assert (
        sum(bool(FRAME.search(line)) for line in live) == 6
    )  # a third of 24 lines, without title and labels
    session.wait("prompt, th is near 0.5")
    lines = session.lines
    assert points(lines) == list(range(31))
    assert plots(lines) == 1
    assert sum("▼ peak" in line for line in lines) == 1
    assert not any(PROGRESS.search(line) for line in lines)


def test_a_terminal_that_is_resized_in_mid_scan_keeps_all_rows_and_no_ghosts(
    start: Callable[..., Session],
) -> None:
    session = start(
        "scan_plot", 100, 40
    )  # as high as it will be: the emulator drops lines of one that shrinks
    session.wait(r"#142 .* ([3-9]|[12]\d)/31")
    session.resize(62, 40)
    session.wait(r"#142 .* 1\d/31")
    session.resize(50, 40)  # no room for a plot
    session.wait_for(lambda: not any(FRAME.search(line) for line in session.screen.display), what="no plot")
    session.resize(120, 40)
    session.wait("prompt, th is near 0.5")
    lines = session.lines
    assert points(lines) == list(range(31))
    assert plots(lines) == 1
    assert not any(PROGRESS.search(line) for line in lines)
    assert max(len(line) for line in lines if FRAME.search(line)) > 100


def test_two_thousand_rows_and_prints_from_everywhere_leave_no_ghost_lines(
    start: Callable[..., Session],
) -> None:
    session = start("rows_plot", 80, 24)
    session.wait("prompt, th is near", 60.0)
    lines = session.lines
    rows = [int(match[1]) for line in lines if (match := re.match(r" +(\d+)  \d\d:\d\d:", line))]
    assert rows == list(range(2000))
    assert [line for line in lines if line.startswith("callback")] == [
        f"callback at {i}" for i in range(100, 2001, 100)
    ]
    assert sorted(line for line in lines if line.startswith("thread")) == sorted(
        f"thread {i}" for i in range(20)
    )
    assert not any(PROGRESS.search(line) for line in lines)
    assert plots(lines) == 1


def test_a_plan_that_asks_gets_its_answer_with_a_plot_on_the_screen(start: Callable[..., Session]) -> None:
    session = start("ask_plot")
    session.wait("^how is it")
    with session._changed:
        shown = [line.rstrip() for line in session.screen.display]
    assert plots(shown) == 0
    session.child.send("fine\n")
    session.wait("answer: fine")
    session.wait("prompt, th is near 0.5")
    lines = session.lines
    assert plots(lines) == 1
    assert not any(PROGRESS.search(line) for line in lines)
    assert "how is it? fine" in lines


def test_ctrl_c_takes_the_plot_away_for_the_menu_and_resume_brings_it_back(
    start: Callable[..., Session],
) -> None:
    session = start("scan_plot")
    session.wait(r"#142 .* ([5-9]|[12]\d)/31")
    session.child.sendintr()
    session.wait(r"^r or a\?")
    with session._changed:
        assert plots([line.rstrip() for line in session.screen.display]) == 0
        assert not session.screen.cursor.hidden
    session.child.send("r\n")
    session.wait_for(lambda: plots([line.rstrip() for line in session.screen.display]) == 1, what="a plot")
    session.wait("prompt, th is near 0.5")
    assert points(session.lines) == list(range(31))
    assert plots(session.lines) == 1


def test_a_terminal_that_stops_reading_does_not_stop_the_scan(start: Callable[..., Session]) -> None:
    session = start("scan_plot")
    session.wait(r"#142 .* ([3-9]|[12]\d)/31")
    session.child.send("\x13")  # Ctrl+S
    session.wait_file()
    assert not any("done" in line for line in session.lines)
    session.child.send("\x11")  # Ctrl+Q
    session.wait("prompt, th is near 0.5")
    assert points(session.lines) == list(range(31))
    assert plots(session.lines) == 1


@pytest.mark.parametrize(
    ("environ", "has", "has_not"),
    [
        ({"NO_COLOR": "1"}, r"\u2524", rb"\x1b\[[\d;]*m"),
        ({"TERM": "xterm"}, r"\u2524", rb"38;5"),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, r"\u2524", rb"38;2"),
        ({"TERM": "dumb"}, r"\u2524", rb"\x1b"),
    ],
)
def test_few_colours_or_none(
    start: Callable[..., Session], environ: dict[str, str], has: str, has_not: bytes
) -> None:
    session = start("mesh_plot", **environ)
    session.wait("prompt, th is near 0.0", 30.0)
    lines = session.lines
    assert plots(lines) == 1
    assert any(re.search(has, line) for line in lines)
    assert not re.search(has_not, session.received)
    is_map = any("▀" in line for line in lines)
    assert is_map == ("256" in environ.get("TERM", ENVIRONMENT["TERM"]) and "NO_COLOR" not in environ)


def test_a_terminal_without_unicode_gets_ascii(start: Callable[..., Session]) -> None:
    session = start("scan_plot", PYTHONIOENCODING="ascii", LANG="C", LC_ALL="C")
    session.wait("prompt, th is near 0.5")
    assert session.received.isascii()
    assert any("v peak" in line for line in session.lines)
    assert remains_of_footers([line for line in session.lines if "peak" not in line]) == []


def test_captured_output_has_no_plot_and_no_escape_codes() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "scan_plot"],
        env=ENVIRONMENT,
        input="done\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert points(done.stdout.splitlines()) == list(range(31))
    assert "\x1b" not in done.stdout
    assert not FRAME.search(done.stdout)
    assert remains_of_footers(done.stdout.splitlines()) == []
    assert done.stderr == ""


def test_a_sleep_counts_down_and_a_wait_is_named(start: Callable[..., Session]) -> None:
    session = start("sleep")
    session.wait(r"^sleeping +━.* 0:01 left")
    session.wait("prompt, th is near 0.0")
    assert session.lines[0].startswith("prompt")
