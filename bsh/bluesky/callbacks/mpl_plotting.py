"""Callbacks that plot."""

from bsh.callbacks import LiveFitPlot, LiveGrid, LiveMesh, LivePlot, LiveRaster, LiveScatter, plot_peak_stats
from bsh.display.mpl import QtAwareCallback, initialize_qt_teleporter

__all__ = [
    "LiveFitPlot",
    "LiveGrid",
    "LiveMesh",
    "LivePlot",
    "LiveRaster",
    "LiveScatter",
    "QtAwareCallback",
    "initialize_qt_teleporter",
    "plot_peak_stats",
]
