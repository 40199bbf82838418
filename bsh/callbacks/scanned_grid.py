"""The grid that a plan said it would visit, and the cells of the points that came of it.

Owns how start documents describe grids: shape, extents, snaking, gridding. The arithmetic is in
:mod:`bsh.callbacks.grid_cells`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

from bsh.callbacks.columns import dimensions
from bsh.callbacks.plot_axes import PlotAxis, positions_along, sizes_of
from bsh.callbacks.points import Points
from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["GridPlaces", "ScannedGrid"]


@dataclass(frozen=True)
class GridPlaces:
    """The cell of each point in the plane that is shown; rows and columns grow with the position.

    Attributes
    ----------
    rows, columns : ndarray of int, shape ``(n_shown,)``
        The cells.
    shown : ndarray of bool, shape ``(n_points,)``, or slice
        Which of all points lie in this plane.
    shape : tuple of int
        Rows and columns of the plane.
    extent : tuple of float
        Centres of the outer cells: x lowest, x highest, y lowest, y highest.
    x_label, y_label, slice_text : str
        Words at the axes; where along the other axes the plane lies.
    """

    rows: Any
    columns: Any
    shown: Any
    shape: tuple[int, int]
    extent: tuple[float, float, float, float]
    x_label: str
    y_label: str
    slice_text: str = ""

    def fill(self, values: Floats) -> Floats:
        """Return the values of one counter in their cells.

        Parameters
        ----------
        values : ndarray, shape ``(n_points,)``
            Values of all points.
        """
        from bsh.callbacks.grid_cells import filled_grid

        return filled_grid(self.rows, self.columns, values[self.shown], self.shape)


@dataclass(frozen=True)
class ScannedGrid:
    """The grid that a plan said it would visit, slowest axis first."""

    names: list[list[str]]
    shape: tuple[int, ...]
    planned: list[tuple[float, float] | None]
    snaking: tuple[bool, ...]
    is_sequential: bool

    @classmethod
    def of_run(cls, start: Document, stream: str) -> ScannedGrid | None:
        """Return the grid, or None if the plan named none or only one of its axes has more than one step."""
        hints = start.get("hints")
        gridding = hints.get("gridding") if isinstance(hints, Mapping) else None
        names = [fields for fields, of in dimensions(start) if of in (None, stream) and fields]
        shape = sizes_of(start.get("shape"))
        if gridding not in ("rectilinear", "rectilinear_nonsequential") or len(shape) != len(names):
            return None
        if sum(size > 1 for size in shape) < 2:
            return None
        extents = start.get("extents")
        planned = [_pair(extent) for extent in extents] if isinstance(extents, list | tuple) else []
        snaking = start.get("snaking")
        flags = tuple(bool(flag) for flag in snaking) if isinstance(snaking, list | tuple) else ()
        return cls(
            names,
            shape,
            planned if len(planned) == len(shape) else [None] * len(shape),
            flags,
            gridding == "rectilinear",
        )

    @property
    def cells(self) -> int:
        """Number of cells."""
        return prod(self.shape)

    def places(self, points: Points, axes: Sequence[PlotAxis]) -> GridPlaces | None:
        """Return the cells of all points, or None if some lie off the grid."""
        if not self.is_sequential:
            return self._places_of_positions(points, axes)
        import numpy as np

        from bsh.callbacks.grid_cells import ends_of_axis, indices_of_numbers

        indices = indices_of_numbers(points.numbers, self.shape, self.snaking)
        shown = np.ones(points.numbers.size, dtype=bool)
        for index in indices[:-2]:  # the plane that is being scanned
            shown &= index == index[-1]
        places, ends = [], []
        for axis in (-1, -2):
            index, size = indices[axis][shown], self.shape[axis]
            first, last = ends_of_axis(
                index, positions_along(axes[axis], points)[shown], size, self.planned[axis]
            )
            places.append(index if first <= last else size - 1 - index)
            ends += [min(first, last), max(first, last)]
        fixed = [
            f"{axis.key} = {points.data[axis.key][-1]:.6g}" for axis in axes[:-2] if axis.key is not None
        ]
        return GridPlaces(
            rows=places[1],
            columns=places[0],
            shown=shown,
            shape=(self.shape[-2], self.shape[-1]),
            extent=(ends[0], ends[1], ends[2], ends[3]),
            x_label=axes[-1].label,
            y_label=axes[-2].label,
            slice_text=" · " + ", ".join(fixed) if fixed else "",
        )

    def _places_of_positions(self, points: Points, axes: Sequence[PlotAxis]) -> GridPlaces | None:
        """Return the cells by position; shape and extents of such plans begin with y, the dimensions with x."""
        from bsh.callbacks.grid_cells import indices_of_positions

        y_ends, x_ends = self.planned[0], self.planned[1]
        if len(axes) != 2 or x_ends is None or y_ends is None:
            return None
        x = indices_of_positions(positions_along(axes[0], points), x_ends, self.shape[1])
        y = indices_of_positions(positions_along(axes[1], points), y_ends, self.shape[0])
        if x is None or y is None:
            return None
        return GridPlaces(
            rows=y,
            columns=x,
            shown=slice(None),
            shape=(self.shape[0], self.shape[1]),
            extent=(*x_ends, *y_ends),
            x_label=axes[0].label,
            y_label=axes[1].label,
        )


def _pair(extent: Any) -> tuple[float, float] | None:
    try:
        first, last = extent
        return float(first), float(last)
    except (TypeError, ValueError):
        return None
