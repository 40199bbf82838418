"""Where am I: ``wa`` and ``wm``.

Owns which axes are shown and how they are read: all at the same time, each with a time limit, so that a
device that does not answer costs a question mark and not a wait.
"""

from __future__ import annotations

import fnmatch
import math
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
    Motors,
    Names,
    command,
    limits_of,
    movable_names,
    nearest_hint,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.reports import Limits, Position, Positions
from bsh.devices.traversal import children, labels_of
from bsh.errors import DeviceOffline, UsageError

__all__ = ["COMMANDS", "axes_of", "read_positions", "wa", "wm"]

TIMEOUT_S = 0.8
"""How long a device may take to say where it is, in seconds."""

_silent: weakref.WeakKeyDictionary[Any, threading.Thread] = weakref.WeakKeyDictionary()
"""Threads that still wait for a device that did not answer: it is not asked again meanwhile."""


@command(group="where", examples=["wa", "wa sam*", "wa -v"])
def wa(
    session: CommandSession,
    names: Names = (),
    verbose: Annotated[bool, Flag("-v", "--verbose")] = False,
) -> Positions:
    """Show where motors are, all or by name, wildcard or label.

    With -v one line a motor, with limits, offset and source.
    """
    axes = _selected(session, names) if names else axes_of(session)
    rows = read_positions(axes)
    if not names:
        rows = [row for row in rows if not isinstance(row.value, str)]  # a shutter is no motor
    return Positions(tuple(rows), verbose=verbose)


@command(group="where", examples=["wm {motor}"])
def wm(session: CommandSession, motors: Motors) -> Limits:
    """Show positions between their limits, user and dial."""
    return Limits(tuple(read_positions((motor.name, motor) for motor in motors)))


def axes_of(session: CommandSession) -> list[tuple[str, Any]]:
    """Return name and object of each axis of the session, parts of larger devices included.

    Parameters
    ----------
    session : Session
        Whose devices are looked through; nothing is read.
    """
    return [axis for name, device in session.devices.items() for axis in _axes(name, device)]


def _axes(name: str, device: Any) -> Iterator[tuple[str, Any]]:
    if _is_offline(device):
        behind = getattr(device, "device", None)
        if "motors" in labels_of(device) or _is_axis(behind):
            yield name, device
    elif _is_axis(device):
        yield name, device
    elif not hasattr(type(device), "set"):
        for _, part in children(device):
            if _is_axis(part):
                yield part.name, part


def _is_axis(device: Any) -> bool:
    kind = type(device)
    return hasattr(kind, "set") and hasattr(kind, "position")


def _is_offline(device: Any) -> bool:
    return hasattr(type(device), "offline_error")


def _selected(session: CommandSession, patterns: Sequence[str]) -> list[tuple[str, Any]]:
    axes = axes_of(session)
    known = dict(axes)
    chosen: dict[str, Any] = {}
    for pattern in patterns:
        found = {name: device for name, device in axes if _matches(pattern, name, device)}
        if not found and pattern in session.devices:
            found = {pattern: session.devices[pattern]}
        if not found:
            labels = {label for device in known.values() for label in labels_of(device)}
            hint = nearest_hint(pattern, [*known, *labels]) or f"motors: {', '.join(movable_names(session))}"
            raise UsageError(f"wa: no motor and no label matches {pattern}", hint=hint)
        chosen |= found
    return list(chosen.items())


def _matches(pattern: str, name: str, device: Any) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or pattern in labels_of(device)


def read_positions(axes: Iterable[tuple[str, Any]], timeout_s: float = TIMEOUT_S) -> list[Position]:
    """Read all axes at the same time; one that does not answer has no value and says why.

    Parameters
    ----------
    axes : iterable of (str, device)
        What to read, under which name.
    timeout_s : float
        How long to wait for all of them together, in seconds.

    Returns
    -------
    list of Position
        In the order given.
    """
    readings = [_Reading(name, device) for name, device in axes]
    deadline = monotonic() + timeout_s
    for reading in readings:
        reading.start()
    return [reading.result(max(0.0, deadline - monotonic()), timeout_s) for reading in readings]


class _Reading:
    """One axis that is being read, on a thread of its own: it may never answer."""

    def __init__(self, name: str, device: Any) -> None:
        self._name = name
        self._device = device
        self._done = threading.Event()
        self._row: Position | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read, unless the device still owes the answer to an earlier question."""
        stuck = _silent.get(self._device)
        if stuck is not None and stuck.is_alive():
            return
        self._thread = threading.Thread(target=self._run, name=f"bsh-read-{self._name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._row = _read(self._name, self._device)
        except DeviceOffline as error:
            self._row = Position(
                self._name, state="offline", note=getattr(self._device, "reason", error.message)
            )
        except Exception as error:
            self._row = Position(self._name, state="error", note=str(error) or type(error).__name__)
        finally:
            self._done.set()

    def result(self, wait_s: float, timeout_s: float) -> Position:
        """Return the row; without an answer in time, one that says so."""
        if self._thread is not None:
            if self._done.wait(wait_s) and self._row is not None:
                return self._row
            _silent[self._device] = self._thread
        return Position(
            self._name,
            units=units_of(self._device),
            state="offline",
            note=f"no answer within {timeout_s:g} s",
            labels=tuple(sorted(labels_of(self._device))),
        )


def _read(name: str, axis: Any) -> Position:
    value = position_of(axis)
    limits = limits_of(axis)
    low, high = limits if limits is not None else (None, None)
    offset, direction = _offset(axis)
    is_moving = bool(getattr(axis, "moving", False))
    at_limit = isinstance(value, int | float) and limits is not None and not limits[0] < value < limits[1]
    dial_limits = sorted(_dial(limit, offset, direction) for limit in limits) if limits else None
    return Position(
        name,
        value=value,
        dial=None if offset is None else _dial(value, offset, direction),
        offset=offset,
        units=units_of(axis),
        low=low,
        high=high,
        dial_low=dial_limits[0] if dial_limits else None,
        dial_high=dial_limits[1] if dial_limits else None,
        precision=precision_of(axis),
        state="moving" if is_moving else "limit" if at_limit else "ok",
        note="at its limit" if at_limit and not is_moving else "",
        source=_source(axis),
        labels=tuple(sorted(labels_of(axis))),
    )


def _offset(axis: Any) -> tuple[float | None, int]:
    """Return user offset and direction (1 or -1), as the EPICS motor record defines them."""
    signal = getattr(axis, "user_offset", None)
    if signal is None:
        return None, 1
    offset = float(signal.get())
    direction = getattr(axis, "user_offset_dir", None)
    is_negative = direction is not None and direction.get() in (1, "Neg")
    return (offset if math.isfinite(offset) else None), -1 if is_negative else 1


def _dial(user: float, offset: float | None, direction: int) -> float:
    return direction * (user - (offset or 0.0))


def _source(axis: Any) -> str:
    described: dict[str, dict[str, Any]] = axis.describe()
    key: dict[str, Any] = described.get(axis.name) or next(iter(described.values()), {})
    return str(key.get("source", ""))


COMMANDS = [wa, wm]
