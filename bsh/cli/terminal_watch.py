"""Notices that the terminal is gone where nobody says so.

The kernel sends SIGHUP to the leader of the session alone. Where that is ``make``, as in ``ssh -t host make shell``, it waits
for its children and hands nothing on.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator

__all__ = ["hangup_told"]

GRACE_S = 0.5
"""How long the kernel's own SIGHUP is waited for, in seconds."""


@contextlib.contextmanager
def hangup_told() -> Iterator[None]:
    """Have this process get SIGHUP when its terminal is gone, if it has one."""
    terminal = _terminal()
    if terminal is None:
        yield
        return
    reader, writer = os.pipe()
    watch = threading.Thread(target=_watch, args=(terminal, reader), name="bsh-terminal-watch", daemon=True)
    watch.start()
    try:
        yield
    finally:
        os.close(writer)
        watch.join()
        os.close(reader)


def _terminal() -> int | None:
    for stream in (sys.__stdin__, sys.__stdout__):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            number = stream.fileno()  # type: ignore[union-attr]  # None is an AttributeError, suppressed
            if os.isatty(number):
                return number
    return None


def _watch(terminal: int, end: int) -> None:
    poll = select.poll()
    poll.register(terminal, 0)  # no event is asked for: a hang-up is told all the same
    poll.register(end, 0)
    found = dict(poll.poll())
    if end in found or not found.get(terminal, 0) & (select.POLLHUP | select.POLLERR):
        return
    only_end = select.poll()
    only_end.register(end, 0)
    if not only_end.poll(1000 * GRACE_S):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGHUP)
