"""What is said about one run: heading, end, peaks.

Owns the models of one run and the words around its table.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from datetime import tzinfo
from math import ceil, isfinite, log10
from typing import Any

from rich.text import Text

from bsh.callbacks.cells import format_number, format_value
from bsh.callbacks.columns import dimensions
from bsh.callbacks.peaks import PeakResult, peak_statistics
from bsh.callbacks.progress import ScanProgress
from bsh.callbacks.table import Row, main_stream, run_label
from bsh.callbacks.time_split import TimeSplit
from bsh.display.footer import shares_text
from bsh.display.times import clock_time, duration, stopwatch
from bsh.protocols import Document

__all__ = ["RunView"]

PEAK_COUNTERS = 2
"""Peak statistics are printed for this many counters."""

MIN_POINTS = 3
"""With fewer points nothing is said about peaks."""

STATUS_WORDS = {"success": "done", "abort": "aborted", "fail": "failed"}
EARLY = "red"


class RunView:
    """One run on screen.

    Parameters
    ----------
    start : dict
        Start document.
    preflight : object, optional
        What was foreseen for the whole plan: ``num_points`` and ``seconds``, both may be None.
    clock : callable, optional
        Returns seconds since the epoch.
    tz : tzinfo, optional
        Zone of printed times.
    """

    def __init__(
        self,
        start: Document,
        preflight: Any = None,
        *,
        clock: Callable[[], float] = time.time,
        tz: tzinfo | None = None,
    ) -> None:
        self.uid: str = start["uid"]
        self.start = start
        self.label = run_label(start)
        self._tz = tz
        self.started_at = float(start.get("time", 0.0))
        self.planned = _count(start.get("num_points")) if _reads_anything(start) else None
        self._foreseen = self.planned or _count(getattr(preflight, "num_points", None))
        self.estimate_s = _share_of_estimate(self._foreseen, preflight)
        self._clock = clock
        self.progress = ScanProgress(self._foreseen, self.started_at, self.estimate_s, clock=clock)
        self._stream = main_stream(start)
        self.split = TimeSplit(start)
        self._axis = _scanned_axis(start)
        self._axis_precision: int | None = None
        self._positions = array("d")
        self._counts: dict[str, array[float]] | None = None
        self._is_complete = True
        self.other_streams: dict[str, int] = {}

    # documents

    def point(self, row: Row) -> None:
        """Take one row of the table.

        Parameters
        ----------
        row : Row
            What the table model made of an event.
        """
        if row.table.stream != self._stream:
            self._change_stream(row.table.stream)
        self.progress.point(row.point + 1, float(row.event.get("time", 0.0)))
        if self._axis is not None:
            self._keep(row, self._axis)

    def _change_stream(self, stream: str) -> None:
        """Begin again: the plan shows its points in another stream."""
        self._stream = stream
        self.progress = ScanProgress(self._foreseen, self.started_at, self.estimate_s, clock=self._clock)
        self._positions, self._counts = array("d"), None

    def replan(self, num_points: int | None) -> None:
        """Note that the run takes other points than it said.

        Parameters
        ----------
        num_points : int or None
            How many it will have.
        """
        self.planned = self._foreseen = self.progress.total = num_points

    def miss_points(self) -> None:
        """Note that rows were left out, so that nothing is computed from the rest."""
        self._is_complete = False

    def _keep(self, row: Row, axis: str) -> None:
        if self._counts is None:
            columns = row.table.columns
            counters = [column.key for column in columns if column.role == "counter" and column.numeric]
            self._counts = {key: array("d") for key in counters[:PEAK_COUNTERS]}
            self._axis_precision = next((c.precision for c in columns if c.key == axis), None)
        data = row.event.get("data") or {}
        self._positions.append(_real(data.get(axis)))
        for key, counts in self._counts.items():
            counts.append(_real(data.get(key)))

    # words

    def heading(self, file: str = "") -> list[Text]:
        """Return the lines above the table: number and command, points and times, the file.

        Parameters
        ----------
        file : str, optional
            Name of the file that the run is written to beside the store.
        """
        command = self.start.get("command") or self.start.get("plan_name") or "run"
        lines = [Text.assemble((self.label, "bold cyan"), "  ", (_one_line(command), "bold"))]
        parts = []
        if self._foreseen is not None:
            parts.append(_points(self._foreseen))
        if self.estimate_s is not None:
            parts.append(f"about {stopwatch(self.estimate_s)}")
            ends_at = self.started_at + self.estimate_s
            parts.append(f"ends {clock_time(ends_at, self.started_at, self._tz)}")
        else:
            parts.append(f"started {clock_time(self.started_at, self.started_at, self._tz)}")
        if file:
            parts.append(file)
        return [*lines, Text(" · ".join(parts), style="dim")]

    def ending(self, stop: Document, width: int | None = None) -> list[Text]:
        """Return the lines below the table: how it ended, where the time went, the peaks.

        Parameters
        ----------
        stop : dict
            Stop document.
        width : int, optional
            Terminal columns: where the time went gets a line of its own if it does not fit.
        """
        took = max(0.0, float(stop.get("time", self.started_at)) - self.started_at)
        status = str(stop.get("exit_status", "success"))
        taken = self.progress.done
        is_early = status != "success" or (self.planned is not None and taken < self.planned)
        colour = EARLY if is_early else ""
        line = Text.assemble(
            (f"{self.label} ", "bold"),
            (_status_word(status, is_early), colour or "green"),
            " · ",
            (self._points_taken(taken, is_early=is_early), colour),
            f" · {duration(took)}",
        )
        shares = self.split.shares(took - self.progress.paused_s)
        lines = [line]
        if shares is not None:
            words = shares_text(shares)
            if width is None or line.cell_len + len(words) + 3 <= width:
                line.append(f" · {words}", style="dim")
            else:
                lines.append(Text(words, style="dim"))
        held = stop.get("suspended_s")
        if held:
            words = ", ".join(f"{duration(seconds)} by {cause}" for cause, seconds in held.items())
            lines.append(Text(f"held up {words}", style="yellow"))
        reason = _one_line(stop.get("reason") or "")
        if reason:
            lines.append(Text(f"because: {reason}", style=EARLY if is_early else "dim"))
        return [*lines, *self._peaks()]

    def points_text(self) -> str:
        """Return how many points there are, for example ``6 of 21 points``."""
        return self._points_taken(self.progress.done, is_early=True)

    def _points_taken(self, taken: int, *, is_early: bool) -> str:
        if is_early and self.planned is not None:
            return f"{taken} of {_points(self.planned)}"
        if taken == 0 and self.other_streams:
            streams = self.other_streams.items()
            counts = (f"{name} {count} {'event' if count == 1 else 'events'}" for name, count in streams)
            return f"no points, {', '.join(counts)}"
        return _points(taken)

    def _peaks(self) -> list[Text]:
        if self._counts is None or not self._is_complete or len(self._positions) < MIN_POINTS:
            return []
        decimals = _decimals(self._positions, self._axis_precision)
        lines = []
        for name, counts in self._counts.items():
            result = peak_statistics(self._positions, counts)
            if result is not None:
                lines.append(_peak_line(name, result, decimals))
        return lines


def _peak_line(name: str, result: PeakResult, decimals: int) -> Text:
    text = Text.assemble((f"{name}: ", "bold"))
    highest = f"{format_number(result.max[1], 10)} @ {result.max[0]:.{decimals}f}"
    if result.verdict == "few":
        return text.append(f"max {highest} · too few points for a peak", style="dim")
    if result.verdict == "none":
        return text.append(f"max {highest} · no peak", style="dim")
    if result.verdict == "edge":
        words = f"max {highest} · no whole peak in this range"
        if result.cen is not None:
            words += f" · half height @ {result.cen:.{decimals}f}"
        return text.append(words, style="yellow")
    parts = [f"peak {highest}"]
    for word, value in (("cen", result.cen), ("com", result.com), ("fwhm", result.fwhm)):
        if value is not None:
            parts.append(f"{word} {value:.{decimals}f}")
    return text.append(" · ".join(parts))


def _reads_anything(start: Document) -> bool:
    """Tell whether points can come: a count of no detectors plans some, and none has anything to save."""
    return bool(start.get("detectors", True) or start.get("motors"))


def _count(points: Any) -> int | None:
    return points if isinstance(points, int) and points > 0 else None


def _share_of_estimate(points: int | None, preflight: Any) -> float | None:
    """Return this run's part of the estimate, which is for all runs of the plan."""
    seconds, all_points = getattr(preflight, "seconds", None), getattr(preflight, "num_points", None)
    if not isinstance(seconds, int | float) or not isfinite(seconds) or points is None:
        return None
    if not isinstance(all_points, int) or all_points <= points:
        return float(seconds)
    return float(seconds) * points / all_points


def _scanned_axis(start: Document) -> str | None:
    """Return the axis of a scan with one dimension, else None."""
    all_dimensions = dimensions(start)
    if len(all_dimensions) != 1 or not all_dimensions[0][0]:
        return None
    axis = all_dimensions[0][0][0]
    return None if axis == "time" else axis


def _decimals(positions: Sequence[float], precision: int | None) -> int:
    """Return how many decimals of a position matter: the device's own, else a hundredth of a step."""
    finite = [position for position in positions if isfinite(position)]
    span = max(finite) - min(finite) if finite else 0.0
    if span <= 0:
        return precision or 4
    step = span / max(1, len(finite) - 1)
    return max(precision or 0, min(9, max(0, ceil(-log10(step) - 1e-6) + 2)))


def _status_word(status: str, is_early: bool) -> str:
    if status == "success" and is_early:
        return "stopped early"
    return STATUS_WORDS.get(status, status)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _one_line(text: Any) -> str:
    lines = str(text).strip().splitlines()
    return format_value(lines[0] if lines else "", 1000)


def _real(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
