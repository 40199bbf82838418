"""Callbacks that plot."""

from bsh.callbacks import (
    CallbackBase,
    LiveFitPlot,
    LiveGrid,
    LiveMesh,
    LivePlot,
    LiveRaster,
    LiveScatter,
    get_obj_fields,
    make_class_safe,
    plot_peak_stats,
)
from bsh.display.mpl import QtAwareCallback, initialize_qt_teleporter

__all__ = [
    "CallbackBase",
    "LiveFitPlot",
    "LiveGrid",
    "LiveMesh",
    "LivePlot",
    "LiveRaster",
    "LiveScatter",
    "QtAwareCallback",
    "get_obj_fields",
    "initialize_qt_teleporter",
    "make_class_safe",
    "plot_peak_stats",
]
