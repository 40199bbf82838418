"""A word about a plan that was made and not run."""

from __future__ import annotations

from types import GeneratorType
from typing import Any

from bsh.plan_patterns.plan import Plan, bare_generator

__all__ = ["plan_hint"]


def plan_hint(value: Any) -> str:
    """Return what to type to run a plan that is the value of a line; empty for any other value.

    Parameters
    ----------
    value : object
        The value of the line.
    """
    if isinstance(value, Plan):
        bare_generator(value)  # it has been told here; no second warning when it is thrown away
        return "This is a plan; it was not run. To run it: RE(_)"
    if isinstance(value, GeneratorType):
        return "If this is a plan: it was not run. To run it: RE(_)"
    return ""
