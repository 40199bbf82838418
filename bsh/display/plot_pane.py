"""The plot of one run: small below the table while it runs, whole at its end.

Owns when a plot is drawn again and how large it is. Runs on the main thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite
from time import perf_counter
from typing import Any, Protocol

from rich.text import Text

from bsh.callbacks.figures import Figure, LineFigure
from bsh.display.console import ConsoleOwner, Mode
from bsh.display.plots import Look, draw
from bsh.protocols import Document

__all__ = ["FigureSource", "PlotPane", "live_height", "readable", "side_by_side", "whole_size"]

LEAST_WIDTH = 60
LEAST_HEIGHT = 21
"""Lines of a terminal with room for a plot below the table."""

MOST_LIVE_LINES = 16
LEAST_LIVE_LINES = 7
BETWEEN = 2
"""Lines of one of several plots below a table, and columns between them."""

MOST_WIDTH, MOST_LINES = 120, 20
"""Size of the plot that is printed at the end."""

LINE_EVERY_S, MAP_EVERY_S = 0.2, 1.0
SHARE, SLOWEST_S = 0.05, 2.0
"""Drawing takes no more of the main thread's time than this, but is not put off for longer."""

MOST_CURVES = 4
MOST_FIGURES = 4
FLATTEST = 1 / 3
"""A further curve must leave the first one at least this part of the axis, unless it was asked for."""


class FigureSource(Protocol):
    """What a pane draws: takes documents, makes figures."""

    @property
    def points(self) -> int:
        """A number that changes whenever there is something new to draw."""

    def figures(self) -> Sequence[Figure]:
        """Return the figures."""

    def __call__(self, name: str, doc: Document, /) -> Any:
        """Take a document."""


def live_height(width: int, height: int) -> int:
    """Return the lines that a plot below a table may take; 0 where there is no room for one.

    Parameters
    ----------
    width, height : int
        Of the terminal.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return 0
    return min(MOST_LIVE_LINES, height // 3)


def whole_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of a plot that is printed.

    Parameters
    ----------
    width, height : int
        Of the terminal.
    """
    return min(width - 1, MOST_WIDTH), min(MOST_LINES, max(12, height // 2))


class PlotPane:
    """Draw the plot of one run.

    Parameters
    ----------
    owner : ConsoleOwner
        Asked for size and colours of the terminal.
    source : object
        Makes the figures; with ``points`` and ``figures()``.
    chosen : bool, optional
        Whether somebody chose what is plotted: then all of it is.
    monotonic : callable
        Returns seconds.
    """

    def __init__(
        self,
        owner: ConsoleOwner,
        source: FigureSource,
        *,
        chosen: bool = False,
        monotonic: Callable[[], float],
    ) -> None:
        self.source = source
        self._owner = owner
        self._chosen = chosen
        self._monotonic = monotonic
        self._lines: list[Text] = []
        self._drawn: tuple[int, int, int] = (-1, 0, 0)
        self._not_before = 0.0

    def live(self) -> list[Text]:
        """Return the small plot, drawn anew if it is time to; empty where there is no room."""
        width, height = self._owner.width, live_height(*self._owner.size)
        wanted = (self.source.points, width, height)
        if not height or self._owner.mode is not Mode.LIVE:
            return []
        now = self._monotonic()
        if wanted == self._drawn or (now < self._not_before and wanted[1:] == self._drawn[1:]):
            return self._lines
        figures = self._figures()[: MOST_FIGURES if self._chosen else 1]
        began = perf_counter()  # not before numpy is loaded
        self._lines = side_by_side(figures, width - 1, height, self._owner.look)
        self._drawn = wanted
        every = LINE_EVERY_S if not figures or isinstance(figures[0], LineFigure) else MAP_EVERY_S
        self._not_before = now + max(every, min(SLOWEST_S, (perf_counter() - began) / SHARE))
        return self._lines

    def whole(self) -> list[Text]:
        """Return the plots that stay when the run is over; none for a pipe or a narrow terminal."""
        owner = self._owner
        if owner.mode is Mode.PIPE or owner.width < LEAST_WIDTH:
            return []
        size = whole_size(*owner.size)
        figures = self._figures()[: MOST_FIGURES if self._chosen else 1]
        return [line for figure in figures for line in draw(figure, *size, owner.look)]

    def _figures(self) -> list[Figure]:
        figures = list(self.source.figures())
        return figures if self._chosen else [readable(figure) for figure in figures]


def side_by_side(figures: Sequence[Figure], width: int, height: int, look: Look) -> list[Text]:
    """Return as many figures as there is room for, the first ones, next to each other and in rows.

    Parameters
    ----------
    figures : sequence of Figure
        What may be drawn.
    width, height : int
        Characters and lines for all of them.
    look : Look
        What the terminal can show.
    """
    across = max(1, min(len(figures), (width + BETWEEN) // (LEAST_WIDTH + BETWEEN)))
    rows = max(1, min(-(-len(figures) // across), height // LEAST_LIVE_LINES))
    each, lines_each = (width + BETWEEN) // across - BETWEEN, height // rows
    lines: list[Text] = []
    for first in range(0, min(len(figures), across * rows), across):
        drawn = [draw(figure, each, lines_each, look) for figure in figures[first : first + across]]
        for pieces in zip(*drawn):
            line = Text()
            for place, piece in enumerate(pieces):
                line.append(" " * (place * (each + BETWEEN) - line.cell_len)).append_text(piece)
            lines.append(line)
    return lines


def readable(figure: Figure) -> Figure:
    """Leave out curves beside which the first one would look flat.

    Parameters
    ----------
    figure : Figure
        Any figure; maps are left as they are.
    """
    if not isinstance(figure, LineFigure) or len(figure.curves) < 2 or figure.log_y:
        return figure
    first = _span(figure.curves[0].y)
    kept = [figure.curves[0]]
    low, high = first
    for curve in figure.curves[1:]:
        ends = _span(curve.y)
        together = (min(low, ends[0]), max(high, ends[1]))
        is_flattening = first[1] - first[0] < FLATTEST * (together[1] - together[0])
        if len(kept) < MOST_CURVES and isfinite(ends[0]) and not is_flattening:
            kept.append(curve)
            low, high = together
    return figure if len(kept) == len(figure.curves) else replace(figure, curves=kept)


def _span(values: Any) -> tuple[float, float]:
    import numpy as np

    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    return (float(array.min()), float(array.max())) if array.size else (float("inf"), float("-inf"))
