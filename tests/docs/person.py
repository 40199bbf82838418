"""Somebody at a terminal who types what a page says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from tests.shell.terminal import Terminal

_PROMPT = re.compile(r"^\w+ \d+> ?$")
_PRESS = re.compile(r"#.*press Ctrl\+C, then (?P<key>\w)$")
_ANSWER = re.compile(r"#.*answer (?P<key>\w)$")
_QUESTION = "[y/N]"
_ROW = r"^ +\d+ +-?\d+\.\d+ .*$"
_OFFLINE = re.compile(r"\d+ offline")  # in the toolbar: devices of a busy machine that still come in
_MENU = "to the prompt"
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"


class Person:
    """Types statements into a shell, one after the other.

    A comment ``# press Ctrl+C, then s`` behind a line is done too, in the middle of the scan; ``# answer y`` answers the
    question that the line asks.
    """

    def __init__(self, argv: list[str], env: dict[str, str], folder: Path) -> None:
        there = ["env", f"--chdir={folder}", *argv]
        self.terminal = Terminal(there, env=env, columns=100, lines=40)
        self._wait(lambda row: _PROMPT.match(row) is not None)
        self._wait(lambda _: _OFFLINE.search(self.terminal.screen.display[-1]) is None)

    def type_block(self, text: str) -> None:
        for statement in statements(text):
            self._type(statement)

    def leave(self) -> str:
        """Press Ctrl+D; return everything that was shown."""
        self.terminal.send("\x04")
        code = self.terminal.wait_end()
        assert code == 0, f"the shell ended with {code}:\n{self.terminal.text}"
        self.terminal.close()
        return self.terminal.text

    def _type(self, statement: str) -> None:
        terminal = self.terminal
        rows, menus = terminal.count(_ROW), terminal.count(_MENU)
        last = statement.splitlines()[-1]
        is_compound = "\n" in statement
        terminal.send(f"{PASTE_BEGIN}{statement}{PASTE_END}" if is_compound else statement)
        self._wait(lambda row: f" {last.strip()}" in row)  # a hint may follow it
        terminal.send("\r\r" if is_compound else "\r")
        self._wait(lambda row: f" {last.strip()}" not in row)
        press = _PRESS.search(statement)
        if press is not None:
            terminal.wait(_ROW, after=rows + 3)
            terminal.interrupt()
            terminal.wait(_MENU, after=menus)
            terminal.send(press["key"])
        answer = _ANSWER.search(statement)
        if answer is not None:
            self._wait(lambda row: row.endswith(_QUESTION))
            terminal.send(f"{answer['key']}\r")
        self._wait(lambda row: _PROMPT.match(row) is not None)
        errors = self._errors()
        assert not errors, f"{statement!r} failed: {errors}\n{terminal.text}"

    def _wait(self, condition: Callable[[str], bool], timeout_s: float = 30.0) -> None:
        """Wait until the line with the cursor meets a condition."""
        terminal, screen = self.terminal, self.terminal.screen
        deadline = time.monotonic() + timeout_s
        with terminal._changed:
            while not condition(screen.display[screen.cursor.y].rstrip()):
                left = deadline - time.monotonic()
                assert left > 0, f"waited {timeout_s} s:\n{terminal.text}"
                assert not terminal.ended, f"the shell ended:\n{terminal.text}"
                terminal._changed.wait(left)

    def _errors(self) -> list[str]:
        """Return the lines in red: that is how the shell shows errors."""
        terminal, screen = self.terminal, self.terminal.screen
        with terminal._changed:
            rows = [*screen.history.top, *(screen.buffer[y] for y in range(screen.lines))]
            return [
                "".join(row[x].data for x in range(screen.columns)).rstrip()
                for row in rows
                if row[0].fg == "red" and row[0].data.strip()
            ]


def statements(text: str) -> list[str]:
    """Split a block into what is typed at one prompt: a line with those that are indented below it."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1] += f"\n{line}"
        elif line:
            found.append(line)
    return found
