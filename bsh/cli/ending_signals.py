"""SIGTERM and SIGHUP: the terminal is gone, or somebody asks the process to end.

Owns the two signals while a session is open. A plan that runs is aborted with its cleanup, motors are
stopped, ``on_exit`` runs, and the process ends with 128 + signal. A second signal does not wait for the
cleanup, but for SIGHUP: that the terminal is gone is told more than once.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from bsh.session.notices import ENDED_BY_SIGTERM, TERMINAL_LOST

from .terminal_watch import hangup_told

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["EndingSignals"]

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_REASONS = {signal.SIGTERM: ENDED_BY_SIGTERM, signal.SIGHUP: TERMINAL_LOST}


class EndingSignals:
    """Ends a session by signals.

    Attributes
    ----------
    session : Session or None
        What is open.
    received : signal.Signals or None
        The first signal.
    """

    def __init__(self) -> None:
        self.session: Session | None = None
        self.received: signal.Signals | None = None

    @property
    def reason(self) -> str | None:
        """Why the session ends, for the stop document of a scan under way; None without a signal."""
        return None if self.received is None else _REASONS[self.received]

    @property
    def exit_code(self) -> int:
        """128 + signal; 0 without one."""
        return 0 if self.received is None else 128 + self.received

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Handle the signals; put the old handlers back at the end."""
        before: dict[signal.Signals, Any] = {}
        for number in SIGNALS:
            # nohup: a signal that is ignored already stays so
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._leave)
        try:
            with hangup_told() if signal.SIGHUP in before else contextlib.nullcontext():
                yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _leave(self, number: int, frame: FrameType | None) -> None:
        if number == self.received == signal.SIGHUP:
            return  # several may tell that the terminal is gone; the first news counts
        self.received = self.received or signal.Signals(number)
        if self.session is not None and self.session.leave_after_abort(self.reason or "", self.exit_code):
            return
        raise SystemExit(self.exit_code)
