"""What is known of a plan without running it."""

from bsh.bluesky.adapted.simulation_end import END
from bsh.simulators import (
    RunEngineSimulator,
    assert_message_and_return_remaining,
    check_limits,
    check_limits_async,
    plot_raster_path,
    print_summary,
    summarize_plan,
)

__all__ = [
    "END",
    "RunEngineSimulator",
    "assert_message_and_return_remaining",
    "check_limits",
    "check_limits_async",
    "plot_raster_path",
    "print_summary",
    "summarize_plan",
]
