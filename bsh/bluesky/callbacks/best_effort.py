"""The callback that shows what it can of any run."""

from bsh.callbacks import (
    BestEffortCallback,
    LiveGrid,
    LivePlot,
    LivePlotPlusPeaks,
    LiveScatter,
    LiveTable,
    PeakResults,
    PeakStats,
    hinted_fields,
    make_class_safe,
)
from bsh.display.mpl import QtAwareCallback

__all__ = [
    "BestEffortCallback",
    "LiveGrid",
    "LivePlot",
    "LivePlotPlusPeaks",
    "LiveScatter",
    "LiveTable",
    "PeakResults",
    "PeakStats",
    "QtAwareCallback",
    "hinted_fields",
    "make_class_safe",
]
