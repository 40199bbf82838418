"""What was seen while a page was followed, and whether what the page shows is in it.

Numbers, dates, uids and bars differ between two runs; words and their order do not.
"""

from __future__ import annotations

import re

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CHANGING = (
    (re.compile(r"^(\w+ \d+> .*?)\s+# .*$"), r"\1"),  # a comment behind what was typed
    (re.compile(rf"\b(?:{_DAYS}) +\d+ (?:{_MONTHS}) \d+"), "DATE"),
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"[━╸╺─]+"), "BAR"),
    (re.compile(r"[▁▂▃▄▅▆▇█]+"), "SPARK"),
    (re.compile(r"-?\d[\d,]*(?:\.\d+)?"), "0"),
    (re.compile(r"\s+"), " "),
)


class Transcript:
    """Collects output; remembers what pages promise."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._promised: list[tuple[int, str]] = []

    def add(self, text: str) -> None:
        self._pieces.append(text)

    def promise(self, line: int, text: str) -> None:
        """Note a line that a page shows, with its place."""
        if text.strip():
            self._promised.append((line, text))

    @property
    def text(self) -> str:
        return "\n".join(self._pieces)

    def broken_promises(self) -> list[str]:
        """Return the lines that were shown by the page and by nothing else."""
        seen = {normalized(line) for line in self.text.splitlines()}
        return [f"line {line}: {text}" for line, text in self._promised if normalized(text) not in seen]


def normalized(line: str) -> str:
    for pattern, replacement in _CHANGING:
        line = pattern.sub(replacement, line)
    return line.strip()
