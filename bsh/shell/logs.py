"""Where log records go while somebody works with a session: into a file, not onto the screen.

Owns the handlers of bsh's and ophyd's loggers. Without one, Python prints records with their tracebacks
on standard error, in the middle of a live table.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

__all__ = ["FILE_NAME", "logs_kept_in"]

FILE_NAME = "log.txt"
_WARNINGS = "py.warnings"
_ENGINE = "bsh.RE"
"""What the engine logs it also tells in notices, which are shown."""


class _File(logging.FileHandler):
    """Keeps records with their tracebacks; a full disk is not worth a word on the screen."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name is logging's
        """Let the record go."""


class _Words(logging.Handler):
    """Shows bsh's own records in a line, without a traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, on whatever standard error is now."""
        if record.name == _ENGINE or record.name.startswith(_ENGINE + "."):
            return
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage() + (f": {error}" if error is not None else "")
        print(f"bsh: {text}", file=sys.stderr)


@contextmanager
def logs_kept_in(folder: Path) -> Iterator[None]:
    """Keep warnings and errors in a file for the time being.

    Parameters
    ----------
    folder : Path
        The session's. The file is made when there is something to keep.
    """
    file = _File(folder / FILE_NAME, delay=True, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    words = _Words()
    handlers: list[tuple[str, logging.Handler]] = [
        ("bsh", file),
        ("bsh", words),
        ("ophyd", file),
        (_WARNINGS, file),
    ]
    for name, handler in handlers:
        handler.setLevel(logging.WARNING)
        logging.getLogger(name).addHandler(handler)
    try:
        with _warnings_in_words():
            yield
    finally:
        for name, handler in handlers:
            logging.getLogger(name).removeHandler(handler)
        file.close()


@contextmanager
def _warnings_in_words() -> Iterator[None]:
    """Show a warning to people in its words; where in which file it comes from is kept, not shown.

    Warnings to programmers, of other categories than UserWarning, stay as they are.
    """
    before = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if category is not UserWarning:
            before(message, category, filename, lineno, file, line)
            return
        print(f"bsh: {message}", file=sys.stderr)
        logging.getLogger(_WARNINGS).warning("%s (%s:%s)", message, filename, lineno)

    warnings.showwarning = show
    try:
        yield
    finally:
        if warnings.showwarning is show:
            warnings.showwarning = before
