"""Time for simulated devices: one scheduler thread for all of them, or a clock that tests turn by hand.

Knows nothing of devices.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import time
from collections.abc import Callable
from threading import Condition, Thread
from typing import Protocol

__all__ = ["Clock", "ManualClock", "Timer", "WallClock", "default_clock"]

logger = logging.getLogger("bsh.devices")


class Timer:
    """One call in the future.

    Parameters
    ----------
    due : float
        Monotonic seconds of the clock that made it.
    callback : callable
        Called without arguments; it must be short.
    """

    __slots__ = ("callback", "due")

    def __init__(self, due: float, callback: Callable[[], object]) -> None:
        self.due = due
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        """Make sure that it is not called any more, unless it runs already."""
        self.callback = None

    def run(self) -> None:
        """Call it, unless cancelled; what it raises is logged."""
        callback, self.callback = self.callback, None
        if callback is None:
            return
        try:
            callback()
        except Exception:
            logger.exception("a timer of a simulated device failed")


class Clock(Protocol):
    """What simulated devices ask of time."""

    def now(self) -> float:
        """Return monotonic seconds."""

    def time(self) -> float:
        """Return seconds since the epoch, for timestamps."""

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` after `delay_s` seconds, on the clock's own thread."""


class _Agenda:
    """Timers in the order in which they are due; not thread-safe."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def add(self, timer: Timer) -> None:
        heapq.heappush(self._heap, (timer.due, next(self._order), timer))

    def next_due(self) -> float | None:
        while self._heap and self._heap[0][2].callback is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> Timer | None:
        due = self.next_due()
        return heapq.heappop(self._heap)[2] if due is not None and due <= now else None


class WallClock:
    """Real time; a single daemon thread, started by the first timer, runs all timers."""

    def __init__(self) -> None:
        self._agenda = _Agenda()
        self._changed = Condition()
        self._thread: Thread | None = None

    now = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` on the scheduler thread after a delay.

        Parameters
        ----------
        delay_s : float
            Seconds.
        callback : callable
            Takes no arguments, must not block.
        """
        timer = Timer(time.monotonic() + delay_s, callback)
        with self._changed:
            self._agenda.add(timer)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="bsh-sim-clock", daemon=True)
                self._thread.start()
            self._changed.notify()
        return timer

    def _run(self) -> None:
        while True:
            self._wait_for_next().run()

    def _wait_for_next(self) -> Timer:
        with self._changed:
            while True:
                now = time.monotonic()
                timer = self._agenda.pop_due(now)
                if timer is not None:
                    return timer
                due = self._agenda.next_due()
                self._changed.wait(None if due is None else due - now)


class ManualClock:
    """A clock that stands still until :meth:`advance` is called; for deterministic tests.

    Timers may be made on any thread; they run on the one that advances the clock.

    Parameters
    ----------
    epoch : float, optional
        Seconds since the epoch at the start.

    Examples
    --------
    >>> clock = ManualClock()
    >>> timer = clock.call_later(2.0, lambda: print("ring"))
    >>> clock.advance(1.0)
    >>> clock.advance(1.0)
    ring
    """

    def __init__(self, epoch: float = 1_700_000_000.0) -> None:
        self._agenda = _Agenda()
        self._changed = Condition()
        self._now = 0.0
        self._epoch = epoch

    def now(self) -> float:
        """Return the seconds that were advanced so far."""
        return self._now

    def time(self) -> float:
        """Return seconds since the epoch."""
        return self._epoch + self._now

    def call_later(self, delay_s: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` when the clock has been advanced by `delay_s` seconds.

        Parameters
        ----------
        delay_s : float
            Seconds.
        callback : callable
            Takes no arguments; runs in the thread that advances the clock.
        """
        with self._changed:
            timer = Timer(self._now + delay_s, callback)
            self._agenda.add(timer)
            self._changed.notify_all()
        return timer

    def wait_until_pending(self, timeout_s: float = 5.0) -> None:
        """Wait, in real time, until some thread has made a timer that has not run yet.

        Parameters
        ----------
        timeout_s : float, optional
            Seconds of real time.

        Raises
        ------
        TimeoutError
            Nobody made one.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._agenda.next_due() is not None, timeout_s):
                raise TimeoutError(f"no simulated device has started anything within {timeout_s:g} s")

    def advance(self, seconds: float) -> None:
        """Let time pass; timers run in order, in this thread, each at its own time.

        Parameters
        ----------
        seconds : float
            How much time passes.
        """
        end = self._now + seconds
        # Sums of steps such as 0.1 fall short of a timer's due time by a rounding error.
        while (timer := self._pop_due(end + 1e-9)) is not None:
            self._now = max(self._now, timer.due)
            timer.run()
        self._now = max(self._now, end)

    def _pop_due(self, now: float) -> Timer | None:
        with self._changed:
            return self._agenda.pop_due(now)

    def advance_to_next(self) -> bool:
        """Let time pass until the next timer has run; return False if there is none."""
        with self._changed:
            due = self._agenda.next_due()
        if due is None:
            return False
        self.advance(max(0.0, due - self._now))
        return True


_wall_clock = WallClock()


def default_clock() -> Clock:
    """Return the clock that all simulated devices share unless they are given another."""
    return _wall_clock
