"""Counting: ``ct`` and ``uct``.

``ct`` counts once and shows what was counted. It opens no run and takes no scan number, unless ``-s`` asks for it.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from bsh.commands import CommandSession, CountTime, Detectors, Flag, answer_of, command, described
from bsh.commands.argument_types import CountTimeType
from bsh.commands.columns import format_count
from bsh.commands.reports import Count, Counts
from bsh.devices.count_time import count_time_signal
from bsh.errors import CommandError, RunEngineInterrupted
from bsh_magics.in_place import live_line

__all__ = ["COMMANDS", "active_counters", "ct", "uct"]

SLICE_S = 1.0
"""How long ``uct`` counts at a time, in seconds."""

_told: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()
"""For each session the counters of which it was said that they have no counting time."""


@command(
    group="count",
    examples=["ct 1", "ct 0.5 {counter}"],
    interrupt="stop",
    generator="bsh.plans.spec.ct",
)
def ct(
    session: CommandSession,
    seconds: CountTime = 1.0,
    counters: Detectors = (),
    save: Annotated[bool, Flag("-s", "--save")] = False,
) -> Counts | None:
    """Count for seconds, or (negative) to monitor counts.

    Nothing is saved, unless -s is given. Counters that are named count instead of the active ones.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    overrides = session.profile.count_time
    typed = " ".join(["ct", *(["-s"] if save else []), f"{seconds:g}", *(device.name for device in counters)])
    began = time.time()
    try:
        result = session.execute(
            lambda: spec.ct(devices, seconds, save=save, count_time=overrides),
            command=typed,
            interrupt="stop",
        )
    except RunEngineInterrupted:
        if not save:
            session.show(_counts(devices, _partial(devices, began), seconds, began, partial=True))
        raise
    if save:
        return None
    notes = tuple(_timeless_notes(session, devices, overrides))
    return _counts(devices, result if isinstance(result, Mapping) else {}, seconds, began, notes=notes)


@command(group="count", examples=["uct 0.5"], interrupt="stop", generator="bsh.plans.spec.ct")
def uct(
    session: CommandSession,
    seconds: Annotated[float | None, CountTimeType()] = None,
    counters: Detectors = (),
) -> Counts:
    """Count and show the counts in place meanwhile.

    Without a time it counts a second again and again, until Ctrl+C. Nothing is saved.
    """
    from bsh.plans import spec

    devices = active_counters(session, counters)
    overrides = session.profile.count_time
    each = SLICE_S if seconds is None else seconds
    began = time.time()
    last: Counts | None = None

    def line() -> str:
        known = _counts(devices, _read_since(devices, began), each, began).rows or (last.rows if last else ())
        shown = "  ".join(f"{row.name} {format_count(row.value)}" for row in known)
        return f"{time.time() - began:6.1f} s  {shown}"

    with live_line(session, line):
        while True:
            try:
                result = session.execute(
                    lambda: spec.ct(devices, each, count_time=overrides), command="uct", interrupt="stop"
                )
            except RunEngineInterrupted:
                if seconds is None and last is not None:
                    return last
                session.show(_counts(devices, _partial(devices, began), each, began, partial=True))
                raise
            last = _counts(devices, result if isinstance(result, Mapping) else {}, each, began)
            if seconds is not None:
                return last
            began = time.time()


def active_counters(session: CommandSession, named: Sequence[Any]) -> list[Any]:
    """Return the counters that were named, else the active ones.

    Parameters
    ----------
    session : Session
        Whose counters are active.
    named : sequence of devices
        What was typed.

    Raises
    ------
    CommandError
        There are none.
    """
    devices = list(named) or list(session.counters)
    if not devices:
        raise CommandError(
            "there are no active counters",
            hint="name some at the end of the line, or give the profile a list: counters: {default: [...]}",
        )
    return devices


def _partial(devices: Sequence[Any], began: float) -> dict[str, Any]:
    """Return what counters read that were stopped before their end; old readings do not count."""
    for device in devices:
        with suppress(Exception):  # a counter that does not stop has no partial counts
            answer_of(device.stop())
    return _read_since(devices, began)


def _read_since(devices: Sequence[Any], began: float) -> dict[str, Any]:
    """Return what counters have read since then; one that cannot be read now is left out."""
    readings: dict[str, Any] = {}
    for device in devices:
        with suppress(Exception):
            found = answer_of(device.read())
            readings |= {key: reading for key, reading in found.items() if reading["timestamp"] >= began}
    return readings


def _counts(
    devices: Sequence[Any],
    readings: Mapping[str, Any],
    seconds: float,
    began: float,
    *,
    partial: bool = False,
    notes: tuple[str, ...] = (),
) -> Counts:
    now = time.time()
    elapsed = seconds if seconds > 0 and not partial else now - began
    rows: list[Count] = []
    for device in devices:
        keys = described(device)
        shown = _shown_keys(device, keys)
        has_time = count_time_signal(device) is not None
        rows += [
            _count(key, readings[key]["value"], keys[key], elapsed if has_time else None)
            for key in shown
            if key in readings
        ]
    return Counts(tuple(rows), elapsed, now, preset=seconds, partial=partial, notes=notes)


def _shown_keys(device: Any, keys: Mapping[str, Any]) -> list[str]:
    """Return the fields a device suggests to show; without any, every number it has."""
    hinted = [key for key in (getattr(device, "hints", None) or {}).get("fields", []) if key in keys]
    return hinted or [key for key, data_key in keys.items() if not data_key.get("shape")]


def _count(key: str, value: Any, data_key: Mapping[str, Any], seconds: float | None) -> Count:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    rate = value / seconds if is_number and seconds else None
    return Count(key, value, rate, units=data_key.get("units") or "", note="zero" if value == 0 else "")


def _timeless_notes(
    session: CommandSession, devices: Sequence[Any], overrides: Mapping[str, str]
) -> list[str]:
    told = _told.setdefault(session, set())
    notes = []
    for device in devices:
        if device.name in told or count_time_signal(device, overrides.get(device.name)) is not None:
            continue
        told.add(device.name)
        notes.append(f"{device.name} has no counting time to set (profile key count_time)")
    return notes


COMMANDS = [ct, uct]
