"""Counts that grow while one looks: ``uct``."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from bsh.commands import CommandSession, Detectors, command
from bsh.commands.argument_types import CountTimeType
from bsh.commands.columns import align, format_count
from bsh.errors import RunEngineInterrupted
from bsh_magics.counting import active_counters, counts_of, partial_counts, read_since

if TYPE_CHECKING:
    from bsh.commands.counts import Counts

__all__ = ["COMMANDS", "uct"]

SLICE_S = 1.0
"""How long ``uct`` counts at a time, in seconds."""

TRACE = 30
"""Columns of the little plots, one for each of the last counts."""


@command(group="count", examples=["uct 0.5"], interrupt="stop", generator="bsh.plans.spec.ct")
def uct(
    session: CommandSession,
    seconds: Annotated[float | None, CountTimeType()] = None,
    counters: Detectors = (),
) -> Counts:
    """Count and show the counts in place meanwhile.

    Without a time it counts a second again and again until q or Ctrl+C, and draws how the rates went. Nothing is saved.
    """
    devices = active_counters(session, counters)
    return _once(session, devices, seconds) if seconds is not None else _again_and_again(session, devices)


def _once(session: CommandSession, devices: Sequence[Any], seconds: float) -> Counts:
    from bsh_magics.in_place import in_place

    began = time.time()

    def lines() -> list[str]:
        rows = counts_of(devices, read_since(devices, began), seconds, began).rows
        passed = time.time() - began
        clock = f"{passed:6.1f}" if seconds < 0 else f"{min(passed, seconds):.1f} of {seconds:g}"
        return [f"{clock} s  {'  '.join(f'{row.name} {format_count(row.value)}' for row in rows)}"]

    with in_place(session, lines, _end_with_q) as shown:
        try:
            return _counted(session, devices, seconds)
        except RunEngineInterrupted:
            shown.clear()
            session.show(partial_counts(devices, seconds, began))
            raise


def _again_and_again(session: CommandSession, devices: Sequence[Any]) -> Counts:
    from bsh.commands.sparkline import sparkline
    from bsh_magics.in_place import in_place

    began = time.monotonic()
    last: Counts | None = None
    traces: dict[str, deque[float]] = {}
    is_enough = False

    def lines() -> list[str]:
        if last is None:
            return ["counting; q ends it"]
        rows = [
            [
                row.name,
                format_count(row.value) + (f" {row.units}" if row.units else ""),
                "" if row.rate is None else f"{format_count(round(row.rate))}/s",
                sparkline(list(traces.get(row.name, ())), TRACE),
            ]
            for row in last.rows
        ]
        return [
            f"{time.monotonic() - began:.0f} s of counts of {SLICE_S:g} s; q ends it",
            *align(rows, left=(0, 3)),
        ]

    def look_for_q(keys: str) -> str:
        nonlocal is_enough
        rest = _end_with_q(keys)
        is_enough = is_enough or rest != keys
        return rest

    with in_place(session, lines, look_for_q) as shown:
        while True:
            try:
                last = _counted(session, devices, SLICE_S)
            except RunEngineInterrupted:
                shown.clear()
                if last is not None and is_enough:
                    return last
                if last is not None:
                    session.show(last)
                raise
            for row in last.rows:
                if isinstance(row.value, int | float):
                    traces.setdefault(row.name, deque(maxlen=TRACE)).append(float(row.value))
            shown.draw()


def _counted(session: CommandSession, devices: Sequence[Any], seconds: float) -> Counts:
    from bsh.plans import spec

    overrides = session.profile.count_time
    began = time.time()
    result = session.execute(
        lambda: spec.ct(devices, seconds, count_time=overrides), command="uct", interrupt="stop"
    )
    return counts_of(devices, result if isinstance(result, Mapping) else {}, seconds, began)


def _end_with_q(keys: str) -> str:
    """Take the key q for Ctrl+C; return keys that are another one, or a line."""
    if set(keys) != {"q"}:
        return keys
    signal.raise_signal(signal.SIGINT)
    return ""


COMMANDS = [uct]
