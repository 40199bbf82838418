"""The callback that shows what it can of any run."""

from bsh.callbacks import BestEffortCallback, LivePlotPlusPeaks, PeakResults, hinted_fields

__all__ = ["BestEffortCallback", "LivePlotPlusPeaks", "PeakResults", "hinted_fields"]
