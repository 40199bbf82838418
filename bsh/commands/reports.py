"""What commands answer: frozen values that a view renders, each with a plain-text form.

Owns the answers' shapes and their plain text (aligned columns, no escape codes), used where no view
exists: pipes, logs, notebooks, tests. Knows neither devices nor the terminal.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bsh.commands.columns import align, blocks, format_duration, format_value
from bsh.commands.report import Report
from bsh.commands.sparkline import sparkline

__all__ = [
    "AxisMove",
    "Code",
    "Limits",
    "Listing",
    "MoveSummary",
    "Position",
    "PositionState",
    "Positions",
    "Report",
    "RunList",
    "RunRow",
    "Text",
]

TRACE_WIDTH = 10
"""Terminal columns of the little plots in a list of runs."""

BAR_WIDTH = 9
"""Terminal columns between two limits."""

PositionState: TypeAlias = Literal["ok", "moving", "limit", "offline", "error"]


@dataclass(frozen=True)
class Text(Report):
    """Words and nothing else.

    Attributes
    ----------
    text : str
        What is shown.
    """

    text: str

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return the text itself."""
        return self.text.encode("ascii", "replace").decode() if ascii_only else self.text


@dataclass(frozen=True)
class Code(Text):
    """Python, coloured where there are colours, and never broken at words."""


