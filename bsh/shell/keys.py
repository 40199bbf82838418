"""One key at a time from the terminal, or one line where there is no terminal.

Owns the terminal's modes while a key is waited for; they are put back whatever happens.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

__all__ = ["KeyReader", "keep_type_ahead", "single_keys"]

LOCAL_FLAGS = 3
CONTROL_CHARACTERS = 6


class KeyReader:
    """Reads single keys.

    Parameters
    ----------
    fd : int, optional
        The terminal; standard input without it.
    read_line : callable, optional
        Asks for a line where single keys cannot be read; ``input`` without it.
    """

    def __init__(self, fd: int | None = None, read_line: Callable[[str], str] = input) -> None:
        self._fd = fd
        self._read_line = read_line

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Hand keys on without echo meanwhile: a key that is pressed as soon as a menu appears is not shown in it."""
        fd = self._terminal()
        with nullcontext() if fd is None else single_keys(fd):
            yield

    def pending(self) -> str:
        """Return what was typed already and not read; do not wait."""
        fd = self._terminal()
        if fd is None:
            return ""
        pieces = []
        with single_keys(fd):
            while select.select([fd], [], [], 0)[0]:
                piece = os.read(fd, 1024)
                if not piece:
                    break
                pieces.append(piece)
        # Ctrl+D leaves the prompt, not a scan; a terminal that still gathers lines turns it into a null
        return b"".join(pieces).translate(None, b"\0\x04").decode("utf-8", "replace")

    def read(self, prompt: str) -> str:
        """Wait for a key.

        Parameters
        ----------
        prompt : str
            Shown where a whole line has to be read; its first character counts then.

        Returns
        -------
        str
            One character; empty at the end of the input.
        """
        fd = self._terminal()
        if fd is None:
            try:
                line = self._read_line(prompt).strip()
            except EOFError:
                return ""
            return line[:1] or "\n"
        with single_keys(fd):
            return os.read(fd, 1).decode("utf-8", "replace")

    def line(self, prompt: str) -> str:
        """Ask for a line, and wait for it.

        Parameters
        ----------
        prompt : str
            In front of it.

        Returns
        -------
        str
            As typed; empty at the end of the input.
        """
        try:
            return self._read_line(prompt)
        except EOFError:
            return ""

    def _terminal(self) -> int | None:
        try:
            fd = sys.stdin.fileno() if self._fd is None else self._fd
            return fd if os.isatty(fd) else None
        except (AttributeError, ValueError, OSError):
            return None


@contextmanager
def single_keys(fd: int) -> Iterator[None]:
    """Hand keys on at once and without echo; Ctrl+C stays a signal.

    Parameters
    ----------
    fd : int
        The terminal.
    """
    try:
        import termios
    except ImportError:  # no such thing on this system: keys come after Enter
        yield
        return
    before = termios.tcgetattr(fd)
    changed: list[Any] = list(before)
    changed[LOCAL_FLAGS] &= ~(termios.ECHO | termios.ICANON)
    changed[CONTROL_CHARACTERS] = list(before[CONTROL_CHARACTERS])
    changed[CONTROL_CHARACTERS][termios.VMIN] = 1
    changed[CONTROL_CHARACTERS][termios.VTIME] = 0
    termios.tcsetattr(fd, termios.TCSANOW, changed)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSANOW, before)


@contextmanager
def keep_type_ahead() -> Iterator[None]:
    """Keep what was typed ahead when Ctrl+C is pressed, and what was printed and is still on its way to the screen.

    A terminal throws both away otherwise: rows of a table would be missing.
    """
    try:
        import termios

        fd = sys.stdin.fileno()
        before = termios.tcgetattr(fd)
    except Exception:  # no terminal: nothing is typed ahead
        yield
        return
    changed: list[Any] = list(before)
    changed[LOCAL_FLAGS] |= termios.NOFLSH
    termios.tcsetattr(fd, termios.TCSANOW, changed)
    try:
        yield
    finally:
        with suppress(termios.error, OSError):
            termios.tcsetattr(fd, termios.TCSANOW, before)
