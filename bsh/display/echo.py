"""What is typed while a plan runs does not show, and is kept for the prompt.

Owns the terminal's echo flags. Ctrl+C and its relatives go on working.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["no_echo"]

LOCAL_FLAGS = 3
"""Index of the local flags in what ``tcgetattr`` returns."""


@contextmanager
def no_echo(fd: int | None = None, *, single_keys: bool = False) -> Iterator[None]:
    """Switch the echo of the terminal off, and back to what it was.

    Does nothing when standard input is no terminal, or belongs to another job of the shell.

    Parameters
    ----------
    fd : int, optional
        File descriptor of the terminal; standard input without it.
    single_keys : bool
        Whether keys are handed on at once, not only at Enter.
    """
    fd = _stdin_fd() if fd is None else fd
    before = _attributes(fd)
    if fd is None or before is None:
        yield
        return
    _set(fd, _without_echo(before, single_keys))
    try:
        yield
    finally:
        _set(fd, before)


def _stdin_fd() -> int | None:
    try:
        return sys.stdin.fileno()
    except (AttributeError, ValueError, OSError):
        return None


def _attributes(fd: int | None) -> list[Any] | None:
    if fd is None:
        return None
    try:
        import termios
    except ImportError:
        return None
    try:
        # a job in the background would be stopped by the kernel for touching the terminal
        if not os.isatty(fd) or os.tcgetpgrp(fd) != os.getpgrp():
            return None
        return termios.tcgetattr(fd)
    except (OSError, termios.error):
        return None


def _without_echo(attributes: list[Any], single_keys: bool) -> list[Any]:
    import termios

    changed = list(attributes)
    changed[LOCAL_FLAGS] &= ~(termios.ECHO | termios.ECHOCTL)
    if single_keys:
        changed[LOCAL_FLAGS] &= ~termios.ICANON
    return changed


def _set(fd: int, attributes: list[Any]) -> None:
    import termios

    with suppress(termios.error, OSError):
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
