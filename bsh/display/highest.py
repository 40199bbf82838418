"""The highest value so far of the counter that matters most, for tables that mark it."""

from __future__ import annotations

from bsh.callbacks.table import Row, StreamTable

__all__ = ["HighestSoFar"]


class HighestSoFar:
    """Follow the first numeric counter of each table."""

    def __init__(self) -> None:
        self._tables: dict[StreamTable, tuple[str | None, float]] = {}

    def key_of(self, row: Row) -> str | None:
        """Return the data key whose value in this row is higher than all before; None for others.

        Parameters
        ----------
        row : Row
            The next row; the first one of a table is never marked.
        """
        known = self._tables.get(row.table)
        if known is None:
            known = (_first_counter(row.table), float("nan"))
        key, highest = known
        value = (row.event.get("data") or {}).get(key) if key is not None else None
        if not isinstance(value, int | float) or value != value:
            self._tables[row.table] = known
            return None
        self._tables[row.table] = (key, max(highest, value) if highest == highest else value)
        return key if value > highest else None

    def forget(self) -> None:
        """Begin anew."""
        self._tables.clear()


def _first_counter(table: StreamTable) -> str | None:
    return next((column.key for column in table.columns if column.role == "counter" and column.numeric), None)
