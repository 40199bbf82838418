"""Plans without an engine and without hardware: limits, durations, summaries, and answers for tests."""

from bsh.simulators.engine import (
    RunEngineSimulator,
    assert_message_and_return_remaining,
)
from bsh.simulators.estimate import (
    Estimate,
    Travel,
    estimate,
    learned_overhead,
    preflight,
)
from bsh.simulators.limits import (
    LimitChecker,
    check_limits,
    check_limits_async,
)
from bsh.simulators.raster import (
    RasterPath,
    planned_positions,
    plot_raster_path,
    raster_path,
)
from bsh.simulators.rules import (
    Rule,
    RuleChecker,
    check_rules,
)
from bsh.simulators.summary import (
    print_summary,
    summarize_plan,
)

__all__ = [
    "Estimate",
    "LimitChecker",
    "RasterPath",
    "Rule",
    "RuleChecker",
    "RunEngineSimulator",
    "Travel",
    "assert_message_and_return_remaining",
    "check_limits",
    "check_limits_async",
    "check_rules",
    "estimate",
    "learned_overhead",
    "planned_positions",
    "plot_raster_path",
    "preflight",
    "print_summary",
    "raster_path",
    "summarize_plan",
]
