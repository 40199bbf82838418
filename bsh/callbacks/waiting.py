"""What the plan is waiting for: every pending status, how far it is, since when nothing moved.

Owns the watching of statuses. Their callbacks come on any thread and only leave a value behind; whoever
draws asks for views at a pace of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

from bsh.callbacks.cells import format_value

__all__ = [
    "MoveProgress", "WaitProgress", "WaitView", "device_of", "fraction_done", "root_name", "status_name", "value_text",
]  # fmt: skip

VALUE_WIDTH = 12


@dataclass(frozen=True, slots=True)
class WaitView:
    """One status that is waited for, at one moment.

    Attributes
    ----------
    name : str
        The device.
    current, target : str
        Values as text, empty if unknown.
    units : str
        Units of both.
    fraction : float or None
        Part of the way that is done, 0 to 1; None if the device does not tell.
    elapsed_s : float
        Seconds since the wait began.
    remaining_s : float or None
        Seconds left, if that can be said.
    still_s : float
        Seconds since the value changed last; 0 for a device that tells no value.
    done : bool
        Whether this status has ended.
    """

    name: str
    current: str
    target: str
    units: str
    fraction: float | None
    elapsed_s: float
    remaining_s: float | None
    still_s: float
    done: bool

    @property
    def is_measured(self) -> bool:
        """Whether the device tells how far it is."""
        return self.fraction is not None


class MoveProgress:
    """Follow one status.

    Parameters
    ----------
    status : object
        A status; one without ``watch`` is followed by its ``done`` only.
    clock : callable, optional
        Returns seconds, monotonic.
    started : float, optional
        When the wait began, by the same clock; now without it.
    """

    def __init__(
        self, status: Any, *, clock: Callable[[], float] = time.monotonic, started: float | None = None
    ) -> None:
        self.status = status
        self.name = status_name(status)
        self._clock = clock
        self._started = clock() if started is None else started
        self._news: dict[str, Any] = {}
        self._current: Any = None
        self._changed = self._started
        watch = getattr(status, "watch", None)
        if callable(watch):
            try:
                watch(self.update)
            except Exception:  # a status that cannot be watched is still waited for
                self._news = {}

    def update(self, *args: Any, **news: Any) -> None:
        """Take the news of a status; any thread, never raises.

        Parameters
        ----------
        **news
            The keywords of ophyd's ``MoveStatus.watch``: name, current, initial, target, unit,
            precision, fraction, time_elapsed, time_remaining. Others are ignored.
        """
        try:
            current = news.get("current")
            if not _same(current, self._current):
                self._current = current
                self._changed = self._clock()
            self._news = news  # one assignment: whoever reads sees all of it or nothing
        except Exception:
            return

    def view(self) -> WaitView:
        """Return how far it is now."""
        now, news = self._clock(), self._news
        elapsed = max(0.0, now - self._started)
        current, initial, target = news.get("current"), news.get("initial"), news.get("target")
        if target is None:
            target = getattr(self.status, "target", None)
        done = bool(getattr(self.status, "done", False))
        fraction = fraction_done(current, initial, target, news.get("fraction"))
        return WaitView(
            name=str(news.get("name") or self.name),
            current=value_text(current, news.get("precision")),
            target=value_text(target, news.get("precision")),
            units=str(news.get("unit") or ""),
            fraction=1.0 if done and fraction is not None else fraction,
            elapsed_s=elapsed,
            remaining_s=_remaining(news, fraction, elapsed),
            still_s=0.0 if current is None or done else max(0.0, now - self._changed),
            done=done,
        )


class WaitProgress:
    """Follow all statuses of one wait.

    Parameters
    ----------
    statuses : iterable of object
        What the plan waits for. A status made of others is followed by its parts.
    clock : callable, optional
        Returns seconds, monotonic.
    started : float, optional
        When the wait began, by the same clock.
    """

    def __init__(
        self,
        statuses: Iterable[Any],
        *,
        clock: Callable[[], float] = time.monotonic,
        started: float | None = None,
    ) -> None:
        self._clock = clock
        self.started = clock() if started is None else started
        parts = [part for status in statuses for part in _parts(status)]
        self.moves = [MoveProgress(part, clock=clock, started=self.started) for part in parts]
        self.moves.sort(key=lambda move: move.name)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the wait began."""
        return max(0.0, self._clock() - self.started)

    def views(self) -> list[WaitView]:
        """Return how far each of them is, by name."""
        return [move.view() for move in self.moves]


def device_of(status: Any) -> Any | None:
    """Return the device behind a status, or None.

    Parameters
    ----------
    status : object
        A status of bsh, ophyd or ophyd-async.
    """
    for attribute in ("obj", "device", "pos"):
        device = getattr(status, attribute, None)
        if device is not None:
            return device
    return None


def root_name(status: Any) -> str:
    """Return the name of the outermost device that a status belongs to, empty if unknown.

    Parameters
    ----------
    status : object
        A status.
    """
    device = device_of(status)
    while device is not None and getattr(device, "parent", None) is not None:
        device = device.parent
    return str(getattr(device, "name", "") or "")


def status_name(status: Any) -> str:
    """Return the name of the device behind a status, or of the status itself.

    Parameters
    ----------
    status : object
        A status.
    """
    device = device_of(status)
    for owner in (device, status):
        name = getattr(owner, "name", None)
        if isinstance(name, str) and name:
            return name
    return type(status).__name__


def _parts(status: Any) -> Sequence[Any]:
    left, right = getattr(status, "left", None), getattr(status, "right", None)
    if left is None or right is None:
        return (status,)
    return (*_parts(left), *_parts(right))


def _same(one: Any, other: Any) -> bool:
    same = one == other
    return bool(same) if isinstance(same, bool) else bool(getattr(same, "all", lambda: same)())


def value_text(value: Any, precision: Any) -> str:
    """Return a position as text, empty if it is not known.

    Parameters
    ----------
    value : object
        A position.
    precision : object
        Decimals; what is no number of decimals is ignored.
    """
    if value is None:
        return ""
    decimals = precision if isinstance(precision, int) and precision >= 0 else None
    return format_value(value, VALUE_WIDTH, decimals)


def fraction_done(current: Any, initial: Any, target: Any, left: Any) -> float | None:
    """Return the part of the way that is done, from positions, else from what the device says is left.

    Parameters
    ----------
    current, initial, target : number or sequence of numbers, or None
        Positions.
    left : number or None
        Part of the way that is left.

    Returns
    -------
    float or None
        0 to 1, whatever the device says; None if it cannot be told.
    """
    try:
        if current is not None and initial is not None and target is not None:
            way = _distance(initial, target)
            return 1.0 if way == 0 else _clipped(1.0 - _distance(current, target) / way)
        return None if left is None else _clipped(1.0 - float(left))
    except Exception:  # positions that are not numbers
        return None


def _distance(one: Any, other: Any) -> float:
    if hasattr(one, "__len__") or hasattr(other, "__len__"):
        return sqrt(sum(float(a - b) ** 2 for a, b in zip(one, other, strict=True)))
    return abs(float(one) - float(other))


def _clipped(fraction: float) -> float | None:
    return min(1.0, max(0.0, fraction)) if isfinite(fraction) else None


def _remaining(news: dict[str, Any], fraction: float | None, elapsed_s: float) -> float | None:
    told = news.get("time_remaining")
    if isinstance(told, int | float) and isfinite(told):
        return max(0.0, float(told))
    if fraction is None or fraction < 0.05:
        return None
    return elapsed_s * (1.0 - fraction) / fraction
