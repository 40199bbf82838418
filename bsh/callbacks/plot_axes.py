"""What the points of a run are plotted along, and what stands at the axes.

Owns the choice of axes from a start document. It must not know figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any, TypeAlias

from bsh.callbacks.columns import Column, dimensions
from bsh.callbacks.points import Points
from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = [
    "POINT_AXIS",
    "TIME_AXIS",
    "PlotAxis",
    "axis_named",
    "common_label",
    "label_of",
    "plot_axes",
    "positions_along",
    "sizes_of",
]


@dataclass(frozen=True, slots=True)
class PlotAxis:
    """What is plotted along: a data key; None for the time, the number of the point, or what is not known."""

    key: str | None
    label: str

    @classmethod
    def of_column(cls, column: Column) -> PlotAxis:
        """Return the axis of a table's column."""
        return cls(column.key, label_of(column))


POINT_AXIS = PlotAxis(None, "point")
TIME_AXIS = PlotAxis(None, "time (s)")


def plot_axes(start: Document, stream: str, columns: Sequence[Column]) -> list[PlotAxis]:
    """Return what is plotted along: one axis for lines, two for scattered points.

    Parameters
    ----------
    start : dict
        Start document.
    stream : str
        Name of the stream.
    columns : sequence of Column
        The stream's columns.
    """
    by_key = {column.key: column for column in columns if column.numeric}
    scanned = [fields for fields, of in dimensions(start) if of in (None, stream)]
    over_time = TIME_AXIS if isinstance(start.get("time"), int | float) else POINT_AXIS
    if scanned == [["time"]] and "time" not in by_key:
        return [over_time]
    names = [next((name for name in fields if name in by_key), None) for fields in scanned]
    shape = sizes_of(start.get("shape"))
    if len(names) == len(shape) and any(size > 1 for size in shape):
        names = [name for name, size in zip(names, shape) if size > 1]  # axes with one step say nothing
    found = [PlotAxis.of_column(by_key[name]) for name in names if name is not None]
    if len(found) > 2:
        return [POINT_AXIS]
    if not found:
        moved = [column for column in columns if column.role == "axis" and column.numeric]
        found = [PlotAxis.of_column(column) for column in moved[:1]]
    return found or [over_time]


def axis_named(names: Sequence[str], columns: Sequence[Column]) -> PlotAxis:
    """Return the axis of the first of some data keys that is a number; without positions if none is."""
    known = {column.key: column for column in columns if column.numeric}
    column = next((known[name] for name in names if name in known), None)
    return PlotAxis(None, names[0]) if column is None else PlotAxis.of_column(column)


def positions_along(axis: PlotAxis, points: Points) -> Floats:
    """Return the positions of all points along an axis, shape ``(n_points,)``; NaN where they are not known."""
    import numpy as np

    return np.full(points.numbers.size, np.nan) if axis.key is None else points.data[axis.key]


def label_of(column: Column) -> str:
    """Return a name with its unit in brackets."""
    return f"{column.key} ({column.units})" if column.units else column.key


def common_label(counters: Sequence[Column]) -> str:
    """Return what stands at an axis that several counters share: their unit if it is the same one."""
    if len(counters) == 1:
        return label_of(counters[0])
    units = {counter.units for counter in counters}
    return units.pop() if len(units) == 1 else ""


def sizes_of(shape: Any) -> tuple[int, ...]:
    """Return the ``shape`` of a start document as positive numbers; empty if it is none."""
    try:
        sizes = tuple(index(size) for size in shape)
    except TypeError:
        return ()
    return sizes if all(size > 0 for size in sizes) else ()
