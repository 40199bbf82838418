"""Values on a grid, live."""

# ruff: noqa: E741, N803  (`I` is the name that scripts pass by keyword)

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

from bsh.callbacks.figures import GridFigure
from bsh.callbacks.obj_fields import single_field
from bsh.callbacks.plotted import PlottedCallback
from bsh.callbacks.points import number_of
from bsh.callbacks.safety import make_class_safe
from bsh.protocols import Document

__all__ = ["LiveGrid", "LiveRaster"]


@make_class_safe
class LiveGrid(PlottedCallback):
    """Plot one field as the colour of the cells that a grid scan visits.

    Parameters
    ----------
    raster_shape : tuple of int
        Rows and columns.
    I : str or device
        Data key of the colour.
    clim : tuple of float, optional
        Limits of the colours; from the data without them.
    cmap : str, optional
        Colour map of matplotlib.
    xlabel, ylabel : str, optional
        Words at the axes.
    extent : sequence of float, optional
        Edges of the grid: left, right, bottom, top, each half a step beyond the outer positions; without it
        cells are counted.
    aspect : str or float, optional
        Aspect of matplotlib's axes.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes; otherwise the registered views draw.
    x_positive : {"right", "left"}, optional
        Where x grows to.
    y_positive : {"up", "down"}, optional
        Where y grows to.
    title : str, optional
        Title; the field and the number of the run without it.
    **kwargs
        For the image in matplotlib.

    Raises
    ------
    ValueError
        Another direction.
    RuntimeError
        A second run is given to the same object.
    """

    def __init__(
        self,
        raster_shape: Sequence[int],
        I: Any,
        *,
        clim: tuple[float, float] | None = None,
        cmap: Any = "viridis",
        xlabel: str = "x",
        ylabel: str = "y",
        extent: Sequence[float] | None = None,
        aspect: Any = "equal",
        ax: Any = None,
        x_positive: Literal["right", "left"] = "right",
        y_positive: Literal["up", "down"] = "up",
        title: str | None = None,
        **kwargs: Any,
    ) -> None:
        if x_positive not in ("right", "left"):
            raise ValueError(f"x_positive must be 'right' or 'left', not {x_positive!r}")
        if y_positive not in ("up", "down"):
            raise ValueError(f"y_positive must be 'up' or 'down', not {y_positive!r}")
        super().__init__(ax=ax, kwargs=kwargs)
        rows, columns = raster_shape
        self.raster_shape = (int(rows), int(columns))
        self.I = single_field(I)
        self.clim, self.cmap, self.aspect = clim, cmap, aspect
        self.xlabel, self.ylabel = xlabel, ylabel
        self.extent = None if extent is None else tuple(float(edge) for edge in extent)
        self.x_positive, self.y_positive = x_positive, y_positive
        self.title = title
        self.snaking: Sequence[bool] = (False, False)
        self._Idata: Any = None

    def start(self, doc: Document) -> None:
        """Begin the grid."""
        import numpy as np

        if self._Idata is not None:
            raise RuntimeError("A LiveGrid shows one run. Make another one for the next run.")
        self._Idata = np.full(self.raster_shape, np.nan)
        self.snaking = tuple(doc.get("snaking") or (False, False))
        super().start(doc)

    def event(self, doc: Document) -> None:
        """Fill the cell that belongs to the event's sequence number."""
        if self.I not in doc["data"] or not self._run.takes_event(doc):
            return
        import numpy as np

        from bsh.callbacks.grid_cells import indices_of_numbers

        number = np.array([doc["seq_num"]], dtype=float)
        row, column = indices_of_numbers(number, self.raster_shape, self.snaking)[:, 0]
        self.update((int(row), int(column)), number_of(doc["data"][self.I]))

    def update(self, pos: tuple[int, int], I: float) -> None:
        """Fill one cell.

        Parameters
        ----------
        pos : tuple of int
            Row and column.
        I : float
            Value.
        """
        self._Idata[pos] = I
        self._changed()

    def figure(self) -> GridFigure | None:
        """Return the grid so far."""
        if self._Idata is None:
            return None
        scan_id = self._run.start.get("scan_id")
        return GridFigure(
            title=self.title or (self.I if scan_id is None else f"#{scan_id} {self.I}"),
            x_label=self.xlabel,
            y_label=self.ylabel,
            value_label=self.label(self.I),
            values=self._Idata.copy(),
            extent=self._centres(),
            x_positive=self.x_positive,
            y_positive=self.y_positive,
            limits=self.clim,
        )

    def _centres(self) -> tuple[float, float, float, float]:
        rows, columns = self.raster_shape
        if self.extent is None:
            return (0.0, columns - 1.0, 0.0, rows - 1.0)
        left, right, bottom, top = self.extent
        half_x, half_y = (right - left) / (2 * columns), (top - bottom) / (2 * rows)
        return (left + half_x, right - half_x, bottom + half_y, top - half_y)


class LiveRaster(LiveGrid):
    """The former name of :class:`LiveGrid`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn("LiveRaster is now called LiveGrid.", stacklevel=2)
        super().__init__(*args, **kwargs)
