"""One stored scan as lines of text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.callbacks import Row
    from bsh.store import StoredRun

__all__ = ["described"]

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
    }
)
"""Keys of a start document that are lines of their own, or say nothing to people."""


def described(run: StoredRun) -> Iterator[str]:
    """Yield what people want to know of a scan: how it was taken, how it ended, its points.

    Parameters
    ----------
    run : StoredRun
        The scan.
    """
    documents = list(run.documents())
    start = next(doc for name, doc in documents if name == "start")
    stop = next((doc for name, doc in documents if name == "stop"), None)
    summary = run.summary
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
    for key in ("motors", "detectors"):
        if start.get(key):
            yield f"{key:<9} {', '.join(map(str, start[key]))}"
    for key, value in start.items():
        if key not in _SHOWN_ELSEWHERE:
            yield f"{key:<9} {value}"
    yield from _table(documents)


def _when(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")


def _table(documents: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    from bsh.callbacks import TableModel, TableText

    streams = [doc.get("name", "primary") for name, doc in documents if name == "descriptor"]
    shown = (
        "primary" if "primary" in streams else next((name for name in streams if name != "baseline"), None)
    )
    if shown is None:
        return
    model, text = TableModel(stream=shown), TableText()
    rows: dict[int, Row] = {}  # a point that was taken again replaces the first one
    for name, doc in documents:
        for row in _rows(model, name, doc):
            rows[row.point] = row
    yield ""
    for point in sorted(rows):
        yield from (line.text for line in text.lines(rows[point]))


def _rows(model: Any, name: str, doc: dict[str, Any]) -> Iterator[Row]:
    if name == "stop":
        return  # the rows still need their table
    if name == "event_page":
        from bsh.callbacks.router import events_of_page

        yield from (row for event in events_of_page(doc) if (row := model("event", event)))
    elif row := model(name, doc):
        yield row
