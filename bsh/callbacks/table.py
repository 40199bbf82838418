"""The table of a run as values: columns from descriptors, a row from each event.

Owns the state of every open run. Where the text goes, and in which colours, is not its business;
:mod:`bsh.callbacks.table_text` lays the rows out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from bsh.callbacks.cells import clock_cell
from bsh.callbacks.columns import MIN_WIDTH, Column, choose_columns, dimension_fields, dimensions
from bsh.callbacks.router import DocumentRouter
from bsh.protocols import Document

__all__ = [
    "QUIET_STREAMS",
    "Row",
    "StreamTable",
    "TableModel",
    "is_quiet",
    "main_stream",
    "run_label",
    "stream_name",
]

QUIET_STREAMS = frozenset({"baseline", "interruptions"})


@dataclass(frozen=True, slots=True)
class Row:
    """One event as a table row.

    Attributes
    ----------
    table : StreamTable
        What the row belongs to.
    point : int
        Number on screen, from 0.
    again : bool
        Whether a point of this number was shown before: it was repeated after an interruption.
    event : dict
        The event document.
    """

    table: StreamTable
    point: int
    again: bool
    event: Document

    def cells(self, count: int | None = None) -> list[str]:
        """Format the first ``count`` columns (all without it); never raises.

        Parameters
        ----------
        count : int, optional
            Number of columns.
        """
        return self.table.cells(self.event, count)


class StreamTable:
    """The columns of one stream of one run.

    Parameters
    ----------
    start, descriptor : dict
        The run's start document and the stream's descriptor.
    columns : sequence of Column
        What :func:`choose_columns` made of them.
    tz : tzinfo, optional
        Zone of the ``time`` column; the machine's own without it.
    """

    def __init__(
        self, start: Document, descriptor: Document, columns: Sequence[Column], tz: tzinfo | None = None
    ) -> None:
        self.start = start
        self.stream = stream_name(descriptor)
        self.label = run_label(start)
        time_column = Column("time", "time", "time", "", MIN_WIDTH, clock_cell(tz), numeric=False)
        self.columns = (time_column, *columns) if "time" in dimension_fields(start) else tuple(columns)
        data_keys: dict[str, Any] = descriptor.get("data_keys") or {}
        external = {key for key, about in data_keys.items() if about.get("external")}
        self._getters = [(column.key, column.cell, column.key in external) for column in self.columns]
        if self.columns and self.columns[0].role == "time":
            self._getters[0] = ("", time_column.cell, False)

    def cells(self, event: Document, count: int | None = None) -> list[str]:
        """Format the values of one event; never raises.

        Parameters
        ----------
        event : dict
            An event of this stream.
        count : int, optional
            Number of columns, from the left.
        """
        data = event.get("data") or {}
        texts = []
        for key, cell, external in self._getters[:count]:
            if not key:
                texts.append(cell(event.get("time")))
            elif key not in data or (external and not _is_filled(event, key)):
                texts.append("")
            else:
                texts.append(cell(data[key]))
        return texts


class TableModel(DocumentRouter):
    """Turn documents into table rows; runs may be interleaved.

    The stream that the plan scans in is shown, ``primary`` where it does not say. Until that stream
    comes, any other one is shown that is neither a baseline nor a monitor, so that data that a plan of its
    own kind takes are not invisible.

    Parameters
    ----------
    selected : callable, optional
        Returns the data keys or device names that come first among the counters; asked once a run.
    only : callable, optional
        Returns the data keys or device names, ``*`` allowed, that are shown, and no others; asked once a run.
    max_column_width : int, optional
        Longer names are cut; without it they are shown whole.
    tz : tzinfo, optional
        Zone of the ``time`` column; the machine's own without it.

    Examples
    --------
    >>> model = TableModel()
    >>> model("start", {"uid": "a", "scan_id": 7, "time": 0.0})
    >>> model("descriptor", {"uid": "d", "run_start": "a", "name": "primary",
    ...       "data_keys": {"det": {"dtype": "number", "shape": [], "source": ""}}})
    >>> row = model("event", {"descriptor": "d", "seq_num": 1, "data": {"det": 2.5}, "time": 0.0})
    >>> row.point, row.cells()
    (0, ['2.5'])
    """

    def __init__(
        self,
        *,
        selected: Callable[[], Sequence[str]] = tuple,
        only: Callable[[], Sequence[str]] = tuple,
        max_column_width: int | None = None,
        tz: tzinfo | None = None,
    ) -> None:
        self._selected = selected
        self._only = only
        self._max_column_width = max_column_width
        self._tz = tz
        self._starts: dict[str, Document] = {}
        self._tables: dict[str, StreamTable] = {}
        self._last_seq_num: dict[tuple[str, str], int] = {}

    @property
    def open_runs(self) -> int:
        """Number of runs that were started and not stopped."""
        return len(self._starts)

    def start(self, doc: Document) -> None:
        """Open a run."""
        self._starts[doc["uid"]] = doc

    def descriptor(self, doc: Document) -> None:
        """Choose the columns of a stream that is shown; others are ignored."""
        start = self._starts.get(doc.get("run_start", ""))
        if start is None:
            return
        shown = self._tables_of(start["uid"])
        main, stream = main_stream(start), stream_name(doc)
        if stream == main:
            for uid in [uid for uid, table in shown.items() if table.stream != main]:
                del self._tables[uid]
        elif is_quiet(stream) or any(table.stream == main for table in shown.values()):
            return
        columns = choose_columns(
            start, doc, selected=self._selected(), only=self._only(), max_width=self._max_column_width
        )
        self._tables[doc["uid"]] = StreamTable(start, doc, columns, self._tz)

    def _tables_of(self, run: str) -> dict[str, StreamTable]:
        return {uid: table for uid, table in self._tables.items() if table.start["uid"] == run}

    def event(self, doc: Document) -> Row | None:
        """Return the row of an event, or None for another stream."""
        table = self._tables.get(doc.get("descriptor", ""))
        if table is None:
            return None
        seq_num = int(doc.get("seq_num", 0))
        place = (table.start["uid"], table.stream)
        last = self._last_seq_num.get(place, 0)
        self._last_seq_num[place] = max(last, seq_num)
        return Row(table, seq_num - 1, seq_num <= last, doc)

    def stop(self, doc: Document) -> None:
        """Forget a run."""
        run = doc.get("run_start", "")
        self._starts.pop(run, None)
        for uid, table in self._tables_of(run).items():
            del self._tables[uid]
            self._last_seq_num.pop((run, table.stream), None)


def main_stream(start: Document) -> str:
    """Return the name of the stream that a plan scans in.

    Parameters
    ----------
    start : dict
        Start document.
    """
    return next((stream for _, stream in dimensions(start) if stream), "primary")


def stream_name(descriptor: Document) -> str:
    """Return the name of a descriptor's stream; old documents have none.

    Parameters
    ----------
    descriptor : dict
        Descriptor of a stream.
    """
    return str(descriptor.get("name", "primary"))


def is_quiet(stream: str) -> bool:
    """Tell whether a stream accompanies a scan instead of being it.

    Parameters
    ----------
    stream : str
        Name of the stream.
    """
    return stream in QUIET_STREAMS or stream.endswith("_monitor")


def run_label(start: Document) -> str:
    """Return how a run is called on screen: ``#142``, or the start of its uid if it has no number.

    Parameters
    ----------
    start : dict
        Start document.
    """
    scan_id = start.get("scan_id")
    return f"#{scan_id}" if scan_id is not None else str(start.get("uid", ""))[:8]


def _is_filled(event: Document, key: str) -> bool:
    filled = event.get("filled") or {}
    return bool(filled.get(key, False))
