"""Plans as generator functions: by that mark, libraries find what is a plan (``inspect.isgeneratorfunction``)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from bsh.msg import MsgGenerator

__all__ = ["as_generator_function"]

P = ParamSpec("P")


def as_generator_function(make: Callable[P, MsgGenerator]) -> Callable[P, MsgGenerator]:
    """Return a generator function that does what a plan of bsh does.

    Parameters
    ----------
    make : callable
        Makes the plan.
    """

    @functools.wraps(make)
    def plan(*args: P.args, **kwargs: P.kwargs) -> MsgGenerator:
        return (yield from make(*args, **kwargs))

    return plan
