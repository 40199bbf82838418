"""The decorators of relative moves and of going back."""

from __future__ import annotations

from bsh.plan_patterns.relative import relative_set_wrapper, reset_positions_wrapper
from bsh.preprocessors.decorators import make_decorator

__all__ = [
    "relative_set_decorator",
    "relative_set_wrapper",
    "reset_positions_decorator",
    "reset_positions_wrapper",
]

relative_set_decorator = make_decorator(relative_set_wrapper)
reset_positions_decorator = make_decorator(reset_positions_wrapper)
