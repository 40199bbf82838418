"""A file for each run, for formats that grow line by line.

Owns that the text of a run under way is in its file at once, and there once when its documents come again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from bsh.export.appended_file import AppendedFile
from bsh.export.formats import ExportFormat
from bsh.export.whole_run import WholeRunWriter
from bsh.protocols import Document

__all__ = ["GrowingRunWriter"]


class GrowingRunWriter(WholeRunWriter):
    """Write each run into a file of its own, each line as it comes.

    At the end the file is what an export of the run is: where lines have to be other ones then, as those of points that
    were taken again, it is replaced.

    Parameters
    ----------
    store : RunStore
        Where complete runs are read from.
    format : ExportFormat
        One that has ``lines``.
    path_of : callable
        From a start document to the file of the run.
    """

    def __init__(self, store: Any, format: ExportFormat, path_of: Callable[[Document], Path]) -> None:
        super().__init__(store, format, path_of)
        self._growing: dict[str, _GrowingText] = {}

    def __call__(self, name: str, doc: Document) -> None:
        """Take a document; its text is in the file afterwards."""
        uid = self._run_of(name, doc)
        if uid is None:
            return
        if name == "start":
            assert self._format.lines is not None
            self._growing[uid] = _GrowingText(self._path(doc), self._format.lines())
        if (text := self._growing.get(uid)) is not None:
            text.add(name, doc)
        if name == "stop":
            self._complete(uid)

    def settle(self) -> None:
        """All is written already."""

    def close(self) -> None:
        """Close the files."""
        for text in self._growing.values():
            text.close()
        self._growing.clear()

    def _complete(self, uid: str) -> None:
        super()._complete(uid)
        if (text := self._growing.pop(uid, None)) is not None:
            text.close()


class _GrowingText:
    """The text of one run; what is in the file of it already is compared, not written."""

    def __init__(self, path: Path, lines: Callable[[str, Document], str]) -> None:
        self._file = AppendedFile(path)
        self._lines = lines
        self._same = 0
        self._there: BinaryIO | None = path.open("rb") if path.is_file() else None

    def add(self, name: str, doc: Document) -> None:
        """Add the text of a document."""
        text = self._lines(name, doc)
        if not text or self._is_there(text.encode("utf-8", "backslashreplace")):
            return
        self._file.append(text)

    def close(self) -> None:
        """Close the file."""
        self._stop_comparing()
        self._file.close()

    def _is_there(self, wanted: bytes) -> bool:
        """Whether a text follows in the file; what does not is taken out of it."""
        if self._there is None:
            return False
        found = self._there.read(len(wanted))
        if found == wanted:
            self._same += len(wanted)
            return True
        if found:  # torn by a crash, or of a run that had its name before
            self._file.cut(self._same)
        self._stop_comparing()
        return False

    def _stop_comparing(self) -> None:
        if self._there is not None:
            self._there.close()
            self._there = None
