"""A live fit, drawn."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from bsh.callbacks.figures import Curve, LineFigure
from bsh.callbacks.live_fit import LiveFit
from bsh.callbacks.live_plot import LivePlot
from bsh.protocols import Document

__all__ = ["LiveFitPlot"]


class LiveFitPlot(LivePlot):
    """Draw the curve that a :class:`LiveFit` finds, and the one it started from.

    Subscribe this, not the `livefit`: it hands the documents on. In axes of matplotlib only the curves are drawn,
    for a :class:`LivePlot` beside it draws the points; elsewhere the points are drawn, too.

    Parameters
    ----------
    livefit : LiveFit
        The fit, with one independent variable.
    num_points : int, optional
        Points of the curve.
    legend_keys : list of str, optional
        As for :class:`LivePlot`.
    xlim, ylim : tuple of float, optional
        Limits of the axes; the curve spans `xlim`, or the points without it.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes; otherwise the registered views draw.
    **kwargs
        For the line in matplotlib.

    Raises
    ------
    NotImplementedError
        The fit has several independent variables.
    """

    def __init__(
        self,
        livefit: LiveFit,
        *,
        num_points: int = 100,
        legend_keys: Sequence[str] | None = None,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> None:
        if len(livefit.independent_vars) != 1:
            raise NotImplementedError(
                f"LiveFitPlot draws fits over one variable, not over {sorted(livefit.independent_vars)}."
            )
        [(self._variable, x)] = livefit.independent_vars.items()
        super().__init__(livefit.y, x, legend_keys=legend_keys, xlim=xlim, ylim=ylim, ax=ax, **kwargs)
        self._livefit = livefit
        self.num_points = num_points
        self._fitted: list[Curve] = []

    @property
    def livefit(self) -> LiveFit:
        """The fit."""
        return self._livefit

    def start(self, doc: Document) -> None:
        """Begin another fit."""
        self._livefit.start(doc)
        self._fitted = []
        super().start(doc)

    def descriptor(self, doc: Document) -> None:
        """Note the units."""
        self._livefit.descriptor(doc)
        super().descriptor(doc)

    def event(self, doc: Document) -> None:
        """Fit, and draw what changed."""
        before = self._livefit.result
        self._livefit.event(doc)
        if self._livefit.result is not None and self._livefit.result is not before:
            self._evaluate()
        if not self._run.takes_event(doc):
            return
        self.update_plot()

    def stop(self, doc: Document) -> None:
        """Draw the last fit."""
        before = self._livefit.result
        self._livefit.stop(doc)
        if self._livefit.result is not None and self._livefit.result is not before:
            self._evaluate()
            self.update_plot()
        super().stop(doc)

    def _evaluate(self) -> None:
        import numpy as np

        result = self._livefit.result
        data = np.array(self._livefit.independent_vars_data[self._variable])
        low, high = self.xlim or (float(np.nanmin(data)), float(np.nanmax(data)))
        x = np.linspace(low, high, self.num_points)
        independent = {self._variable: x}
        found = array("d", self._curve(result, independent, result.best_values))
        first_guess = array("d", self._curve(result, independent, result.init_values))
        self.x_data, self.y_data = array("d", x), found
        self._fitted = [
            Curve("fit", self.x_data, found),
            Curve("first guess", self.x_data, first_guess, "dashes"),
        ]

    def _curve(self, result: Any, independent: dict[str, Any], values: dict[str, float]) -> Any:
        import numpy as np

        curve = np.asarray(result.model.eval(**independent, **values), dtype=float)
        return np.broadcast_to(curve, (self.num_points,))

    def figure(self) -> LineFigure | None:
        """Return the points, the curve found and the first guess."""
        fit = self._livefit
        curves = [*self._earlier]
        y = fit.ydata[:]
        if self.ax is None and y:
            points = fit.independent_vars_data[self._variable][: len(y)]
            curves.append(Curve(self._legend, points, y, "points"))
        curves += self._fitted
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
