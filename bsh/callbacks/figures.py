"""What a plot shows, as values: lines over an axis, a grid of values, scattered values.

Owns the data and the words of a plot, in the units of the axes. It must not know how a plot is drawn:
:mod:`bsh.display` draws these in the terminal, or in matplotlib where that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Curve", "Figure", "GridFigure", "LineFigure", "Marker", "ScatterFigure"]


@dataclass(frozen=True)
class Curve:
    """One line of a plot.

    Parameters
    ----------
    label : str
        What the legend says.
    x, y : array_like
        Shape ``(n,)`` each, in the order in which the points were taken; NaN where there is no value.
    style : {"line", "points", "dashes"}, optional
        Points joined by a line, points alone, or a thin line (a fit, a first guess).
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    style: Literal["line", "points", "dashes"] = "line"


@dataclass(frozen=True)
class Marker:
    """A place on the x axis that has a name: ``peak``, ``cen``, ``com``, or an end of the ``fwhm``."""

    name: str
    x: float


@dataclass(frozen=True)
class LineFigure:
    """Curves over a common axis.

    Parameters
    ----------
    title, x_label, y_label : str
        Words; labels carry the unit in brackets when it is known (``th (deg)``).
    curves : sequence of Curve
        At least one; drawn in this order.
    markers : sequence of Marker, optional
        Places on the x axis.
    log_y : bool, optional
        A logarithmic y axis; values of zero or less are not drawn.
    x_limits, y_limits : tuple of float, optional
        ``(low, high)``; chosen from the data without them.
    """

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    markers: Sequence[Marker] = ()
    log_y: bool = False
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class GridFigure:
    """Values on a rectangular grid.

    Parameters
    ----------
    title, x_label, y_label, value_label : str
        Words, with units as in :class:`LineFigure`.
    values : array_like
        Shape ``(rows, columns)``: row ``i`` lies at the i-th place of the y axis, column ``j`` at the j-th of the
        x axis; NaN where nothing was measured yet.
    extent : tuple of float
        ``(x_first, x_last, y_first, y_last)``: the axis positions of the centres of the outer cells.
    x_positive : {"right", "left"}, optional
        Where x grows to.
    y_positive : {"up", "down"}, optional
        Where y grows to.
    limits : tuple of float, optional
        Values of the lowest and the highest colour; from the data without them.
    """

    title: str
    x_label: str
    y_label: str
    value_label: str
    values: ArrayLike
    extent: tuple[float, float, float, float]
    x_positive: Literal["right", "left"] = "right"
    y_positive: Literal["up", "down"] = "up"
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class ScatterFigure:
    """Values at scattered places.

    Parameters
    ----------
    title, x_label, y_label, value_label : str
        Words, with units as in :class:`LineFigure`.
    x, y, values : array_like
        Shape ``(n,)`` each.
    x_limits, y_limits, limits : tuple of float, optional
        ``(low, high)`` of the axes and of the colours; from the data without them.
    """

    title: str
    x_label: str
    y_label: str
    value_label: str
    x: ArrayLike = field(default=())
    y: ArrayLike = field(default=())
    values: ArrayLike = field(default=())
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    limits: tuple[float, float] | None = None


Figure = LineFigure | GridFigure | ScatterFigure
