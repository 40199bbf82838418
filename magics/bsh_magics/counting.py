"""Counting once: ``ct``.

It shows what was counted, opens no run and takes no scan number, unless ``-s`` asks for it.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from bsh.commands import CommandSession, CountTime, Detectors, Flag, answer_of, command, described
from bsh.commands.counts import Count, Counts
from bsh.devices.count_time import count_time_signal
from bsh.errors import CommandError, RunEngineInterrupted

__all__ = ["COMMANDS", "active_counters", "counts_of", "ct", "partial_counts", "read_since"]

_told: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()
"""For each session the counters of which it was said that they have no counting time."""

_last: weakref.WeakKeyDictionary[Any, Counts] = weakref.WeakKeyDictionary()
"""For each session its last complete ``ct``."""


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

    Nothing is saved, unless -s is given. Counters that are named count instead of the active ones. Behind each one
    stands by how much it changed since the last ct, per counting time.
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
            session.show(partial_counts(devices, seconds, began))
        raise
    if save:
        return None
    notes = tuple(_timeless_notes(session, devices, overrides))
    counts = counts_of(devices, result if isinstance(result, Mapping) else {}, seconds, began, notes=notes)
    before, _last[session] = _last.get(session), counts
    return counts if before is None else counts.compared_to(before)


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


def partial_counts(devices: Sequence[Any], seconds: float, began: float) -> Counts:
    """Return what counters read that were stopped before their end; old readings do not count.

    Parameters
    ----------
    devices : sequence of devices
        The counters.
    seconds : float
        What they were asked for.
    began : float
        When, in seconds since the epoch.
    """
    for device in devices:
        with suppress(Exception):  # a counter that does not stop has no partial counts
            answer_of(device.stop())
    return counts_of(devices, read_since(devices, began), seconds, began, partial=True)


def read_since(devices: Sequence[Any], began: float) -> dict[str, Any]:
    """Return what counters have read since then; one that cannot be read now is left out.

    Parameters
    ----------
    devices : sequence of devices
        The counters.
    began : float
        Seconds since the epoch.
    """
    readings: dict[str, Any] = {}
    for device in devices:
        with suppress(Exception):
            found = answer_of(device.read())
            readings |= {key: reading for key, reading in found.items() if reading["timestamp"] >= began}
    return readings


def counts_of(
    devices: Sequence[Any],
    readings: Mapping[str, Any],
    seconds: float,
    began: float,
    *,
    partial: bool = False,
    notes: tuple[str, ...] = (),
) -> Counts:
    """Return what counters read, of each one what it wants to be shown.

    Parameters
    ----------
    devices : sequence of devices
        The counters.
    readings : mapping
        What they read, by data key.
    seconds : float
        What they were asked for; negative for monitor counts.
    began : float
        When, in seconds since the epoch.
    partial : bool
        Whether they were stopped before their end.
    notes : tuple of str
        Remarks.
    """
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
    note = "zero" if value == 0 else ""
    most = _most(data_key)
    if is_number and most is not None and value >= most:
        note = f"saturated: it reads {most:g} at most"
    return Count(key, value, rate, units=data_key.get("units") or "", note=note)


def _most(data_key: Mapping[str, Any]) -> float | None:
    """Return the largest value that a counter says it can have, None where it does not say."""
    control = (data_key.get("limits") or {}).get("control") or {}
    low = control.get("low", data_key.get("lower_ctrl_limit"))
    high = control.get("high", data_key.get("upper_ctrl_limit"))
    if not isinstance(high, int | float) or high <= (low if isinstance(low, int | float) else 0.0):
        return None
    return float(high)


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


COMMANDS = [ct]
