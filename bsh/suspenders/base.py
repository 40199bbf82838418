"""What all suspenders share: watching a signal, asking the engine to wait, and letting it go on."""

from __future__ import annotations

import asyncio
import numbers
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

__all__ = ["SuspenderBase", "SuspenderReport", "number"]


@dataclass(frozen=True)
class SuspenderReport:
    """What a suspender can say of itself at any time.

    Parameters
    ----------
    rule : str
        What it watches for.
    value : object
        The last value of its signal, None before the first.
    tripped : bool
        Whether it holds plans back.
    since : datetime or None
        When it tripped.
    releases_at : datetime or None
        When it lets go, once its signal has come back.
    justification : str
        Why it tripped.
    signal : str
        Name of what it watches.
    action : str
        What is done while it is tripped: ``suspend``, ``stop``, or ``skip``.
    """

    rule: str
    value: Any
    tripped: bool
    since: datetime | None
    releases_at: datetime | None
    justification: str
    signal: str = ""
    action: str = "suspend"


class SuspenderBase:
    """Holds plans back while a signal is bad. Subclasses say what bad is.

    Parameters
    ----------
    signal : object
        Has a name, ``subscribe`` and ``clear_sub``.
    sleep : float
        How long the signal has to be good again before plans go on, in seconds.
    pre_plan, post_plan : plan, callable or list of Msg, optional
        Run after stopping and before going on.
    tripped_message : str
        Added to the justification.
    """

    def __init__(
        self,
        signal: Any,
        *,
        sleep: float = 0,
        pre_plan: Any = None,
        post_plan: Any = None,
        tripped_message: str = "",
    ) -> None:
        self.RE: Any = None
        self.pre_plan = pre_plan
        self.post_plan = post_plan
        self._signal = signal
        self._sleep = number("sleep", sleep)
        if self._sleep < 0:
            raise ValueError(f"sleep ({sleep}) must not be negative.")
        self._tripped_message = tripped_message
        self._lock = threading.RLock()
        self._value: Any = None
        self._bad_value: Any = None
        self._tripped = False
        self._since: datetime | None = None
        self._releases_at: datetime | None = None
        self._changed: set[asyncio.Event] = set()

    def __repr__(self) -> str:
        state = "tripped" if self.tripped else "ready"
        return f"<{type(self).__name__} on {self._signal.name}: {state}>"

    # -- what subclasses say -----------------------------------------------------------------------

    def _should_suspend(self, value: Any) -> bool:
        raise NotImplementedError(f"{type(self).__name__} does not say when to suspend")

    def _should_resume(self, value: Any) -> bool:
        raise NotImplementedError(f"{type(self).__name__} does not say when to resume")

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} = {self._bad()}"

    def _bad(self) -> str:
        """Return the last value that was bad, for people."""
        value = self._bad_value
        return f"{value:.6g}" if isinstance(value, float) else repr(value)

    def _rule(self) -> str:
        return f"{type(self).__name__}({self._signal.name})"

    # -- in use ------------------------------------------------------------------------------------

    def install(self, RE: Any, *, event_type: str | None = None) -> None:  # noqa: N803 - the field's name
        """Start watching for an engine; a signal that is bad already counts.

        Parameters
        ----------
        RE : RunEngine
            Whose plans are held back.
        event_type : str, optional
            Passed to ``signal.subscribe``.
        """
        self.RE = RE
        self._signal.subscribe(self, event_type=event_type, run=True)

    def remove(self) -> None:
        """Stop watching and let go."""
        self._signal.clear_sub(self)
        with self._lock:
            self._tripped = False
            self._releases_at = None
            self._tell_waiting()
        self.RE = None

    def __call__(self, value: Any, **kwargs: Any) -> None:
        """Take a new value of the signal, on whatever thread it comes."""
        newly = newly_good = False
        with self._lock:
            self._value = value
            if self._should_suspend(value):
                newly = not self._tripped
                self._tripped = True
                self._bad_value = value
                self._releases_at = None
                if newly:
                    self._since = datetime.now()
                self._tell_waiting()
            elif self._tripped and self._should_resume(value):
                newly_good = bool(self._changed)  # somebody waits for it
                self._tripped = False
                self._releases_at = datetime.now() + timedelta(seconds=self._sleep)
                self._tell_waiting()
            engine = self.RE
        if newly_good and self._sleep > 0 and engine is not None:
            engine.announce(
                f"{self._signal.name} is good again; going on after {self._sleep:g} s, at {self._releases_at:%H:%M:%S}."
            )
        if newly and engine is not None:
            engine.request_suspend(
                self._released,
                pre_plan=self.pre_plan,
                post_plan=self.post_plan,
                justification=self.justification,
            )

    @property
    def tripped(self) -> bool:
        """Whether plans have to wait: the signal is bad, or good for less than ``sleep`` seconds."""
        with self._lock:
            return self._tripped or self._remaining_s() > 0

    @property
    def justification(self) -> str:
        """Why plans have to wait."""
        text = self._get_justification()
        return f"{text}: {self._tripped_message}" if self._tripped_message else text

    def report(self) -> SuspenderReport:
        """Say what is watched, since when it is bad, and when plans go on."""
        with self._lock:
            tripped = self.tripped
            return SuspenderReport(
                rule=self._rule(),
                value=self._value,
                tripped=tripped,
                since=self._since if tripped else None,
                releases_at=self._releases_at if tripped else None,
                justification=self.justification if tripped else "",
                signal=str(self._signal.name),
            )

    def get_futures(self) -> tuple[list[Callable[[], Awaitable[Any]]], str]:
        """Return functions whose awaitables end when plans may go on, and the justification."""
        if not self.tripped:
            return [], ""
        return [self._released], self.justification

    # -- waiting, on the engine's loop -------------------------------------------------------------

    async def _released(self) -> None:
        changed = asyncio.Event()
        with self._lock:
            self._changed.add(changed)
        try:
            while self.tripped:
                changed.clear()
                with self._lock:
                    timeout = None if self._tripped else self._remaining_s()
                try:
                    await asyncio.wait_for(changed.wait(), timeout)
                except TimeoutError:
                    continue
        finally:
            with self._lock:
                self._changed.discard(changed)

    def _remaining_s(self) -> float:
        if self._releases_at is None:
            return 0.0
        return (self._releases_at - datetime.now()).total_seconds()

    def _tell_waiting(self) -> None:
        loop = getattr(self.RE, "loop", None)
        for changed in self._changed:
            loop.call_soon_threadsafe(changed.set)  # type: ignore[union-attr]  # who waits has an engine


def number(name: str, value: Any) -> Any:
    """Return what has to be a number: a text would be found out when the signal is bad, and then nothing watches.

    Parameters
    ----------
    name : str
        What it is called.
    value : object
        What was given.

    Raises
    ------
    ValueError
        It is none.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"{name} ({value!r}) must be a number.")
    return value
