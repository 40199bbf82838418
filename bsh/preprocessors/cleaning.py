"""The decorators of the wrappers that clean up after plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh.plan_patterns.cleanup import (
    PlanFactory,
    contingency_wrapper,
    finalize_wrapper,
    rewindable_wrapper,
)
from bsh.preprocessors.decorators import make_decorator

__all__ = [
    "contingency_decorator",
    "contingency_wrapper",
    "finalize_decorator",
    "finalize_wrapper",
    "rewindable_decorator",
    "rewindable_wrapper",
]

contingency_decorator = make_decorator(contingency_wrapper)
rewindable_decorator = make_decorator(rewindable_wrapper)


def finalize_decorator(final_plan: PlanFactory) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run another plan after each plan of the decorated function.

    Parameters
    ----------
    final_plan : callable
        Makes the plan that runs at the end, except after a halt. It is called anew for each plan, so it
        has to be a function: a plan would be used up by the first one.

    Raises
    ------
    TypeError
        `final_plan` is not callable.
    """
    if not callable(final_plan):
        raise TypeError(
            f"finalize_decorator needs a function that makes a plan, got {final_plan!r}, "
            "which could be run only once; give the function itself, without calling it"
        )
    return make_decorator(finalize_wrapper)(final_plan)
