"""A SPEC data file that grows: what is in it already, and text appended to it.

Owns which runs the file has. What the lines mean to readers is in :mod:`bsh.export.spec_text`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bsh.export.appended_file import AppendedFile

__all__ = ["UID_LINE", "Block", "SpecFile"]

UID_LINE = "#MD uid = "
"""How the line begins that tells which run a scan is."""


@dataclass(slots=True)
class Block:
    """A scan as it is in the file.

    Parameters
    ----------
    rows : int
        Data lines.
    tail : list of str
        Lines after the last data line.
    is_last : bool
        Whether nothing comes after it: only then it can grow.
    """

    rows: int = 0
    tail: list[str] = field(default_factory=list)
    is_last: bool = False


class SpecFile(AppendedFile):
    """One SPEC data file; made, with its folder, when the first text is appended.

    Parameters
    ----------
    path : Path
        The file. What is in it stays.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.epoch = 0
        """The last ``#E`` of the file, seconds since the epoch; 0 if there is none."""
        self.last_number = 0
        """The highest scan number of the file."""
        self.motors: list[str] = []
        """The names in the last ``#O`` lines."""
        self.blocks: dict[str, Block] = {}
        """The scans that tell which run they are, by uid."""
        self._whole: int | None = None
        """How many bytes of the file are whole lines, where the last one is torn."""
        self._read()

    def _opened(self) -> int:
        descriptor = super()._opened()
        if self._whole is not None:
            self._mend(descriptor, self._whole)
        return descriptor

    def _mend(self, descriptor: int, whole: int) -> None:
        """Take a line out that was torn by a crash of the machine; it comes again. One of somebody else's stays."""
        if any(block.is_last for block in self.blocks.values()):
            os.ftruncate(descriptor, whole)
        else:
            os.write(descriptor, b"\n")
        self._whole = None

    def _read(self) -> None:
        """Take note of what is in the file."""
        if not self.path.is_file():
            return
        block: Block | None = None
        offset = 0
        names: list[str] = []
        for raw in self._lines():
            if not raw.endswith(b"\n"):
                self._whole = offset
                break
            offset += len(raw)
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if line.startswith("#F "):
                names, block = [], None
            elif line.startswith("#E "):
                self.epoch = _whole(line[3:]) or self.epoch
            elif line.startswith("#O"):
                names = ([] if line.startswith("#O0") else names) + line.partition(" ")[2].split("  ")
                self.motors = [name for name in names if name]
            elif line.startswith("#S "):
                self.last_number = max(self.last_number, _whole(line[3:]))
                block = Block()
            elif line.startswith(UID_LINE) and block is not None:
                self.blocks[line[len(UID_LINE) :].strip()] = block
            if block is not None:
                _take(line, block)
        if block is not None:
            block.is_last = True

    def _lines(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            yield from file


def _take(line: str, block: Block) -> None:
    if line and line[0] not in "#@ \t":
        block.rows += 1
        block.tail.clear()
    elif line.startswith("#C"):
        block.tail.append(line)


def _whole(text: str) -> int:
    digits = text.split()[0] if text.split() else ""
    try:
        return int(float(digits))
    except (ValueError, OverflowError):
        return 0
