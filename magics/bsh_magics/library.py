"""Old runs: ``scans``, ``show``, ``table``, ``replay``."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from bsh.commands import CommandSession, Metadata, Option, Syntax, Word, Words, command
from bsh.commands.argument_types import NumberType
from bsh.commands.nearest import nearest_hint
from bsh.commands.one_scan import head_of, table_of
from bsh.commands.reports import Listing, RunList, RunRow, Text
from bsh.commands.scan_filters import parse_filters
from bsh.commands.selection import selection_of
from bsh.errors import CommandError

__all__ = ["COMMANDS", "replay", "scans", "show", "table"]

TRACED_POINTS = 100
"""So many points of a run make its little plot."""

MOST_POINTS = 10_000
"""Runs with more points have no little plot: they would take too long to read."""


@command(
    group="library",
    examples=[
        "scans",
        "scans -n 5",
        "scans today",
        "scans motor={motor} status=abort",
        "scans lup sample=cu",
    ],
    syntax=Syntax.WORDS,
)
def scans(
    session: CommandSession,
    words: Words = (),
    filters: Metadata = None,
    number: Annotated[int, Option(("-n",), NumberType(whole=True, minimum=1))] = 20,
) -> RunList:
    """List the last runs, the newest at the bottom: points, how they ended, the first counter, the line.

    Words occur in the line, in the metadata or in comments; today, yesterday, since=2026-01-31, until=, plan=, motor=, status= and any
    key of the metadata choose, too. scans[-1] is the last one itself, scans[142] the one with that number: scans[-1].det
    is a column, scans[-1].to_pandas() a table.
    """
    typed = [*words, *(f"{key}={value}" for key, value in (filters or {}).items())]
    selected = [*selection_of(session).plotted, *(device.name for device in session.counters)]
    rows = [
        RunRow(
            scan_id=run.scan_id,
            uid=run.uid,
            time=run.time,
            command=" ".join((run.command or run.plan_name).split()),
            num_points=run.num_points,
            exit_status=run.exit_status,
            reason=run.reason,
            **_curve(session, run, selected),
        )
        for run in parse_filters(typed).runs(session.store, number)
    ]
    return RunList(tuple(reversed(rows)), typed)


def _curve(session: CommandSession, run: Any, selected: list[str]) -> dict[str, Any]:
    """Return some values of the counter that matters most, and where its peak is."""
    if not 2 <= run.num_points <= MOST_POINTS:
        return {}
    from bsh.export import RunData

    stream = RunData(session.store.run(run.uid).sample(TRACED_POINTS)).main
    key = next((name for name in [*selected, *stream.counters] if name in stream.counters), None)
    values = stream.columns.get(key, []) if key else []
    trace = tuple(float(value) for value in values if isinstance(value, int | float))
    places = stream.columns[stream.axes[0]] if len(stream.axes) == 1 else []
    return {"trace": trace, "peak": _peak(places, trace)}


def _peak(places: list[Any], values: Sequence[float]) -> float | None:
    from bsh.callbacks import peak_statistics

    if len(places) != len(values) or not all(isinstance(place, int | float) for place in places):
        return None
    found = peak_statistics(places, values)
    return found.max[0] if found is not None and found.is_peak else None


@command(group="library", examples=["show", "show 142", "show -2"])
def show(session: CommandSession, scan: Word = "-1") -> Listing:
    """Show how a scan was taken and how it ended: the last one, or one by number or by its uid."""
    run = session.store.run(scan)
    lines = [*head_of(run, session.journal.notes_of(run.summary.uid))]
    lines += [f"file      {_short(path)}" for path in session.writers.files_of(run.start)]
    return Listing(tuple(lines))


def _short(path: Path) -> str:
    """Return a path that fits: the home folder is ~."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


@command(group="library", aliases=["getscan"], examples=["table", "table 142", "table -2"])
def table(session: CommandSession, scan: Word = "-1") -> Listing:
    """Show the points of a scan: the last one, or one by number or by its uid."""
    return Listing(tuple(table_of(session.store.run(scan))))


@command(
    group="library",
    examples=["replay", "replay 142", "replay -t 10 142", "replay 142 print"],
    syntax=Syntax.WORDS,
)
def replay(
    session: CommandSession,
    scan: Word = "-1",
    callbacks: Words = (),
    speed: Annotated[float | None, Option(("-t", "--times"), NumberType(minimum=0.001))] = None,
) -> Text:
    """Emit the documents of a scan again: into callbacks by their names, else as a table with its peaks.

    -t 1 keeps the times of the scan, -t 10 is ten times as fast; without it there are no pauses.
    """
    from bsh.callbacks import BestEffortCallback
    from bsh.callbacks import replay as emit

    heard = [_callable(session, name) for name in callbacks]
    run = session.store.run(scan)
    count = emit(run.documents(), *(heard or [BestEffortCallback()]), speed=speed)
    return Text(f"scan {run.summary.scan_id}: {count} documents")


def _callable(session: CommandSession, name: str) -> Any:
    found = session.namespace.get(name, getattr(builtins, name, None))
    if not callable(found):
        known = [
            key for key, value in session.namespace.items() if callable(value) and not key.startswith("_")
        ]
        raise CommandError(
            f"replay: {name} is no callback", hint=nearest_hint(name, known) or "callback(name, doc)"
        )
    return found


COMMANDS = [scans, show, table, replay]