@dataclass(frozen=True)
class Listing(Report):
    """Lines of a list; what does not fit into the width is cut off.

    Attributes
    ----------
    lines : tuple of str
        The lines.
    """

    lines: tuple[str, ...]

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return the lines, each within the width."""
        text = "\n".join(_fit(line, width, ascii_only) for line in self.lines)
        return text.encode("ascii", "replace").decode() if ascii_only else text


@dataclass(frozen=True)
class Position:
    """Where one axis is.

    Attributes
    ----------
    name : str
        The axis.
    value : object
        User position in ``units``; None when it is not known.
    setpoint : object
        Where it was last sent, in ``units``.
    dial : float, optional
        Dial position, for axes that have an offset.
    offset : float, optional
        User minus dial position (dial times direction, where the axis has one), in ``units``.
    units : str
        Engineering units.
    low, high : float, optional
        Soft limits in ``units``; None where there are none.
    dial_low, dial_high : float, optional
        The same limits in dial coordinates.
    precision : int, optional
        Decimals to show.
    state : str
        ``ok``, ``moving``, ``limit`` (at or beyond a soft limit), ``offline`` or ``error``.
    note : str
        Why the state is what it is.
    source : str
        Where the position comes from (a PV's name).
    labels : tuple of str
        Groups that the axis belongs to.
    """

    name: str
    value: Any = None
    setpoint: Any = None
    dial: float | None = None
    offset: float | None = None
    units: str = ""
    low: float | None = None
    high: float | None = None
    dial_low: float | None = None
    dial_high: float | None = None
    precision: int | None = 4
    state: PositionState = "ok"
    note: str = ""
    source: str = ""
    labels: tuple[str, ...] = ()

    def text(self, value: Any) -> str:
        """Format a value of this axis with the axis' own decimals."""
        return format_value(value, self.precision)


@dataclass(frozen=True)
class Positions(Report):
    """Where many axes are.

    Attributes
    ----------
    rows : tuple of Position
        The axes, in the order in which they are shown.
    verbose : bool
        One line an axis with limits, offset and source, instead of SPEC's columns.
    user_only : bool
        No dial positions.
    """

    rows: tuple[Position, ...]
    verbose: bool = False
    user_only: bool = False

    @property
    def has_dial(self) -> bool:
        """Whether any axis' dial position differs from its user position, and is wanted."""
        return not self.user_only and any(row.dial is not None and row.dial != row.value for row in self.rows)

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return SPEC's columns of names, user and dial positions, or one line an axis."""
        if not self.rows:
            return "no motors"
        lines = self._lines() if self.verbose else self._columns(width)
        if not self.verbose:
            lines += [f"{row.name}: {row.note}" for row in self.rows if row.note]
        return "\n".join(lines)

    def _columns(self, width: int) -> list[str]:
        legend = ["", "", "user"]
        cells = [[row.name, row.units, row.text(row.value)] for row in self.rows]
        title = "Current positions (user)"
        if self.has_dial:
            legend.append("dial")
            for row, column in zip(self.rows, cells):
                column.append(row.text(row.dial if row.dial is not None else row.value))
            title = "Current positions (user, dial)"
        if not any(row.units for row in self.rows):
            for column in [legend, *cells]:
                del column[1]
        return [title, *blocks([legend, *cells], width=width)]

    def _lines(self) -> list[str]:
        head = ["name", "position", "units", "low", "high", "offset", "state", "source"]
        rows = [
            [
                row.name,
                row.text(row.value),
                row.units,
                "-" if row.low is None else row.text(row.low),
                "-" if row.high is None else row.text(row.high),
                "-" if row.offset is None else row.text(row.offset),
                row.state,
                row.note or row.source,
            ]
            for row in self.rows
        ]
        return align([head, *rows], left=(0, 2, 6, 7))


@dataclass(frozen=True)
class Limits(Report):
    """Positions between their limits, in user and dial coordinates (SPEC's ``wm``).

    Attributes
    ----------
    rows : tuple of Position
        The axes.
    """

    rows: tuple[Position, ...]

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return SPEC's blocks: high, current and low with a little bar, for user and, where it differs, for dial."""
        if not self.rows:
            return "no motors"
        has_dial = any(row.dial is not None for row in self.rows)
        legend = ["", "user  high", "   current", "       low", ""]
        if has_dial:
            legend += ["dial  high", "   current", "       low", "    offset"]
        columns = [self._column(row, has_dial, ascii_only) for row in self.rows]
        lines = blocks([legend, *columns], width=width)
        lines += [f"{row.name}: {row.note}" for row in self.rows if row.note]
        return "\n".join(lines)

    @staticmethod
    def _column(row: Position, has_dial: bool, ascii_only: bool) -> list[str]:
        def cell(value: Any) -> str:
            return "-" if value is None else row.text(value)

        head = f"{row.name} [{row.units}]" if row.units else row.name
        column = [head, cell(row.high), row.text(row.value), cell(row.low), _between(row, ascii_only)]
        if has_dial:
            column += [cell(row.dial_high), cell(row.dial), cell(row.dial_low), cell(row.offset)]
        return column


def _between(row: Position, ascii_only: bool) -> str:
    """Return a little bar that shows where an axis is between its limits; an arrow where it is beyond them."""
    if row.low is None or row.high is None or not isinstance(row.value, int | float):
        return ""
    line, mark = ("-", "o") if ascii_only else ("─", "●")
    place = round((BAR_WIDTH - 1) * (row.value - row.low) / (row.high - row.low))
    if place < 0:
        return "<" + line * (BAR_WIDTH - 1)
    if place >= BAR_WIDTH:
        return line * (BAR_WIDTH - 1) + ">"
    return line * place + mark + line * (BAR_WIDTH - 1 - place)


@dataclass(frozen=True)
class AxisMove:
    """What one axis did.

    Attributes
    ----------
    name : str
        The axis.
    start, target, end : object
        Positions before, asked for, and after, in ``units``.
    units : str
        Engineering units.
    precision : int, optional
        Decimals to show.
    note : str
        What is odd about it ("asked 5.0000").
    """

    name: str
    start: Any
    target: Any
    end: Any
    units: str = ""
    precision: int | None = 4
    note: str = ""


@dataclass(frozen=True)
class MoveSummary(Report):
    """How a move went: one line an axis.

    Attributes
    ----------
    moves : tuple of AxisMove
        The axes that were asked to move.
    seconds : float
        How long the move took, in seconds.
    interrupted : bool
        Whether the axes were stopped on their way.
    """

    moves: tuple[AxisMove, ...]
    seconds: float
    interrupted: bool = False

    def lines(self, *, arrow: str = "→") -> list[str]:
        """Return one line an axis.

        Parameters
        ----------
        arrow : str
            What stands between start and end.
        """
        if self.interrupted:
            return [self._stopped_line(move) for move in self.moves]
        took = f"({format_duration(self.seconds)})"
        lines = []
        for move in self.moves:
            start, end = format_value(move.start, move.precision), format_value(move.end, move.precision)
            parts = [f"{move.name}: {start} {arrow} {end}", move.units, took, move.note]
            lines.append(" ".join(part for part in parts if part))
        return lines

    @staticmethod
    def _stopped_line(move: AxisMove) -> str:
        start, end, target = (format_value(v, move.precision) for v in (move.start, move.end, move.target))
        unit = f" {move.units}" if move.units else ""
        note = f"; {move.note}" if move.note else ""
        return f"{move.name}: stopped at {end}{unit} (started at {start}, asked for {target}){note}"

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return ``th: 1.0000 → 1.5000 deg (0.8 s)`` for each axis, or where each one was stopped."""
        return "\n".join(self.lines(arrow="->" if ascii_only else "→"))


@dataclass(frozen=True)
class RunRow:
    """One stored run.

    Attributes
    ----------
    scan_id : int or None
        Its number.
    uid : str
        Its unique id.
    time : float
        When it began, in seconds since the epoch.
    command : str
        The line as typed, or the plan's name.
    num_points : int
        Events saved.
    exit_status : str, optional
        ``success``, ``abort``, ``fail``, or None while it is open or when it was cut off.
    reason : str
        Why it ended early.
    trace : tuple of float
        Some values of its first counter, for a little plot.
    peak : float, optional
        Where that counter has its peak.
    """

    scan_id: int | None
    uid: str
    time: float
    command: str
    num_points: int
    exit_status: str | None
    reason: str = ""
    trace: tuple[float, ...] = ()
    peak: float | None = None

    @property
    def when(self) -> str:
        """When it began: day and time, of another year the date."""
        began = datetime.datetime.fromtimestamp(self.time).astimezone()
        this_year = began.year == datetime.datetime.now().year
        return began.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")

    @property
    def status(self) -> str:
        """One word: the exit status, or ``running``, ``interrupted`` or ``open`` where there is none."""
        return self.exit_status or self.reason.partition(" ")[0] or "open"


@dataclass(frozen=True)
class RunList(Report):
    """Stored runs, oldest first, so that the newest stands next to the prompt.

    Attributes
    ----------
    runs : tuple of RunRow
        The runs.
    filters : sequence of str
        What the list was filtered by, as typed, for the text when it is empty.
    """

    runs: tuple[RunRow, ...]
    filters: Sequence[str] = ()

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return one line a run: number, time, points, status, command; and curve and peak, where there is room."""
        if not self.runs:
            if self.filters:
                return f"no scans with {' '.join(self.filters)}"
            return "no scans yet"
        lines, with_peaks = (self._lines(ascii_only, has_peaks) for has_peaks in (False, True))
        if sum(len(line) > width for line in with_peaks) <= sum(len(line) > width for line in lines):
            lines = with_peaks  # no command is cut for them
        return "\n".join(_fit(line, width, ascii_only) for line in lines)

    def _lines(self, ascii_only: bool, has_peaks: bool) -> list[str]:
        head = ["#", "time", "points", "status", "", "peak at", "command"]
        rows = [
            [
                "" if run.scan_id is None else str(run.scan_id),
                run.when,
                str(run.num_points),
                run.status,
                "" if ascii_only else sparkline(run.trace, TRACE_WIDTH),
                "" if run.peak is None else f"{run.peak:.4g}",
                run.command,
            ]
            for run in self.runs
        ]
        columns = list(zip(*rows))
        there = [any(columns[4]), has_peaks and any(columns[5])]
        kept = [0, 1, 2, 3, *([4] * there[0]), *([5] * there[1]), 6]
        chosen = [[row[index] for index in kept] for row in (head, *rows)]
        return align(chosen, left=[kept.index(index) for index in (1, 3, 4, 6) if index in kept])


def _fit(line: str, width: int, ascii_only: bool) -> str:
    if len(line) <= width:
        return line
    end = "..." if ascii_only else "…"
    return line[: width - len(end)] + end
