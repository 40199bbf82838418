"""One counter over an axis, live."""

from __future__ import annotations

import warnings
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Any, Literal

from bsh.callbacks.figures import Curve, LineFigure
from bsh.callbacks.obj_fields import single_field
from bsh.callbacks.plotted import PlottedCallback
from bsh.callbacks.points import number_of
from bsh.callbacks.safety import make_class_safe
from bsh.protocols import Document

__all__ = ["LivePlot"]

KEPT_RUNS = 20
"""Lines of so many earlier runs stay in the plot."""


@make_class_safe
class LivePlot(PlottedCallback):
    """Plot one field over another; runs that follow add lines to the same plot.

    Parameters
    ----------
    y : str or device
        Data key of what is plotted.
    x : str or device, optional
        Data key of the axis; ``"time"`` for the time of the event; without it, or with ``"seq_num"``, the
        sequence number.
    legend_keys : list of str, optional
        Keys of the start document whose values name a line, joined by `` :: ``; ``scan_id`` without it.
    xlim, ylim : tuple of float, optional
        Limits of the axes, ``(low, high)``.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes; otherwise the registered views draw.
    fig : matplotlib figure, optional
        Deprecated: draw into the current axes of this figure.
    epoch : {"run", "unix"}, optional
        Count times from the start of the run, or from 1970-01-01 UTC, in seconds.
    **kwargs
        For the line in matplotlib, for example ``marker="o"``.

    Raises
    ------
    ValueError
        Both `ax` and `fig`, or another `epoch`.

    Attributes
    ----------
    x_data, y_data : array of float
        The points of the run under way.

    Examples
    --------
    >>> plot = LivePlot("det", "th")
    >>> _ = plot("start", {"uid": "a", "scan_id": 7, "time": 0.0})
    >>> _ = plot("event", {"seq_num": 1, "time": 1.0, "data": {"th": 0.5, "det": 3.0}})
    >>> plot.figure().curves[0].label, list(plot.x_data), list(plot.y_data)
    ('7', [0.5], [3.0])
    """

    def __init__(
        self,
        y: Any,
        x: Any = None,
        *,
        legend_keys: Sequence[str] | None = None,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        ax: Any = None,
        fig: Any = None,
        epoch: Literal["run", "unix"] = "run",
        **kwargs: Any,
    ) -> None:
        if fig is not None:
            if ax is not None:
                raise ValueError("Give LivePlot either ax or fig, not both; ax is the one to keep.")
            warnings.warn("LivePlot(fig=...) is deprecated; use ax=fig.gca().", stacklevel=2)
            ax = fig.gca()
        if epoch not in ("run", "unix"):
            raise ValueError(f"epoch must be 'run' or 'unix', not {epoch!r}")
        super().__init__(ax=ax, kwargs=kwargs)
        self.x = "seq_num" if x is None else single_field(x)
        self.y = single_field(y)
        self.legend_keys = ["scan_id"] if legend_keys is None else list(legend_keys)
        self.xlim, self.ylim = xlim, ylim
        self.epoch = epoch
        self.x_data, self.y_data = array("d"), array("d")
        self._legend = ""
        self._earlier: deque[Curve] = deque(maxlen=KEPT_RUNS)

    def start(self, doc: Document) -> None:
        """Begin another line."""
        if self.x_data:
            self._earlier.append(Curve(self._legend, self.x_data, self.y_data))
        self.x_data, self.y_data = array("d"), array("d")
        self._legend = " :: ".join(str(doc.get(key, "")) for key in self.legend_keys)
        super().start(doc)

    def event(self, doc: Document) -> None:
        """Add a point, if the event has both fields."""
        data = doc["data"]
        if self.y not in data or not self._run.takes_event(doc):
            return
        if self.x in data:
            x = number_of(data[self.x])
        elif self.x == "time":
            x = doc["time"] - (self._run.start.get("time", 0.0) if self.epoch == "run" else 0.0)
        elif self.x == "seq_num":
            x = doc["seq_num"]
        else:
            return
        self.update_caches(x, number_of(data[self.y]))
        self.update_plot()

    def update_caches(self, x: float, y: float) -> None:
        """Add one point to the data.

        Parameters
        ----------
        x, y : float
            The point.
        """
        self.x_data.append(x)
        self.y_data.append(y)

    def update_plot(self) -> None:
        """Tell the views that there is something new."""
        self._changed()

    def figure(self) -> LineFigure | None:
        """Return the lines of this run and of those before."""
        curves = [*self._earlier]
        y = self.y_data[:]  # x is longer where a point is just being added on another thread
        if y:
            curves.append(Curve(self._legend, self.x_data[: len(y)], y))
        if not curves:
            return None
        return LineFigure(
            title=f"{self.y} over {self.x}",
            x_label=self.x_label,
            y_label=self.label(self.y),
            curves=curves,
            x_limits=self.xlim,
            y_limits=self.ylim,
        )

    @property
    def x_label(self) -> str:
        """What stands at the x axis."""
        if self.x in self._units or self.x not in ("time", "seq_num"):
            return self.label(self.x)
        return "time (s)" if self.x == "time" else "sequence number"
