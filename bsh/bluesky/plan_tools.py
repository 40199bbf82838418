"""Old places of functions that are in bluesky.simulators and bluesky.preprocessors; each says so once."""

from bsh.bluesky.adapted.deprecation import renamed
from bsh.preprocessors import print_summary_wrapper as _print_summary_wrapper
from bsh.simulators import plot_raster_path as _plot_raster_path
from bsh.simulators import print_summary as _print_summary

__all__ = ["plot_raster_path", "print_summary", "print_summary_wrapper"]

print_summary = renamed(
    "bluesky.plan_tools.print_summary", "bluesky.simulators.summarize_plan", _print_summary
)
print_summary_wrapper = renamed(
    "bluesky.plan_tools.print_summary_wrapper",
    "bluesky.preprocessors.print_summary_wrapper",
    _print_summary_wrapper,
)
plot_raster_path = renamed(
    "bluesky.plan_tools.plot_raster_path", "bluesky.simulators.plot_raster_path", _plot_raster_path
)
