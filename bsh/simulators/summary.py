"""What a plan does, in a few lines of text."""

from __future__ import annotations

from bsh.plan_patterns.cleanup import AnyPlan
from bsh.preprocessors.summary import print_summary_wrapper
from bsh.simulators.world import World

__all__ = ["print_summary", "summarize_plan"]


def summarize_plan(plan: AnyPlan) -> None:
    """Print the runs, moves and readings of a plan, without running it.

    Parameters
    ----------
    plan : plan
        It is used up.
    """
    World().walk(print_summary_wrapper(plan))


print_summary = summarize_plan
