"""Plans without an engine and without hardware: limits, durations, summaries, and answers for tests."""

from bsh.simulators.engine import (
    RunEngineSimulator,
    assert_message_and_return_remaining,
)
from bsh.simulators.estimate import (
    Estimate,
    Travel,
    estimate,
    preflight,
)
from bsh.simulators.limits import (
    LimitChecker,
    check_limits,
    check_limits_async,
)
from bsh.simulators.raster import (
    raster_path,
)
from bsh.simulators.summary import (
    print_summary,
    summarize_plan,
)

__all__ = [
    "Estimate",
    "LimitChecker",
    "RunEngineSimulator",
    "Travel",
    "assert_message_and_return_remaining",
    "check_limits",
    "check_limits_async",
    "estimate",
    "preflight",
    "print_summary",
    "raster_path",
    "summarize_plan",
]
