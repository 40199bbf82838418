"""A plot as the answer to a command.

Owns the figures and their words; :mod:`bsh.display` draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bsh.commands.columns import format_value
from bsh.commands.report import Report

if TYPE_CHECKING:
    from bsh.callbacks.figures import Curve, Figure

__all__ = ["Plot"]


@dataclass(frozen=True)
class Plot(Report):
    """Plots of stored runs.

    Attributes
    ----------
    figures : tuple of Figure
        What is drawn, one below the other.
    chosen : bool
        Whether somebody named what is plotted; otherwise what would only disturb is left out.
    notes : tuple of str
        Lines below the plots.
    """

    figures: tuple[Figure, ...]
    chosen: bool = False
    notes: tuple[str, ...] = ()

    def plain(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """Return what is plotted, in words: a line a curve or map."""
        lines = [line for figure in self.figures for line in _words(figure)]
        text = "\n".join([*lines, *self.notes])
        return text.encode("ascii", "replace").decode() if ascii_only else text


def _words(figure: Figure) -> list[str]:
    from bsh.callbacks.figures import GridFigure, LineFigure

    if isinstance(figure, LineFigure):
        return [figure.title, *(f"  {_curve_words(curve)} over {figure.x_label}" for curve in figure.curves)]
    values = _finite(figure.values)
    where = f"over {figure.x_label} and {figure.y_label}"
    what = "map" if isinstance(figure, GridFigure) else "points"
    return [figure.title, f"  {figure.value_label}: {what}, {_range(values)} {where}"]


def _curve_words(curve: Curve) -> str:
    return f"{curve.label}: {_range(_finite(curve.y))}"


def _range(values: list[float]) -> str:
    count = "1 point" if len(values) == 1 else f"{len(values)} points"
    if not values:
        return count
    return f"{count}, {format_value(min(values))} to {format_value(max(values))}"


def _finite(values: object) -> list[float]:
    import numpy as np

    array = np.asarray(values, dtype=float).ravel()
    return [float(value) for value in array[np.isfinite(array)]]
