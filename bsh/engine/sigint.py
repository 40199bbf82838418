"""Ctrl+C: counts presses and posts what each one asks for.

The interpreter runs signal handlers in the main thread, between two instructions: late, or merged into
one, when that thread hangs in a terminal that does not read. So the handler proper does nothing; the
interpreter's C code writes a byte to a pipe at once, and a thread of its own counts there.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable
from enum import StrEnum
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.engine.requests import AbortRequest, HaltRequest, PauseRequest, Request, StopRequest

if TYPE_CHECKING:
    from types import FrameType

    from bsh.engine.run_engine import RunEngine

__all__ = ["PRESSES", "InterruptPolicy", "PressCounter", "SigintHandler", "SignalHandler"]

DEBOUNCE_S = 0.09
"""Signals closer together than this are one press: a terminal may send several for one key."""

DRAIN_S = 0.4
"""After a fit of pressing, the prompt waits for a pause of this length, so that no press reaches it."""


class InterruptPolicy(StrEnum):
    """What presses of Ctrl+C mean for the plan under way."""

    PAUSE = "pause"
    """A scan at a prompt: pause after the point, pause now, halt.

    With no point to wait for (no run is open, or the plan is suspended): pause now, halt."""
    STOP = "stop"
    """A move or a count at a prompt: stop at once, halt."""
    FINISH = "finish"
    """A scan at a prompt that has no end of its own: end it and keep its data, halt."""
    ABORT = "abort"
    """No prompt to return to: abort with cleanup, skip the return moves, halt."""
    LIBRARY = "library"
    """An engine used without the shell: two presses within 10 s pause, more than ten halt."""


PRESSES: dict[InterruptPolicy, tuple[str, ...]] = {
    InterruptPolicy.PAUSE: ("defer", "pause", "halt"),
    InterruptPolicy.STOP: ("abort", "halt"),
    InterruptPolicy.FINISH: ("finish", "halt"),
    InterruptPolicy.ABORT: ("abort", "abort", "halt"),
    InterruptPolicy.LIBRARY: ("defer", *["pause"] * 9, "halt"),
}
"""For each policy what the first, second, ... press asks for; the last entry repeats."""

LEAVING: tuple[str, ...] = ("abort", "halt")
"""What presses ask for while the plan is cleaning up."""

_WORDS = {
    "defer": "Pausing after this point... (^C again = now)",
    "pause": "Pausing now. (^C again = halt)",
    "finish": "Finishing, the data are kept... (^C again = force)",
    "abort": "Stopping... (^C again = force)",
    "halt": "Halting: stopping motors, no cleanup by the plan.",
}
_LEAVING_WORDS = {"abort": "Skipping return moves... (^C again = force)", "halt": _WORDS["halt"]}


class PressCounter:
    """Counts key presses from signals, merging those that belong to one press."""

    def __init__(self, forget_after_s: float | None = None) -> None:
        self._forget_after_s = forget_after_s
        self.count = 0
        self.last = float("-inf")

    def press(self, now: float) -> int | None:
        """Count a signal at ``now`` (seconds, monotonic); None if it belongs to the press before."""
        since, self.last = now - self.last, now
        if since < DEBOUNCE_S:
            return None
        if self._forget_after_s is not None and since > self._forget_after_s:
            self.count = 0
        self.count += 1
        return self.count


class SignalHandler:
    """Context manager that takes a signal over for a time; does nothing outside the main thread.

    Parameters
    ----------
    sig : signal.Signals
        The signal.
    log : logging.Logger, optional
        Told of released handlers.
    """

    def __init__(self, sig: signal.Signals, log: Any = None) -> None:
        self.sig = sig
        self.interrupted = False
        self.released = False
        self.log = log
        self._original: Any = None
        self._installed = False

    def __enter__(self) -> SignalHandler:
        self.interrupted = False
        self.released = False
        if threading.current_thread() is threading.main_thread():
            self._original = signal.getsignal(self.sig)
            signal.signal(self.sig, self._handle)
            self._installed = True
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self.interrupted = True
        self.handle_signals()

    def release(self) -> bool:
        """Give the signal back; False when that was done already."""
        if self.released:
            return False
        if self._installed:
            signal.signal(self.sig, self._original)
            self._installed = False
        self.released = True
        return True

    def handle_signals(self) -> None:
        """React to one signal."""


class _PressListener:
    """The thread that hears of signals through the interpreter's wake-up pipe."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self.writer, False)
        self._lock = threading.RLock()
        self._listener: Callable[[], None] | None = None
        self._number = 0
        threading.Thread(target=self._run, name="bsh-keys", daemon=True).start()

    def listen(self, number: int, listener: Callable[[], None] | None) -> None:
        """Call ``listener`` for each signal ``number``; what came before is handed to the one before."""
        with self._lock:
            self._take()
            self._number, self._listener = number, listener

    def _run(self) -> None:
        while True:
            select.select([self._reader], [], [])
            with self._lock:
                self._take()

    def _take(self) -> None:
        try:
            numbers = os.read(self._reader, 4096)
        except BlockingIOError:
            return
        for number in numbers:
            if number == self._number and self._listener is not None:
                self._listener()


