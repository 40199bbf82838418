"""The plots of one stream for :class:`~bsh.callbacks.best_effort.BestEffortCallback`.

Owns which lines of earlier runs stay in a plot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bsh.callbacks.figures import Curve, Figure, LineFigure
from bsh.callbacks.peaks import PeakResult
from bsh.callbacks.run_figures import StreamFigures, peak_markers
from bsh.callbacks.table import run_label
from bsh.callbacks.views import ViewGroup
from bsh.protocols import Document

__all__ = ["BestEffortPlot", "LineMemory"]


class LineMemory:
    """The lines of earlier runs, by what stands at the axes.

    Parameters
    ----------
    most : int, optional
        Lines kept in a plot; the oldest go first.
    """

    def __init__(self, most: int = 20) -> None:
        self._most = most
        self._lines: dict[tuple[str, str], deque[Curve]] = {}

    def of(self, x: str, y: str) -> list[Curve]:
        """Return the lines of one plot, oldest first.

        Parameters
        ----------
        x, y : str
            Data keys.
        """
        return list(self._lines.get((x, y), ()))

    def keep(self, x: str, y: str, curve: Curve) -> None:
        """Keep one more line.

        Parameters
        ----------
        x, y : str
            Data keys.
        curve : Curve
            The line.
        """
        self._lines.setdefault((x, y), deque(maxlen=self._most)).append(curve)

    def prune(self, x: str, y: str, most: int) -> None:
        """Forget all but the last lines of one plot.

        Parameters
        ----------
        x, y : str
            Data keys.
        most : int
            Lines that stay.
        """
        lines = self._lines.get((x, y), deque())
        while len(lines) > most:
            lines.popleft()


class BestEffortPlot:
    """Everything that is drawn of one stream: a plot for each counter.

    Parameters
    ----------
    stream : StreamFigures
        Chooses the plots and keeps the points.
    start : dict
        Start document of the run.
    memory : LineMemory or None
        Lines of earlier runs, which are drawn, too.
    fig_factory : callable, optional
        Makes the figures of matplotlib: draw there instead of in the registered views.
    """

    ax = None

    def __init__(
        self,
        stream: StreamFigures,
        start: Document,
        memory: LineMemory | None,
        fig_factory: Callable[..., Any] | None = None,
    ) -> None:
        self.stream = stream
        self.fig_factory = fig_factory
        self.kwargs: dict[str, Any] = {}
        self._label = run_label(start)
        self._memory = memory
        self._peaks: dict[str, PeakResult] = {}
        self._final: list[Figure] | None = None
        self.views = ViewGroup(self)

    def figures(self) -> list[Figure]:
        """Return all plots, the first counter's first."""
        return self._drawn() if self._final is None else self._final

    def _drawn(self) -> list[Figure]:
        figures: list[Figure] = []
        for figure in self.stream.figures():
            if isinstance(figure, LineFigure):
                figures += [self._with_earlier(figure, curve) for curve in figure.curves]
            else:
                figures.append(figure)
        return figures

    def figure(self) -> Figure | None:
        """Return the first plot, or None if there is nothing to plot."""
        return next(iter(self.figures()), None)

    def take(self, event: Document) -> None:
        """Add a point, if it is one of this stream.

        Parameters
        ----------
        event : dict
            An event.
        """
        if self.stream.take(event):
            self.views.changed()

    def finish(self) -> dict[str, PeakResult]:
        """Mark the peaks, keep the lines for the runs that follow; return the peaks by counter."""
        self._peaks = self.stream.peaks()
        self.stream.complete()
        self._final = self._drawn()  # views may ask later: these lines are earlier ones to the next run only
        self.views.changed()
        self.views.finished()
        if self._memory is not None:
            for figure in self.stream.figures():
                for curve in figure.curves if isinstance(figure, LineFigure) else ():
                    line = replace(curve, label=self._label)
                    self._memory.keep(_name(figure.x_label), curve.label, line)
        return self._peaks

    def _with_earlier(self, figure: LineFigure, curve: Curve) -> LineFigure:
        x = _name(figure.x_label)
        earlier = [] if self._memory is None else self._memory.of(x, curve.label)
        return replace(
            figure,
            title=f"{curve.label} over {x}",
            y_label=curve.label,
            curves=[*earlier, replace(curve, label=self._label)],
            markers=peak_markers(self._peaks.get(curve.label)),
        )


def _name(label: str) -> str:
    return label.split(" (", maxsplit=1)[0]
