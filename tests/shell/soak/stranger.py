"""Somebody who types what comes to mind and presses Ctrl+C at bad moments; with a seed, the same each time."""

from __future__ import annotations

import re
import time
from random import Random

from tests.shell.terminal import Shell

__all__ = ["LINES", "Stranger"]

LINES = (
    "ascan th -1 1 20 0.02",
    "ascan th -1 1 300 0.001",
    "dscan samx -0.2 0.2 8 0.02",
    "mesh th -0.2 0.2 4 samx -0.2 0.2 3 0.01",
    "a2scan th 0 1 tth 0 2 6 0.02",
    "timescan 0.02",
    "ct 0.3",
    "ct 30",
    "uct",
    "uct 0.2",
    "mv th 1 samx 2",
    "umv th -170",
    "mvr samy 0.5",
    "tw th 0.1",
    "wa",
    "wm th",
    "scans",
    "stats",
    "cen",
    "undo",
    "sleep 20",
    "RE(bp.scan([det], th, -1, 1, 21))",
    "RE(bp.count([det, mon], 40, 0.01))",
    "for i in range(3): ct(0.05)",
    "import time; time.sleep(30)",
    "x = sum(i * i for i in range(20_000_000))",
    "1 / 0",
    "ascan th 0 1",
    "mv th 1e6",
    "mv nothing 3",
    "ascna th 0 1 3 0.1",
)
"""What is typed: scans, moves, loops, Python, and what goes wrong."""

MENU = "[r/s/h/a/i]"
MENU_KEYS = "rsshai\r\x03"
PAUSED_LINES = ("resume", "resume", "stop", "abort", "ct 0.02", "mv samy 1", "wa", "ascan th 0 1 3 0.01")
BACK_S = 40.0
"""How long it may take until the prompt is back, in seconds; most of it is for what the stranger answers."""

PATIENCE_S = 5.0
"""How long the stranger watches before pressing Ctrl+C once a second, in seconds."""


class Stranger:
    """Types into a shell until told to stop.

    Parameters
    ----------
    shell : Shell
        At its prompt.
    seed : int
        What comes to mind.

    Attributes
    ----------
    story : list of str
        What was typed and pressed so far.
    """

    def __init__(self, shell: Shell, seed: int) -> None:
        self._shell = shell
        self._random = Random(seed)
        self.story: list[str] = []

    def type_something(self) -> None:
        """Type a line, press Ctrl+C a few times or not at all, and come back to an idle prompt.

        Raises
        ------
        AssertionError
            The prompt did not come back; the story tells what led to that.
        """
        random, shell = self._random, self._shell
        line = random.choice(LINES)
        self.story.append(line)
        shell.send("\x15")  # an answer that came too late stands at the prompt now
        shell.start(line)
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            shell.wait_writes(random.randint(0, 15), timeout=random.uniform(0, 0.8))
            self._press("\x03")
        self._come_back()

    def check_alive(self) -> None:
        """Let the shell do something that can be seen."""
        number = self._random.randint(100, 999)
        assert str(7 * number) in self._shell.run(f"print(7 * {number})"), self._what_happened()

    def _press(self, keys: str) -> None:
        self.story.append({"\x03": "^C", "\r": "Enter"}.get(keys, keys))
        self._shell.send(keys)

    def _come_back(self) -> None:
        shell, random = self._shell, self._random
        deadline = time.monotonic() + BACK_S
        press_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            row = shell.cursor_row
            if row.endswith(MENU):
                self._press(random.choice(MENU_KEYS))
                shell.wait_row_other_than(row)
            elif row.endswith(("[y/N]", "(y/N)")):
                self._press("n")
                shell.wait_row_other_than(row)
            elif shell.at_prompt and "paused" in row:
                line = random.choice(PAUSED_LINES)
                self.story.append(line)
                shell.send("\x15")
                shell.start(line)
            elif shell.at_prompt:
                return
            elif re.match(r"(\^C)+\w+ \d+>$", row):
                self._press("\r")  # the terminal has echoed a key before the prompt was drawn: a fresh line
                shell.wait_row_other_than(row)
            elif time.monotonic() < press_at:
                shell.wait_writes(1, timeout=1.0)
            else:
                self._press("\x03")
                press_at += 1.0
        raise AssertionError(self._what_happened())

    def _what_happened(self) -> str:
        story = " | ".join(self.story[-12:])
        return f"no prompt after {BACK_S:.0f} s; the last steps were: {story}\n{self._shell.text[-3000:]}"


def told_ends(text: str) -> dict[int, int]:
    """Return what the screen said of finished scans: how many points, by scan number."""
    return {
        int(found[1]): int(found[2])
        for found in re.finditer(
            r"^#(\d+) (?:done|stopped|aborted)\D*? (\d+)(?: of \d+)? points", text, re.MULTILINE
        )
    }
