"""What all suspenders share: watching a signal, asking the engine to wait, and letting it go on."""

from __future__ import annotations

import asyncio
import numbers
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bsh.devices.epics import is_connected

__all__ = ["SuspenderBase", "SuspenderReport", "number"]

LOOK_S = 1.0
"""How often a signal that is not connected, and will not tell when it is, is looked at, in seconds."""


@dataclass(frozen=True)
class SuspenderReport:
    """What a suspender can say of itself at any time.

    Parameters
    ----------
    rule : str
        What it watches for.
    value : object
        The last value of its signal, None before the first and while it is not connected.
    tripped : bool
        Whether it holds plans back.
    since : datetime or None
        When it tripped, as far as that is known.
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
    """Holds plans back while a signal is bad. Subclasses say what bad is; NaN and no connection always are.

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
        self._lost = False  # the connection; its last value says nothing
        self._only_lost = False  # tripped by that, not by a value
        self._is_fresh = False  # a value came since the loss
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
        """Start watching for an engine; a signal that is bad or not connected already counts.

        Parameters
        ----------
        RE : RunEngine
            Whose plans are held back.
        event_type : str, optional
            Passed to ``signal.subscribe``.
        """
        self.RE = RE
        if self._tells_connection():
            self._signal.subscribe(self._connection_changed, event_type="meta", run=False)
            self._connection_changed(connected=is_connected(self._signal))
        self._signal.subscribe(self, event_type=event_type, run=not self._lost)  # what it was last is old

    def remove(self) -> None:
        """Stop watching and let go."""
        self._signal.clear_sub(self)
        if self._tells_connection():
            self._signal.clear_sub(self._connection_changed)
        with self._lock:
            self._tripped = self._lost = self._only_lost = False
            self._releases_at = None
            self._tell_waiting()
            self.RE = None

    def __call__(self, value: Any, **kwargs: Any) -> None:
        """Take a new value of the signal, on whatever thread it comes."""
        newly = newly_good = False
        with self._lock:
            self._value = value
            if self._lost:
                self._is_fresh = True
                self._lost = not is_connected(self._signal)  # else it is judged when the connection is whole
            if self._lost:
                return
            if _is_nan(value) or self._should_suspend(value):
                newly = self._trip()
                self._only_lost = False
                self._bad_value = value
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
        if newly:
            self._ask_to_wait()

    def _connection_changed(self, connected: bool = True, **kwargs: Any) -> None:
        newly = False
        with self._lock:
            if connected:
                value, is_judged = self._value, self._lost and self._is_fresh
            elif self.RE is None or self._lost or is_connected(self._signal):
                return  # removed, known, or back already
            else:
                is_judged = self._is_fresh = False
                self._lost = True
                newly = self._trip()
                self._only_lost |= newly
        if is_judged:
            self(value)
        if newly:
            self._ask_to_wait()

    def _tells_connection(self) -> bool:
        return "meta" in getattr(self._signal, "event_types", ())  # as signals of ophyd do

    def _trip(self) -> bool:
        newly = not self._tripped
        self._tripped = True
        self._releases_at = None
        if newly:
            self._since = datetime.now()
        self._tell_waiting()
        return newly

    def _ask_to_wait(self) -> None:
        engine = self.RE
        if engine is not None:
            engine.request_suspend(
                self._released,
                pre_plan=self.pre_plan,
                post_plan=self.post_plan,
                justification=self.justification,
            )

    @property
    def tripped(self) -> bool:
        """Whether plans have to wait: the signal is bad, not connected, or good for less than ``sleep`` seconds."""
        with self._lock:
            return self._tripped or self._remaining_s() > 0 or not is_connected(self._signal)

    @property
    def justification(self) -> str:
        """Why plans have to wait."""
        if self._lost or self._only_lost or not is_connected(self._signal):
            text = f"the signal {self._signal.name} is not connected"
        elif _is_nan(self._bad_value):
            text = f"Signal {self._signal.name} = nan"
        else:
            text = self._get_justification()
        return f"{text}: {self._tripped_message}" if self._tripped_message else text

    def report(self) -> SuspenderReport:
        """Say what is watched, since when it is bad, and when plans go on."""
        with self._lock:
            tripped = self.tripped
            return SuspenderReport(
                rule=self._rule(),
                value=self._value if is_connected(self._signal) and not self._lost else None,
                tripped=tripped,
                since=self._since if self._tripped or self._remaining_s() > 0 else None,
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
                    left_s = self._remaining_s() if is_connected(self._signal) else LOOK_S
                    timeout = None if self._tripped else left_s
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


def _is_nan(value: Any) -> bool:
    try:
        return bool(value != value)  # also of what numpy has
    except (TypeError, ValueError):  # an array
        return False


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
