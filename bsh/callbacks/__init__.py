"""What the documents of a run mean, as values; :mod:`bsh.display` draws them."""

from bsh.callbacks.live_table import LiveTable, get_obj_fields
from bsh.callbacks.peaks import PeakResult, PeakStats, peak_statistics
from bsh.callbacks.progress import ScanProgress, ScanProgressView
from bsh.callbacks.router import DocumentRouter
from bsh.callbacks.table import Row, StreamTable, TableModel
from bsh.callbacks.table_text import TableLine, TableText
from bsh.callbacks.time_split import TimeShares, TimeSplit
from bsh.callbacks.waiting import MoveProgress, WaitProgress, WaitView

__all__ = [
    "DocumentRouter", "LiveTable", "MoveProgress", "PeakResult", "PeakStats", "Row", "ScanProgress", "ScanProgressView",
    "StreamTable", "TableLine", "TableModel", "TableText", "TimeShares", "TimeSplit", "WaitProgress",
    "WaitView", "get_obj_fields", "peak_statistics",
]  # fmt: skip
