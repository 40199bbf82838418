"""Typed lines that go into a file, to be run again with ``do``.

Owns which lines go there: those that worked, without those that were taken back.
"""

from __future__ import annotations

from pathlib import Path

from bsh.errors import CommandError

__all__ = ["Recorder"]


class Recorder:
    """Writes lines into a file while it is on.

    Attributes
    ----------
    file : Path or None
        Where to; None while it is off.
    lines : list of str
        What was written since it was switched on.
    """

    def __init__(self) -> None:
        self.file: Path | None = None
        self.lines: list[str] = []
        self._before = ""

    def start(self, file: Path) -> None:
        """Begin; a file that is there already is added to.

        Parameters
        ----------
        file : Path
            Where to.

        Raises
        ------
        CommandError
            It cannot be written.
        """
        file = file.expanduser().absolute()
        try:
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            with file.open("a", encoding="utf-8"):
                pass
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"rec: {file} cannot be written: {error}") from error
        if before and not before.endswith("\n"):
            before += "\n"
        self.file, self.lines, self._before = file, [], before

    def stop(self) -> str:
        """End; return what became of it.

        Raises
        ------
        CommandError
            It was not on.
        """
        if self.file is None:
            raise CommandError("rec: nothing is being recorded", hint="rec FILE")
        count = len(self.lines)
        text = f"{count} {'line' if count == 1 else 'lines'} in {self.file}; do {self.file.name} runs them"
        self.file = None
        return text

    def typed(self, text: str, *, worked: bool) -> None:
        """Take a line that somebody has typed, after it ran.

        Parameters
        ----------
        text : str
            As typed, one line or more.
        worked : bool
            Whether it ended without an error.
        """
        text = text.strip()
        first = text.split(maxsplit=1)[0].lstrip("%") if text else ""
        if self.file is not None and worked and text and first not in ("rec", "undo", "redo"):
            self.lines.append(text)
            self._write()

    def undone(self, line: str) -> None:
        """Take a line out that was taken back.

        Parameters
        ----------
        line : str
            As typed; one that was not recorded changes nothing.
        """
        if self.file is not None and line in self.lines:
            del self.lines[len(self.lines) - 1 - self.lines[::-1].index(line)]
            self._write()

    def _write(self) -> None:
        assert self.file is not None
        self.file.write_text(self._before + "".join(f"{line}\n" for line in self.lines), encoding="utf-8")
