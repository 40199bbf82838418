"""Prints of other threads, while a plan runs.

Owns stand-ins for ``sys.stdout`` and ``sys.stderr`` that hand whole lines to the display, so that they
keep their order with the table and never tear the footer.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

__all__ = ["LineProxy", "redirected_prints"]

Sink = Callable[[str, TextIO], None]
"""Takes one whole line and the stream that it was meant for."""

LONGEST_PARTIAL = 4096
"""A line that grows beyond this without an end is handed on in pieces."""


class LineProxy:
    """Stands in for a text stream and hands on whole lines.

    Parameters
    ----------
    stream : text file
        The real stream; everything but writing goes to it.
    sink : callable
        Takes a line without its newline, and the stream; called on the thread that writes.
    """

    def __init__(self, stream: TextIO, sink: Sink) -> None:
        self._stream = stream
        self._sink = sink
        self._partial: dict[int, str] = {}
        self._lock = threading.RLock()  # a signal handler may print in the middle of a write
        self._is_open = True

    def write(self, text: str) -> int:
        """Take text from any thread; lines of different threads are kept apart."""
        if not self._is_open:
            return self._stream.write(text)
        me = threading.get_ident()
        with self._lock:
            *lines, rest = (self._partial.pop(me, "") + text).split("\n")
            if "\r" in rest:  # a progress bar that overwrites itself: only the last state counts
                rest = rest[rest.rstrip("\r").rfind("\r") + 1 :]
            if len(rest) > LONGEST_PARTIAL:
                lines.append(rest)
                rest = ""
            if rest:
                self._partial[me] = rest
        for line in lines:
            self._sink(line.rstrip("\r"), self._stream)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Take several texts."""
        for line in lines:
            self.write(line)

    def take_partial(self) -> str:
        """Return what this thread wrote without a newline: the prompt of a question that it asks now."""
        with self._lock:
            return self._partial.pop(threading.get_ident(), "")

    def flush(self) -> None:
        """Do nothing: lines are shown at the display's pace."""

    def finish(self) -> None:
        """Hand on what was written without a newline; from here on writes go to the real stream."""
        with self._lock:
            rests, self._partial = list(self._partial.values()), {}
            self._is_open = False
        for rest in rests:
            self._sink(rest.rstrip("\r"), self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def redirected_prints(sink: Sink) -> Iterator[None]:
    """Hand whole lines that anybody prints to a sink.

    Parameters
    ----------
    sink : callable
        Takes a line and the real stream that it was meant for; any thread.
    """
    proxies = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None:
            proxies.append((name, stream, LineProxy(stream, sink)))
    for name, _, proxy in proxies:
        setattr(sys, name, proxy)
    try:
        yield
    finally:
        for name, stream, proxy in proxies:
            if getattr(sys, name) is proxy:
                setattr(sys, name, stream)
            proxy.finish()
