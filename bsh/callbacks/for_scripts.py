"""The callbacks that scripts subscribe for themselves, in one place.

Only hands names on, for :mod:`bsh.callbacks`, which imports this module when one of them is asked for.
"""

from bsh.callbacks.buffering import BufferingWrapper
from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.callback_counter import CallbackCounter
from bsh.callbacks.collect_then_compute import CollectThenCompute
from bsh.callbacks.field_collector import collector
from bsh.callbacks.fixed_number import format_num
from bsh.callbacks.json_writer import JSONLinesWriter, JSONWriter
from bsh.callbacks.live_table import LiveTable
from bsh.callbacks.metadata_printer import print_metadata
from bsh.callbacks.peak_stats import PeakStats
from bsh.callbacks.safety import make_callback_safe, make_class_safe

__all__ = [
    "BufferingWrapper", "CallbackBase", "CallbackCounter", "CollectThenCompute", "JSONLinesWriter", "JSONWriter",
    "LiveTable", "PeakStats", "collector", "format_num", "make_callback_safe", "make_class_safe", "print_metadata",
]  # fmt: skip
