"""Turning a wrapper of plans into a decorator of functions that make plans."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from bsh.msg import MsgGenerator, ensure_generator

__all__ = ["make_decorator"]

PlanFunction = Callable[..., Any]


def make_decorator(wrapper: Callable[..., Any]) -> Callable[..., Callable[[PlanFunction], PlanFunction]]:
    """Make the decorator that belongs to a wrapper of plans.

    Parameters
    ----------
    wrapper : callable
        ``wrapper(plan, *args, **kwargs)`` returns a plan.

    Returns
    -------
    callable
        ``decorator(*args, **kwargs)``, to be written above a generator function of messages.
    """

    @functools.wraps(wrapper)
    def decorator(*args: Any, **kwargs: Any) -> Callable[[PlanFunction], PlanFunction]:
        def decorate(func: PlanFunction) -> PlanFunction:
            @functools.wraps(func)
            def decorated(*func_args: Any, **func_kwargs: Any) -> MsgGenerator:
                plan = wrapper(func(*func_args, **func_kwargs), *args, **kwargs)
                return (yield from ensure_generator(plan))

            return decorated

        return decorate

    return decorator
