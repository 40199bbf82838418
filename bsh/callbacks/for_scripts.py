"""The callbacks that scripts subscribe for themselves, in one place.

Only hands names on, for :mod:`bsh.callbacks`, which imports this module when one of them is asked for.
"""

from bsh.callbacks.after_run import make_restreamer, post_run, verify_files_saved
from bsh.callbacks.best_effort import BestEffortCallback, LivePlotPlusPeaks, hinted_fields
from bsh.callbacks.broker import BrokerCallbackBase, LiveImage, LiveTiffExporter
from bsh.callbacks.buffering import BufferingWrapper
from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.callback_counter import CallbackCounter
from bsh.callbacks.collect_then_compute import CollectThenCompute
from bsh.callbacks.field_collector import collector
from bsh.callbacks.fit_models import CurveFit, CurveModel
from bsh.callbacks.fixed_number import format_num
from bsh.callbacks.isolated import DisplayCallback, display_callback
from bsh.callbacks.json_writer import JSONLinesWriter, JSONWriter
from bsh.callbacks.live_dispatcher import LiveDispatcher
from bsh.callbacks.live_fit import LiveFit
from bsh.callbacks.live_fit_plot import LiveFitPlot
from bsh.callbacks.live_grid import LiveGrid, LiveRaster
from bsh.callbacks.live_plot import LivePlot
from bsh.callbacks.live_scatter import LiveMesh, LiveScatter
from bsh.callbacks.live_table import LiveTable
from bsh.callbacks.metadata_printer import print_metadata
from bsh.callbacks.olog import OlogCallback, call_str, logbook_cb_factory
from bsh.callbacks.peak_plot import plot_peak_stats
from bsh.callbacks.peak_results import PeakResults
from bsh.callbacks.peak_stats import PeakStats
from bsh.callbacks.plotted import PlottedCallback, show_figure
from bsh.callbacks.safety import make_callback_safe, make_class_safe

__all__ = [
    "BestEffortCallback", "BrokerCallbackBase", "BufferingWrapper", "CallbackBase", "CallbackCounter",
    "CollectThenCompute", "CurveFit", "CurveModel", "DisplayCallback", "JSONLinesWriter", "JSONWriter", "LiveDispatcher",
    "LiveFit", "LiveFitPlot", "LiveGrid", "LiveImage", "LiveMesh", "LivePlot", "LivePlotPlusPeaks",
    "LiveRaster", "LiveScatter", "LiveTable", "LiveTiffExporter", "OlogCallback", "PeakResults",
    "PeakStats", "PlottedCallback", "call_str", "collector", "display_callback", "format_num", "hinted_fields",
    "logbook_cb_factory", "make_callback_safe", "make_class_safe", "make_restreamer", "plot_peak_stats",
    "post_run", "print_metadata", "show_figure", "verify_files_saved",
]  # fmt: skip
