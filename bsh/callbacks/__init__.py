"""What the documents of a run mean, as values; :mod:`bsh.display` draws them.

The models that the shell needs are here at once. The callbacks that scripts subscribe for themselves are
event-model routers and are imported when they are first asked for.
"""

from typing import TYPE_CHECKING, Any

from bsh.callbacks.figures import Curve, Figure, GridFigure, LineFigure, Marker, ScatterFigure
from bsh.callbacks.obj_fields import get_obj_fields
from bsh.callbacks.peaks import PeakResult, peak_statistics
from bsh.callbacks.progress import ScanProgress, ScanProgressView
from bsh.callbacks.replaying import replay
from bsh.callbacks.router import DocumentRouter
from bsh.callbacks.run_figures import RunFigures
from bsh.callbacks.table import Row, StreamTable, TableModel
from bsh.callbacks.table_text import TableLine, TableText
from bsh.callbacks.time_split import TimeShares, TimeSplit
from bsh.callbacks.views import View, ViewFactory, ViewGroup, register_view, views_of
from bsh.callbacks.waiting import MoveProgress, WaitProgress, WaitView

if TYPE_CHECKING:
    from bsh.callbacks.for_scripts import (
        BestEffortCallback,
        BrokerCallbackBase,
        BufferingWrapper,
        CallbackBase,
        CallbackCounter,
        CollectThenCompute,
        CurveFit,
        CurveModel,
        DisplayCallback,
        JSONLinesWriter,
        JSONWriter,
        LiveDispatcher,
        LiveFit,
        LiveFitPlot,
        LiveGrid,
        LiveImage,
        LiveMesh,
        LivePlot,
        LivePlotPlusPeaks,
        LiveRaster,
        LiveScatter,
        LiveTable,
        LiveTiffExporter,
        OlogCallback,
        PeakResults,
        PeakStats,
        PlottedCallback,
        call_str,
        collector,
        display_callback,
        format_num,
        hinted_fields,
        logbook_cb_factory,
        make_callback_safe,
        make_class_safe,
        make_restreamer,
        plot_peak_stats,
        post_run,
        print_metadata,
        show_figure,
        verify_files_saved,
    )  # fmt: skip

__all__ = [
    "BestEffortCallback", "BrokerCallbackBase", "BufferingWrapper", "CallbackBase", "CallbackCounter",
    "CollectThenCompute", "Curve", "CurveFit", "CurveModel", "DisplayCallback", "DocumentRouter", "Figure", "GridFigure",
    "JSONLinesWriter", "JSONWriter", "LineFigure", "LiveDispatcher", "LiveFit", "LiveFitPlot",
    "LiveGrid", "LiveImage", "LiveMesh", "LivePlot", "LivePlotPlusPeaks", "LiveRaster", "LiveScatter",
    "LiveTable", "LiveTiffExporter", "Marker", "MoveProgress", "OlogCallback", "PeakResult",
    "PeakResults", "PeakStats", "PlottedCallback", "Row", "RunFigures", "ScanProgress",
    "ScanProgressView", "ScatterFigure", "StreamTable", "TableLine", "TableModel", "TableText",
    "TimeShares", "TimeSplit", "View", "ViewFactory", "ViewGroup", "WaitProgress", "WaitView", "call_str",
    "collector", "display_callback", "format_num", "get_obj_fields", "hinted_fields", "logbook_cb_factory",
    "make_callback_safe", "make_class_safe", "make_restreamer", "peak_statistics", "plot_peak_stats",
    "post_run", "print_metadata", "register_view", "replay", "show_figure", "verify_files_saved", "views_of",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in __all__:
        from bsh.callbacks import for_scripts

        return getattr(for_scripts, name)
    raise AttributeError(f"module 'bsh.callbacks' has no attribute {name!r}")
