"""Where am I: ``wa``, ``wu``, ``wm``, ``wh``, ``lm``; and which devices there are: ``lsdev``.

Owns which axes are shown and how they are read: all at the same time, each with a time limit, so that a
device that does not answer costs a question mark and not a wait.
"""

from __future__ import annotations

import fnmatch
import math
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
    Motors,
    Names,
    Words,
    axes_of,
    axis_named,
    command,
    described,
    limits_of,
    movable_names,
    nearest_hint,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.columns import align
from bsh.commands.reports import Limits, Listing, Position, Positions
from bsh.devices.epics import is_connected
from bsh.devices.traversal import labels_of
from bsh.errors import DeviceOffline, StoreError, UsageError

__all__ = [
    "COMMANDS",
    "lm",
    "lsdev",
    "offset_of",
    "read_positions",
    "rows_of",
    "selected",
    "wa",
    "wh",
    "wm",
    "wu",
]

TIMEOUT_S = 0.8
"""How long a device may take to say where it is, in seconds."""

_silent: weakref.WeakKeyDictionary[Any, threading.Thread] = weakref.WeakKeyDictionary()
"""Threads that still wait for a device that did not answer: it is not asked again meanwhile."""


@command(group="where", examples=["wa", "wa sam*", "wa -v"])
def wa(
    session: CommandSession,
    names: Names = (),
    verbose: Annotated[bool, Flag("-v", "--verbose")] = False,
    user: Annotated[bool, Flag("-u", "--user")] = False,
    watch: Annotated[bool, Flag("-w", "--watch")] = False,
) -> Positions:
    """Show where motors are, all or by name, wildcard or label.

    With -v one line a motor, with limits, offset and source; with -u no dial positions. With -w they are read again and again in place, until a
    key or Ctrl+C.
    """

    def read() -> Positions:
        return Positions(rows_of(session, names), verbose=verbose, user_only=user)

    if not watch:
        return read()
    from bsh_magics.watching import watched

    return watched(session, read)


@command(group="where", examples=["wu", "wu sam*"])
def wu(session: CommandSession, names: Names = ()) -> Positions:
    """Show where motors are in user units only; otherwise like wa."""
    return Positions(rows_of(session, names), user_only=True)


@command(group="where", examples=["wh"])
def wh(session: CommandSession) -> Positions:
    """Show the axes of the geometry, pseudo axes first; without one, all motors."""
    pseudo = [device for device in session.devices.values() if hasattr(type(device), "inverse")]
    parts = [
        (axis.name, axis)
        for device in pseudo
        for positioners in (
            getattr(device, "pseudo_positioners", ()),
            getattr(device, "real_positioners", ()),
        )
        for axis in positioners
    ]
    return Positions(tuple(read_positions(parts)) if parts else rows_of(session, ()), user_only=True)


def rows_of(session: CommandSession, names: Sequence[str]) -> tuple[Position, ...]:
    """Return where axes are, and of which ones nobody may move them or somebody has.

    Parameters
    ----------
    session : CommandSession
        Whose axes.
    names : sequence of str
        Names, wildcards or labels; all motors without any.
    """
    rows = read_positions(selected(session, names) if names else axes_of(session.devices))
    if not names:
        rows = [row for row in rows if not isinstance(row.value, str)]  # a shutter is no motor
    return _with_remarks(session, rows)


def _with_remarks(session: CommandSession, rows: Sequence[Position]) -> tuple[Position, ...]:
    """Say of which axes nobody may move them, and which ones somebody else has moved."""
    try:
        locks = session.locks.all()
    except StoreError:  # told to whoever wants to move something
        locks = {}
    moved = {
        one.name: one
        for one in session.drift.look({row.name for row in rows if isinstance(row.value, int | float)})
    }
    return tuple(_with_remark(session, row, locks, moved) for row in rows)


