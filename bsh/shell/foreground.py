"""Makes the shell the foreground process group of its terminal, as other interactive shells do.

Ctrl+C then reaches the shell alone, not ``make``, a wrapper script or whatever else started it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["foreground_group"]


@contextmanager
def foreground_group(fd: int | None = None) -> Iterator[bool]:
    """Lead a process group of our own in the terminal's foreground; give it back at the end.

    Parameters
    ----------
    fd : int, optional
        The terminal; standard input by default.

    Yields
    ------
    bool
        Whether a group of our own was needed and made.
    """
    terminal = _terminal(fd)
    before = os.getpgrp()
    if terminal is None or before == os.getpid() or os.tcgetpgrp(terminal) != before:
        yield False
        return
    # Changing the foreground group from the background would stop us otherwise.
    old_handler = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Whoever started us has no job control for our group: a stop by Ctrl+Z could not be undone.
    old_stop = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpgrp())
    except OSError:
        signal.signal(signal.SIGTTOU, old_handler)
        signal.signal(signal.SIGTSTP, old_stop)
        yield False
        return
    try:
        yield True
    finally:
        _give_back(terminal, before)
        signal.signal(signal.SIGTTOU, old_handler)
        signal.signal(signal.SIGTSTP, old_stop)


def _give_back(terminal: int, group: int) -> None:
    try:
        os.tcsetpgrp(terminal, group)
        os.setpgid(0, group)
    except OSError:
        return  # the terminal or the group is gone: nobody is left to give it to


def _terminal(fd: int | None) -> int | None:
    try:
        candidate = sys.stdin.fileno() if fd is None else fd
        return candidate if os.isatty(candidate) else None
    except (OSError, ValueError, AttributeError):
        return None
