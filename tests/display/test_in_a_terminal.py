"""The live display in a real pseudo-terminal, drawn by a terminal emulator."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic

import pexpect
import pyte
import pytest

SCRIPT = Path(__file__).with_name("scan_script.py")
ROOT = SCRIPT.parents[2]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")},
    "TERM": "xterm-256color",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
}

pytestmark = pytest.mark.terminal


class Session:
    """A program in a pseudo-terminal and what is on its screen."""

    def __init__(self, plan: str, width: int = 80, height: int = 24, **environ: str) -> None:
        self.screen = pyte.HistoryScreen(width, height, history=5000, ratio=0.5)
        self._stopped = Path(mkdtemp()) / "stopped"
        self._stream = pyte.ByteStream(self.screen)
        self._changed = threading.Condition()
        self.child = pexpect.spawn(
            sys.executable,
            [str(SCRIPT), plan],
            dimensions=(height, width),
            env=ENVIRONMENT | {"STOP_FILE": str(self._stopped)} | environ,
            timeout=None,
        )
        self.child.delaybeforesend = None
        self.received = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = self.child.read_nonblocking(65536, timeout=None)
            except (pexpect.EOF, OSError, ValueError):
                return
            with self._changed:
                self.received += data
                self._stream.feed(data)
                self._changed.notify_all()

    def _lines(self) -> list[str]:
        old = [
            "".join(row[x].data for x in range(self.screen.columns)).rstrip()
            for row in self.screen.history.top
        ]
        return [line for line in old + [line.rstrip() for line in self.screen.display] if line]

    @property
    def lines(self) -> list[str]:
        """All lines that are or were on the screen, without empty ones."""
        with self._changed:
            return self._lines()

    def wait(self, pattern: str, timeout_s: float = 20.0) -> None:
        """Wait until some line on the screen matches."""
        self.wait_for(lambda: any(re.search(pattern, line) for line in self._lines()), timeout_s, pattern)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float = 20.0, what: str = "") -> None:
        deadline = monotonic() + timeout_s
        with self._changed:
            while not condition():
                left = deadline - monotonic()
                assert left > 0, f"{what!r} never came; the screen:\n" + "\n".join(self._lines())
                self._changed.wait(left)

    def wait_file(self, timeout_s: float = 20.0) -> None:
        """Wait until the stop document of the run was emitted, whatever is on the screen."""
        deadline = monotonic() + timeout_s
        while not self._stopped.exists():
            assert monotonic() < deadline, "the run has not ended"
            threading.Event().wait(0.05)

    def resize(self, width: int, height: int) -> None:
        """Make the terminal larger or smaller, as a person does with the mouse."""
        with self._changed:
            self.screen.resize(height, width)
            self.child.setwinsize(height, width)

    def close(self) -> None:
        self.child.close(force=True)


@pytest.fixture
def start() -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def begin(plan: str, *args: int, **environ: str) -> Session:
        sessions.append(Session(plan, *args, **environ))
        return sessions[-1]

    yield begin
    for session in sessions:
        session.close()


def points(lines: list[str]) -> list[int]:
    return [int(match[1]) for line in lines if (match := re.match(r" {2,4}(\d+) +-?\d+\.\d{4} +\d+$", line))]


def remains_of_footers(lines: list[str]) -> list[str]:
    return [line for line in lines if re.search(r"[━─╸]|elapsed|left", line)]


def test_a_scan_with_type_ahead_leaves_rows_and_nothing_else(start: Callable[..., Session]) -> None:
    session = start("talk")
    session.wait(r"#142 .* ([3-9]|1\d)/31")
    session.child.send("wa th\n\n")
    session.wait(r"prompt, th is near")
    session.wait(r"typed: wa th")
    lines = session.lines
    assert lines[0] == "the plan talks"
    assert points(lines) == list(range(31))
    assert remains_of_footers(lines) == []
    assert [line for line in lines if "wa th" in line] == ["> typed: wa th"]
    assert any(line.startswith("det: peak") for line in lines)
    assert not session.screen.cursor.hidden


def test_a_pause_shows_at_once_that_the_key_counted_and_the_scan_goes_on_after_it(
    start: Callable[..., Session],
) -> None:
    session = start("scan")
    session.wait(r"#142 .* ([3-9]|1\d)/31")
    session.child.sendintr()
    pressed = monotonic()
    session.wait("Pausing after this point")
    assert monotonic() - pressed < 1.0
    session.wait(r"^r or a\?")
    assert any(re.match(r"Paused #142 after \d+ of 31 points", line) for line in session.lines)
    session.child.send("r\n")
    session.wait("prompt, th is near 0.5")
    lines = session.lines
    assert points(lines) == list(range(31))
    assert remains_of_footers(lines) == []
    assert not any("^C" in line and "again" not in line for line in lines)


def test_a_move_shows_a_bar_an_axis_and_leaves_none(start: Callable[..., Session]) -> None:
    session = start("move", 100)
    session.wait(r"^samx +0\.\d+ → +1\.000 mm +━.* %")
    session.wait(r"^th +[01]\.\d+ → +2\.0000 deg +━.* %")
    session.wait("prompt, th is near 2.0")
    assert session.lines[0].startswith("prompt")


def test_a_dumb_terminal_gets_the_same_rows_without_control_codes(start: Callable[..., Session]) -> None:
    session = start("scan", TERM="dumb")
    session.wait("prompt, th is near 0.5")
    assert points(session.lines) == list(range(31))
    assert b"\x1b" not in session.received