def _with_remark(session: CommandSession, row: Position, *words: Mapping[str, Any]) -> Position:
    told = [str(each[row.name]) for each in words if row.name in each]
    told += [row.note] if row.note else []
    axis = axis_named(row.name, session.devices) if row.value is None else None
    known = None if axis is None else session.drift.last_known(axis)
    told += [] if known is None else [str(known)]
    return replace(row, note="; ".join(told))


@command(group="where", examples=["wm {motor}"])
def wm(session: CommandSession, motors: Motors) -> Limits:
    """Show positions between their limits, user and dial."""
    return Limits(_with_remarks(session, read_positions((motor.name, motor) for motor in motors)))


@command(group="where", examples=["lm", "lm sam*"])
def lm(session: CommandSession, names: Names = ()) -> Limits:
    """List the limits of motors, all or by name, wildcard or label."""
    return Limits(rows_of(session, names))


@command(group="where", aliases=["lsobj"], examples=["lsdev", "lsdev sam*"])
def lsdev(session: CommandSession, names: Words = ()) -> Listing:
    """List the devices: name, kind, labels, whether it is there.

    By name, wildcard, label or kind; nothing is read.
    """
    patterns = names or ("*",)
    rows = [["name", "kind", "labels", "state"]]
    for name, device in session.devices.items():
        offline = hasattr(type(device), "offline_error")
        behind = getattr(device, "device", None) if offline else device
        kind = type(behind).__name__ if behind is not None else "?"
        if any(_matches(pattern, name, device) or fnmatch.fnmatchcase(kind, pattern) for pattern in patterns):
            state = "ok" if is_connected(device) else "not connected"
            if offline:
                state = f"offline: {getattr(device, 'reason', '')}"
            rows.append([name, kind, " ".join(sorted(labels_of(device))), state])
    if len(rows) == 1:
        raise UsageError(
            f"lsdev: no device matches {' '.join(names)}",
            hint=nearest_hint(names[0], session.devices) if names else None,
        )
    return Listing(tuple(align(rows, left=(0, 1, 2, 3))))


def selected(session: CommandSession, patterns: Sequence[str]) -> list[tuple[str, Any]]:
    """Return name and object of the axes that patterns mean; nothing is read.

    Parameters
    ----------
    session : CommandSession
        Whose axes.
    patterns : sequence of str
        Names, wildcards or labels.

    Raises
    ------
    UsageError
        One of them means none.
    """
    axes = axes_of(session.devices)
    known = dict(axes)
    chosen: dict[str, Any] = {}
    for pattern in patterns:
        found = {name: device for name, device in axes if _matches(pattern, name, device)}
        if not found and pattern in session.devices:
            found = {pattern: session.devices[pattern]}
        if not found:
            labels = {label for device in known.values() for label in labels_of(device)}
            hint = nearest_hint(pattern, [*known, *labels]) or f"motors: {', '.join(movable_names(session))}"
            raise UsageError(f"no motor and no label matches {pattern}", hint=hint)
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
        lost = Position(self._name, state="offline", note="not connected")
        try:
            # one that is not connected may tell what it knew before
            self._row = _read(self._name, self._device) if is_connected(self._device) else lost
        except DeviceOffline as error:
            self._row = Position(
                self._name, state="offline", note=getattr(self._device, "reason", error.message)
            )
        except Exception as error:
            failed = Position(self._name, state="error", note=str(error) or type(error).__name__)
            self._row = failed if is_connected(self._device) else lost
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
    offset, direction = offset_of(axis)
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


def offset_of(axis: Any) -> tuple[float | None, int]:
    """Return user offset and direction (1 or -1), as the EPICS motor record defines them; None without any.

    Parameters
    ----------
    axis : device
        The offset is read.
    """
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
    keys = described(axis)
    key: Any = keys.get(axis.name) or next(iter(keys.values()), {})
    return str(key.get("source", ""))


COMMANDS = [wa, wu, wm, wh, lm, lsdev]
