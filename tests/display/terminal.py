"""Stand-ins for terminals: one that keeps what was written, one that draws it."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pyte

from bsh.display import ConsoleOwner

ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}


class Terminal(StringIO):
    """A text file that says it is a terminal and counts its writes."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


class Drawn:
    """A terminal emulator: what a person would see."""

    def __init__(self, width: int = 80, height: int = 24) -> None:
        self.screen = pyte.HistoryScreen(width, height, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)
        self.file = Terminal()
        self._seen = 0

    def look(self) -> list[str]:
        """Return the lines that were ever on the screen, in order, without empty ones at the end."""
        fresh = self.file.writes[self._seen :]
        self._seen += len(fresh)
        for text in fresh:
            self._stream.feed(text.replace("\n", "\r\n"))  # as the terminal driver does
        history = [
            "".join(line[x].data for x in range(self.screen.columns)).rstrip()
            for line in self.screen.history.top
        ]
        lines = history + [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def is_cursor_hidden(self) -> bool:
        self.look()
        return bool(self.screen.cursor.hidden)


def owner_of(file: Any, width: int = 80, height: int = 24, **environ: str) -> ConsoleOwner:
    return ConsoleOwner(file, environ=ENVIRONMENT | environ, size=lambda: (width, height))
