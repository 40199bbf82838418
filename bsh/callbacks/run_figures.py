"""The plots of a run, chosen from what its documents say of themselves.

Owns the choice: lines over the axis that is scanned, grids, scattered points, lines over time. The points
are kept as numbers while the scan runs; figures are made when somebody asks. It must not know who draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from bsh.callbacks.columns import Column, choose_columns
from bsh.callbacks.figures import Curve, Figure, GridFigure, LineFigure, Marker, ScatterFigure
from bsh.callbacks.peaks import PeakResult, derivative, peak_statistics
from bsh.callbacks.planned_range import PlannedRange
from bsh.callbacks.plot_axes import (
    POINT_AXIS,
    TIME_AXIS,
    PlotAxis,
    axis_named,
    common_label,
    label_of,
    plot_axes,
    positions_along,
)
from bsh.callbacks.points import MOST_POINTS, PointColumns, Points
from bsh.callbacks.router import DocumentRouter
from bsh.callbacks.scanned_grid import ScannedGrid
from bsh.callbacks.table import is_quiet, main_stream, run_label, stream_name
from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["RunFigures", "StreamFigures", "peak_markers", "run_title"]

MOST_CELLS = 4_000_000
"""Points of a larger grid are thinned out."""


class RunFigures(DocumentRouter):
    """Keep the points of one run and make its figures when asked.

    The stream that the plan scans in is plotted; until it comes, any other one that is neither a baseline
    nor a monitor.

    Parameters
    ----------
    selected : sequence of str, optional
        Data keys or device names that come first.
    log_y : bool, optional
        Give lines a logarithmic y axis.
    only : sequence of str, optional
        Data keys or device names, ``*`` allowed: only these are plotted, where they are there.

    Examples
    --------
    >>> model = RunFigures()
    >>> model("start", {"uid": "a", "scan_id": 7, "time": 0.0, "plan_name": "scan",
    ...       "hints": {"dimensions": [[["th"], "primary"]]}})
    >>> number = {"dtype": "number", "shape": [], "source": ""}
    >>> model("descriptor", {"uid": "d", "run_start": "a", "name": "primary",
    ...       "data_keys": {"th": number | {"units": "deg"}, "det": number}})
    >>> model("event", {"descriptor": "d", "seq_num": 1, "time": 0.0, "data": {"th": 0.5, "det": 3.0}})
    >>> [figure] = model.figures()
    >>> figure.title, figure.x_label, figure.curves[0].label, figure.curves[0].y.tolist()
    ('#7 scan', 'th (deg)', 'det', [3.0])
    """

    def __init__(self, selected: Sequence[str] = (), log_y: bool = False, only: Sequence[str] = ()) -> None:
        self._selected = tuple(selected)
        self._only = tuple(only)
        self._log_y = log_y
        self._changes = 0
        self._start: Document = {}
        self._stream: StreamFigures | None = None

    @property
    def points(self) -> int:
        """A number that changes whenever there is something new to draw."""
        return self._changes

    def figures(self) -> list[Figure]:
        """Return the figures of the points so far, the selected counters first; empty if there is nothing to plot."""
        return [] if self._stream is None else self._stream.figures()

    def start(self, doc: Document) -> None:
        """Begin anew with this run."""
        self._start = doc
        self._stream = None
        self._changes += 1

    def descriptor(self, doc: Document) -> None:
        """Choose what is plotted, if this is a stream that is."""
        stream, main = stream_name(doc), main_stream(self._start)
        if doc.get("run_start", "") != self._start.get("uid", ""):
            return
        shown = self._stream
        if shown is not None and shown.stream == stream:
            shown.add_descriptor(doc)
        elif stream == main or (shown is None and not is_quiet(stream)):
            self._stream = StreamFigures(
                self._start, doc, selected=self._selected, log_y=self._log_y, only=self._only
            )

    def event(self, doc: Document) -> None:
        """Keep one point."""
        if self._stream is not None and self._stream.take(doc):
            self._changes += 1

    def stop(self, doc: Document) -> None:
        """Note that the run is complete: from now on its peak is marked."""
        if self._stream is not None and doc.get("run_start", "") == self._start.get("uid", ""):
            self._stream.complete()
            self._changes += 1


class StreamFigures:
    """Keep the points of one stream and make its figures when asked.

    Parameters
    ----------
    start, descriptor : dict
        Start document of the run and descriptor of the stream.
    selected : sequence of str, optional
        Data keys or device names that come first.
    log_y : bool, optional
        Give lines a logarithmic y axis.
    only : sequence of str, optional
        Data keys or device names, ``*`` allowed: only these are plotted, where they are there.
    omit_single_point : bool, optional
        Make no figures of a run that has just one point.
    """

    def __init__(
        self,
        start: Document,
        descriptor: Document,
        *,
        selected: Sequence[str] = (),
        log_y: bool = False,
        only: Sequence[str] = (),
        omit_single_point: bool = True,
    ) -> None:
        self.stream = stream_name(descriptor)
        self._descriptors = {descriptor["uid"]}
        self._log_y = log_y
        self._began = start.get("time")
        self._is_complete = False
        self._is_omitted = omit_single_point and start.get("num_points") == 1
        columns = choose_columns(start, descriptor, selected=selected, only=only)
        self._counters = [column for column in columns if column.role == "counter" and column.numeric]
        self._axes = plot_axes(start, self.stream, columns)
        self._grid = ScannedGrid.of_run(start, self.stream)
        if self._grid is not None:  # an axis of a grid may be missing among the data
            self._axes = [axis_named(names, columns) for names in self._grid.names]
        axis = self._axes[0].key
        self._planned = None if axis is None else PlannedRange.of_run(start, axis)
        self._make = self._figure_maker()
        self._title = run_title(start)
        keys = [axis.key for axis in self._axes if axis.key is not None]
        keys += [column.key for column in self._counters]
        cells = 0 if self._grid is None else self._grid.cells
        self._points = PointColumns(keys, max(MOST_POINTS, min(2 * cells, MOST_CELLS)))

    def add_descriptor(self, doc: Document) -> None:
        """Take events of another descriptor of the same stream, too."""
        self._descriptors.add(doc["uid"])

    def take(self, event: Document) -> bool:
        """Keep an event if it is one of this stream; tell whether it is.

        Parameters
        ----------
        event : dict
            An event document.
        """
        if event.get("descriptor") not in self._descriptors:
            return False
        self._points.append(event)
        return True

    def complete(self) -> None:
        """Note that there will be no more events."""
        self._is_complete = True

    def figures(self) -> list[Figure]:
        """Return the figures of the points so far."""
        if self._is_omitted or not len(self._points) or not self._counters:
            return []
        return self._make(self._points.points())

    def peaks(self) -> dict[str, PeakResult]:
        """Return the peak statistics of each counter; empty unless one axis was scanned."""
        return {
            counter: result
            for counter, x, y in self._scanned()
            if (result := peak_statistics(x, y)) is not None
        }

    def derivative_peaks(self) -> dict[str, PeakResult]:
        """Return the peak statistics of the derivative of each counter: of an edge its place and width."""
        return {
            counter: result
            for counter, x, y in self._scanned()
            if (result := peak_statistics(*derivative(x, y))) is not None
        }

    def _scanned(self) -> Iterator[tuple[str, Floats, Floats]]:
        """Yield the points of each counter over the axis, if just one was scanned."""
        if self._grid is None and len(self._axes) == 1 and self._axes[0].key is not None:
            points = self._points.points()
            for counter in self._counters:
                yield counter.key, points.data[self._axes[0].key], points.data[counter.key]

    def _figure_maker(self) -> Callable[[Points], list[Figure]]:
        if self._grid is not None:
            return self._grids
        return self._scatters if len(self._axes) == 2 else self._lines

    def _grids(self, points: Points) -> list[Figure]:
        assert self._grid is not None
        places = self._grid.places(points, self._axes)
        if places is None:
            return self._scatters(points)
        return [
            GridFigure(
                title=f"{self._title} · {counter.key}{places.slice_text}",
                x_label=places.x_label,
                y_label=places.y_label,
                value_label=label_of(counter),
                values=places.fill(points.data[counter.key]),
                extent=places.extent,
            )
            for counter in self._measured(points)
        ]

    def _scatters(self, points: Points) -> list[Figure]:
        x, y = self._axes[:2]
        return [
            ScatterFigure(
                title=f"{self._title} · {counter.key}",
                x_label=x.label,
                y_label=y.label,
                value_label=label_of(counter),
                x=positions_along(x, points),
                y=positions_along(y, points),
                values=points.data[counter.key],
            )
            for counter in self._measured(points)
        ]

    def _lines(self, points: Points) -> list[Figure]:
        axis = self._axes[0]
        x = self._over(axis, points)
        counters = list(self._measured(points))
        if not counters:
            return []
        markers: list[Marker] = []
        if self._is_complete and axis.key is not None:
            markers = peak_markers(peak_statistics(x, points.data[counters[0].key]))
        return [
            LineFigure(
                title=self._title,
                x_label=axis.label,
                y_label=common_label(counters),
                curves=[Curve(counter.key, x, points.data[counter.key]) for counter in counters],
                markers=markers,
                log_y=self._log_y,
                x_limits=self._x_limits(x),
            )
        ]

    def _x_limits(self, x: Floats) -> tuple[float, float] | None:
        """Return the planned range while the scan runs, so that the curve grows into it; it holds all points."""
        import numpy as np

        finite = x[np.isfinite(x)]
        if self._planned is None or self._is_complete or not finite.size:
            return None
        low, high = self._planned.around(float(finite[0]))
        return (min(low, float(finite.min())), max(high, float(finite.max())))

    def _over(self, axis: PlotAxis, points: Points) -> Floats:
        if axis is POINT_AXIS:
            return points.numbers - 1
        if axis is TIME_AXIS:
            began = self._began if isinstance(self._began, int | float) else points.times[0]
            return points.times - began
        return positions_along(axis, points)

    def _measured(self, points: Points) -> Iterator[Column]:
        import numpy as np

        return (counter for counter in self._counters if np.isfinite(points.data[counter.key]).any())


def peak_markers(result: PeakResult | None) -> list[Marker]:
    """Return what a plot marks of a peak: of one at the edge of the range only its highest point.

    Parameters
    ----------
    result : PeakResult or None
        What :func:`~bsh.callbacks.peaks.peak_statistics` found.
    """
    if result is None or result.verdict in ("none", "few"):
        return []
    markers = [Marker("peak", result.max[0])]
    if result.is_peak and result.cen is not None and result.fwhm is not None:
        markers.append(Marker("cen", result.cen))
        if result.com is not None:
            markers.append(Marker("com", result.com))
        markers += [Marker("fwhm", result.cen + side * result.fwhm / 2) for side in (-1, 1)]
    return markers


def run_title(start: Document) -> str:
    """Return the number of a run and its command as typed, or the plan's name.

    Parameters
    ----------
    start : dict
        Start document.
    """
    return f"{run_label(start)} {start.get('command') or start.get('plan_name') or ''}".strip()