_press_listener: _PressListener | None = None


def _the_listener() -> _PressListener:
    global _press_listener
    if _press_listener is None:
        _press_listener = _PressListener()
    return _press_listener


class SigintHandler(SignalHandler):
    """Turns presses of Ctrl+C into requests, by the engine's ``interrupt_policy``.

    Parameters
    ----------
    RE : RunEngine
        The engine to ask.
    """

    def __init__(self, RE: RunEngine) -> None:  # noqa: N803 - the field's name for an engine
        super().__init__(signal.SIGINT, log=RE.log)
        self._engine = RE
        self._policy = RE.interrupt_policy
        self._presses = PressCounter(10.0 if self._policy is InterruptPolicy.LIBRARY else None)
        self._leaving = 0
        self._pipe_before = -1

    def __enter__(self) -> SignalHandler:
        super().__enter__()
        if self._installed:
            listener = _the_listener()
            listener.listen(self.sig, self.handle_signals)
            self._pipe_before = signal.set_wakeup_fd(listener.writer, warn_on_full_buffer=False)
        return self

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        """Nothing: the press was counted when the signal came."""

    def handle_signals(self) -> None:
        """Count the press and post what it asks for."""
        self.interrupted = True
        press = self._presses.press(monotonic())
        if press is None:
            return
        if self._engine.state.is_leaving:
            self._leaving += 1
            action, words = _nth(LEAVING, self._leaving), _LEAVING_WORDS
        else:
            if press == 1 and self._policy is InterruptPolicy.PAUSE and not self._engine.taking_points:
                press = self._presses.count = 2  # no point to wait for; what moves or waits would go on
            action, words = _nth(PRESSES[self._policy], press), _WORDS
        self._engine.tell(notices.InterruptAcknowledged(words[action], press=press))
        self._engine.post_key(_REQUESTS[action]())

    def release(self) -> bool:
        """Give the signal back; False when that was done already."""
        if self._installed:
            signal.set_wakeup_fd(self._pipe_before, warn_on_full_buffer=False)
            _the_listener().listen(0, None)
        return super().release()

    def __exit__(self, *exc_info: object) -> None:
        # Somebody who hammers the key has not stopped yet when the plan has: swallow the rest.
        while self._installed and self._presses.count >= 3 and monotonic() - self._presses.last < DRAIN_S:
            sleep(0.02)
        super().__exit__(*exc_info)


def _nth(actions: tuple[str, ...], press: int) -> str:
    return actions[min(press, len(actions)) - 1]


def _abort() -> Request:
    return AbortRequest("interrupted by Ctrl+C")


def _halt() -> Request:
    return HaltRequest("halted by Ctrl+C")


_REQUESTS = {
    "defer": lambda: PauseRequest(defer=True, by_key=True),
    "pause": lambda: PauseRequest(by_key=True),
    "finish": lambda: StopRequest(reason="ended by Ctrl+C"),
    "abort": _abort,
    "halt": _halt,
}
