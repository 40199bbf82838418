"""One stored scan as lines of text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.callbacks import Row
    from bsh.store import StoredRun

__all__ = ["described", "head_of", "table_of"]

_SHOWN_ELSEWHERE = frozenset(
    {
        "uid",
        "time",
        "scan_id",
        "command",
        "plan_name",
        "plan_type",
        "plan_args",
        "plan_pattern",
        "plan_pattern_args",
        "plan_pattern_module",
        "detectors",
        "motors",
        "num_points",
        "num_intervals",
        "hints",
        "versions",
        "shape",
        "extents",
        "snaking",
        "axes_before",
        "positions_before",
        "aliases",
    }
)
"""Keys of a start document that are lines of their own, or say nothing to people."""


def described(run: StoredRun, notes: Sequence[Any] = ()) -> Iterator[str]:
    """Yield what people want to know of a scan: how it was taken, how it ended, what was said of it, its points.

    Parameters
    ----------
    run : StoredRun
        The scan.
    notes : sequence of Note, optional
        The comments on it, newest first.
    """
    yield from head_of(run, notes)
    yield ""
    yield from table_of(run)


def head_of(run: StoredRun, notes: Sequence[Any] = ()) -> Iterator[str]:
    """Yield how a scan was taken and how it ended, and what was said of it.

    Parameters
    ----------
    run : StoredRun
        The scan.
    notes : sequence of Note, optional
        The comments on it, newest first.
    """
    start, stop, summary = run.start, run.stop, run.summary
    yield f"scan {summary.scan_id}: {summary.command or summary.plan_name}"
    yield f"uid       {summary.uid}"
    yield f"profile   {summary.profile}"
    yield f"started   {_when(start['time'])}"
    if stop is not None:
        yield f"ended     {_when(stop['time'])} (after {stop['time'] - start['time']:.1f} s)"
    planned = start.get("num_points")
    of = f" of {planned}" if isinstance(planned, int) and planned != summary.num_points else ""
    yield f"points    {summary.num_points}{of}"
    yield f"status    {summary.exit_status or summary.reason}" + (
        f": {summary.reason}" if summary.exit_status and summary.reason else ""
    )
    for cause, seconds in ((stop or {}).get("suspended_s") or {}).items():
        yield f"held up   {seconds:.1f} s by {cause}"
    for key in ("motors", "detectors"):
        if start.get(key):
            yield f"{key:<9} {', '.join(map(str, start[key]))}"
    for key, value in start.items():
        if key not in _SHOWN_ELSEWHERE:
            yield f"{key:<9} {value}"
    for note in reversed(notes):
        yield f"comment   {note.text}"


def _when(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")


def table_of(run: StoredRun) -> Iterator[str]:
    """Yield the points of a scan; one that was taken again after a pause is there once, as it was taken last.

    Parameters
    ----------
    run : StoredRun
        The scan.
    """
    from bsh.callbacks import TableModel, TableText

    documents = list(run.documents())
    model, text = TableModel(), TableText()
    for name, doc in documents:
        if name in ("start", "descriptor"):
            model(name, doc)  # all streams first: then the model knows which ones are shown
    rows: dict[tuple[str, int], Row] = {}
    for event in _events(documents):
        row = model("event", event)
        if row is not None:
            rows[row.table.stream, row.point] = row
    for row in rows.values():
        yield from (line.text.removesuffix("  (again)") for line in text.lines(row))


def _events(documents: list[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    from bsh.callbacks.router import events_of_page

    for name, doc in documents:
        if name == "event":
            yield doc
        elif name == "event_page":
            yield from events_of_page(doc)
