"""Values at scattered places, live."""

# ruff: noqa: E741, N803  (`I` is the name that scripts pass by keyword)

from __future__ import annotations

import warnings
from array import array
from typing import Any

from bsh.callbacks.figures import ScatterFigure
from bsh.callbacks.obj_fields import single_field
from bsh.callbacks.plotted import PlottedCallback
from bsh.callbacks.points import number_of
from bsh.callbacks.safety import make_class_safe
from bsh.protocols import Document

__all__ = ["LiveMesh", "LiveScatter"]


@make_class_safe
class LiveScatter(PlottedCallback):
    """Plot one field as colour over two others.

    Parameters
    ----------
    x, y, I : str or device
        Data keys of the axes and of the colour.
    xlim, ylim, clim : tuple of float, optional
        Limits of the axes and of the colours, ``(low, high)``; from the data without them.
    cmap : str, optional
        Colour map of matplotlib.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes; otherwise the registered views draw.
    **kwargs
        For the points in matplotlib.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        I: Any,
        *,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        clim: tuple[float, float] | None = None,
        cmap: Any = "viridis",
        ax: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(ax=ax, kwargs=kwargs)
        self.x, self.y, self.I = single_field(x), single_field(y), single_field(I)
        self.xlim, self.ylim, self.clim = xlim, ylim, clim
        self.cmap = cmap
        self._forget()

    def _forget(self) -> None:
        self._xdata, self._ydata, self._Idata = array("d"), array("d"), array("d")

    def start(self, doc: Document) -> None:
        """Begin anew."""
        self._forget()
        super().start(doc)

    def event(self, doc: Document) -> None:
        """Add a point, if the event has all fields."""
        data = doc["data"]
        if self._run.takes_event(doc) and all(key in data for key in (self.x, self.y, self.I)):
            self.update(*(number_of(data[key]) for key in (self.x, self.y, self.I)))

    def update(self, x: float, y: float, I: float) -> None:
        """Add one point.

        Parameters
        ----------
        x, y, I : float
            Where it is and its value.
        """
        self._xdata.append(x)
        self._ydata.append(y)
        self._Idata.append(I)
        self._changed()

    def figure(self) -> ScatterFigure | None:
        """Return the points so far."""
        values = self._Idata[:]  # the axes are longer where a point is just being added on another thread
        if not values:
            return None
        return ScatterFigure(
            title=f"{self.I} over {self.x} and {self.y}",
            x_label=self.label(self.x),
            y_label=self.label(self.y),
            value_label=self.label(self.I),
            x=self._xdata[: len(values)],
            y=self._ydata[: len(values)],
            values=values,
            x_limits=self.xlim,
            y_limits=self.ylim,
            limits=self.clim,
        )


class LiveMesh(LiveScatter):
    """The former name of :class:`LiveScatter`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn("LiveMesh is now called LiveScatter.", stacklevel=2)
        super().__init__(*args, **kwargs)
