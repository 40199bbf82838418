"""Peak statistics as a figure."""

from __future__ import annotations

from typing import Any

from bsh.callbacks.figures import Curve, LineFigure
from bsh.callbacks.peak_stats import PeakStats
from bsh.callbacks.plotted import show_figure
from bsh.callbacks.run_figures import peak_markers
from bsh.errors import UsageError

__all__ = ["plot_peak_stats"]


def plot_peak_stats(peak_stats: PeakStats, ax: Any = None) -> LineFigure:
    """Plot the points of a run with the places of the peak's statistics.

    Parameters
    ----------
    peak_stats : PeakStats
        After the run has ended.
    ax : matplotlib axes, optional
        Draw in matplotlib, into these axes; otherwise the registered views draw.

    Returns
    -------
    LineFigure
        What is drawn: the points, and markers at the peak, ``cen``, ``com`` and the ends of ``fwhm``.

    Raises
    ------
    UsageError
        There are no points yet.
    """
    if peak_stats.stats is None or peak_stats.x_data is None or peak_stats.y_data is None:
        raise UsageError(
            f"There are no statistics of {peak_stats.y} over {peak_stats.x} yet.",
            hint="plot them after a run with both fields has ended",
        )
    figure = LineFigure(
        title=f"{peak_stats.y} over {peak_stats.x}",
        x_label=peak_stats.x,
        y_label=peak_stats.y,
        curves=[Curve(peak_stats.y, peak_stats.x_data, peak_stats.y_data)],
        markers=peak_markers(peak_stats.stats),
    )
    show_figure(figure, ax)
    return figure
