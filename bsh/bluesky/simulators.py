"""What is known of a plan without running it."""

from bsh.bluesky.adapted.event_loop import call_in_bluesky_event_loop, in_bluesky_event_loop
from bsh.bluesky.adapted.maybe_async import maybe_await
from bsh.bluesky.adapted.simulation_end import END
from bsh.msg import Msg
from bsh.preprocessors import print_summary_wrapper
from bsh.protocols import Checkable, Readable, Reading
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
    "Checkable",
    "Msg",
    "Readable",
    "Reading",
    "RunEngineSimulator",
    "assert_message_and_return_remaining",
    "call_in_bluesky_event_loop",
    "check_limits",
    "check_limits_async",
    "in_bluesky_event_loop",
    "maybe_await",
    "plot_raster_path",
    "print_summary",
    "print_summary_wrapper",
    "summarize_plan",
]
