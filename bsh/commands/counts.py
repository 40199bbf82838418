"""What counters read, as a report: values, rates, and how much they changed.

Owns the report's shape and its plain text, like the others in :mod:`bsh.commands.reports`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from bsh.commands.columns import align, format_count
from bsh.commands.report import Report

__all__ = ["Count", "Counts"]


@dataclass(frozen=True)
class Count:
    """One counter's reading.

    Attributes
    ----------
    name : str
        The data key.
    value : object
        What was read, in ``units``.
    rate : float, optional
        Value per second of counting.
    units : str
        Engineering units.
    note : str
        What is odd about it ("zero", "saturated").
    change : str
        By how much it differs from an earlier one.
    """

    name: str
    value: Any
    rate: float | None = None
    units: str = ""
    note: str = ""
    change: str = ""

    def compared_to(self, before: Count, scale: float) -> Count:
        """Return the same with its change since an earlier count.

        Parameters
        ----------
        before : Count
            The earlier one.
        scale : float
            How much longer was counted now.
        """
        scale = 1.0 if self.rate is None else scale
        if not (_is_number(self.value) and _is_number(before.value)):
            return self
        expected = before.value * scale
        change = self.value - expected
        shown = f"{'+' if change >= 0 else '-'}{format_count(_rounded(abs(change)))}"
        percent = f" ({_percent(100 * change / abs(expected))})" if expected else ""
        return replace(self, change=shown + percent)


@dataclass(frozen=True)
class Counts(Report):
    """What the counters read.

    Attributes
    ----------
    rows : tuple of Count
        The counters.
    seconds : float
        How long was counted, in seconds.
    time : float
        When counting ended, in seconds since the epoch.
    preset : float, optional
        Seconds that were asked for; negative: monitor counts.
    partial : bool
        Whether counting was interrupted before its end.
    notes : tuple of str
        Remarks, for instance counters that have no count time to set.
    """

    rows: tuple[Count, ...]
    seconds: float
    time: float
    preset: float | None = None
    partial: bool = False
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """One line: when, how long, and whether it is complete."""
        when = datetime.datetime.fromtimestamp(self.time).astimezone()
        stamp = when.strftime("%a %d %b %Y %H:%M:%S")
        return f"{stamp}  {self.seconds:.2f} s" + ("  (interrupted: partial counts)" if self.partial else "")

    def compared_to(self, before: Counts) -> Counts:
        """Return the same with the change of each counter since earlier counts.

        Parameters
        ----------
        before : Counts
            The earlier ones; counters that were not among them have no change.
        """
        known = {row.name: row for row in before.rows}
        scale = self.seconds / before.seconds if before.seconds else 1.0
        rows = [row.compared_to(known[row.name], scale) if row.name in known else row for row in self.rows]
        return replace(self, rows=tuple(rows))

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return a date line and one line a counter, aligned at the equals sign."""
        cells = []
        for row in self.rows:
            unit = f" {row.units}" if row.units else ""
            rate = "" if row.rate is None else f"({format_count(_rounded(row.rate))}{unit}/s)"
            cells.append([row.name, "=", format_count(row.value) + unit, rate, row.change, row.note])
        if not any(row.change for row in self.rows):
            cells = [[*cell[:4], cell[5]] for cell in cells]
        nothing = "no partial counts" if self.partial else "no counters"
        body = align(cells, left=(1, 5), gap=1) if cells else [nothing]
        return "\n".join([self.title, *body, *self.notes])


def _percent(value: float) -> str:
    return f"{value:+.1f} %" if abs(value) >= 0.05 else "0.0 %"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rounded(rate: float) -> float:
    return float(round(rate)) if abs(rate) >= 100 else rate
