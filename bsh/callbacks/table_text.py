"""Table rows as lines of text of fixed width columns.

Owns which columns fit, the header and when it is printed again. Knows no terminal: the width is handed
in with each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bsh.callbacks.cells import text_width
from bsh.callbacks.columns import Column
from bsh.callbacks.table import Row, StreamTable

__all__ = ["TableLine", "TableText"]

GAP = "  "
POINT = "point"
ORPHAN_ROWS = 3
"""No header is printed again for this many last rows."""


class TableLine(NamedTuple):
    """One line of a table: ``kind`` is ``header``, ``note`` or ``row``."""

    kind: str
    text: str


class _Layout:
    """The columns of one stream that fit into one width."""

    def __init__(
        self, columns: Sequence[Column], width: int | None, most: int | None, prefix: str, points: int
    ) -> None:
        self.point_width = max(len(POINT), len(str(points)))
        self.prefix = prefix
        room = None if width is None else width - 1 - text_width(prefix) - self.point_width
        self.shown = _how_many_fit(columns if most is None else columns[:most], room)
        shown = columns[: self.shown]
        self.hidden = len(columns) - self.shown
        self.widths = [self.point_width, *(column.width for column in shown)]
        self.keys = [column.key for column in shown]
        self.template = prefix + GAP.join(f"%{width}s" for width in self.widths)
        self.header = self._header(shown)

    def row(self, cells: Sequence[str]) -> str:
        """Lay the cells of one row out."""
        text = self.template % tuple(cells)
        return text if text.isascii() else self._padded(cells)

    def span(self, key: str) -> tuple[int, int] | None:
        """Return where the cells of a column begin and end, or None if it is not shown."""
        if key not in self.keys:
            return None
        place = self.keys.index(key) + 1
        end = text_width(self.prefix) + sum(self.widths[: place + 1]) + place * len(GAP)
        return end - self.widths[place], end

    def _padded(self, cells: Sequence[str]) -> str:
        padded = (" " * (width - text_width(cell)) + cell for cell, width in zip(cells, self.widths))
        return self.prefix + GAP.join(padded)

    def _header(self, shown: Sequence[Column]) -> list[TableLine]:
        lines = [TableLine("header", self._title([POINT, *(column.title for column in shown)]))]
        if any(column.units for column in shown):
            lines.append(TableLine("header", self._title(["", *(column.units for column in shown)])))
        if self.hidden:
            noun = "column" if self.hidden == 1 else "columns"
            lines.append(TableLine("note", f"({self.hidden} more {noun} not shown)"))
        return lines

    def _title(self, cells: Sequence[str]) -> str:
        return " " * text_width(self.prefix) + self._padded(cells)[len(self.prefix) :]


class TableText:
    """Lay table rows out, with a header where the reader needs one.

    A header comes before the first row, when the columns that fit change, when another run with other
    columns goes on, and every so many rows, so that one is always in sight.

    Parameters
    ----------
    max_columns : int, optional
        Show no more columns than this, however wide the terminal is.
    """

    def __init__(self, max_columns: int | None = None) -> None:
        self._max_columns = max_columns
        self._layouts: dict[tuple[StreamTable, int | None, str], _Layout] = {}
        self._header: list[TableLine] = []
        self._rows_since_header = 0
        self._latest: _Layout | None = None

    def lines(
        self, row: Row, *, width: int | None = None, header_every: int | None = None, prefixed: bool = False
    ) -> list[TableLine]:
        """Return the lines that show one row.

        Parameters
        ----------
        row : Row
            What the model made of an event.
        width : int, optional
            Terminal columns; all columns of the table are shown without it.
        header_every : int, optional
            Rows after which the header is repeated; never without it.
        prefixed : bool, optional
            Begin the row with the run's number, for runs that are interleaved.
        """
        layout = self._layout(row, width, f"[{row.table.label}] " if prefixed else "")
        self._latest = layout
        text = layout.row([str(row.point), *row.cells(layout.shown)])
        lines = [TableLine("row", f"{text}  (again)" if row.again else text)]
        if layout.header != self._header or self._is_due(row, header_every):
            lines = [*layout.header, *lines]
            self._header = layout.header
            self._rows_since_header = 0
        self._rows_since_header += 1
        return lines

    def span(self, key: str) -> tuple[int, int] | None:
        """Return where a column of the last row begins and ends, or None if it is not shown.

        Parameters
        ----------
        key : str
            Data key of the column.
        """
        return None if self._latest is None else self._latest.span(key)

    def forget(self) -> None:
        """Print the header before the next row, for example because another run begins."""
        self._layouts.clear()
        self._header = []

    def _layout(self, row: Row, width: int | None, prefix: str) -> _Layout:
        key = (row.table, width, prefix)
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) > 32:  # a window that is dragged to all sizes
                self._layouts.clear()
            points = row.table.start.get("num_points")
            points = points if isinstance(points, int) else 0
            layout = _Layout(row.table.columns, width, self._max_columns, prefix, points)
            self._layouts[key] = layout
        return layout

    def _is_due(self, row: Row, header_every: int | None) -> bool:
        if header_every is None or self._rows_since_header < header_every:
            return False
        points = row.table.start.get("num_points")
        return not isinstance(points, int) or not 0 < points - row.point <= ORPHAN_ROWS


def _how_many_fit(columns: Sequence[Column], room: int | None) -> int:
    if room is None:
        return len(columns)
    count = 0
    for column in columns:
        room -= len(GAP) + column.width
        if room < 0:
            break
        count += 1
    return max(count, min(1, len(columns)))
