"""Where a plan said it would go along one axis, so that a plot can show the whole way from the first point on.

Owns how start documents describe trajectories over one axis. It must not know figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from bsh.protocols import Document

__all__ = ["PlannedRange"]

RELATIVE_PLANS = re.compile(r"rel(ative)?_|d\d?scan$|dmesh$|lup$")
"""Names of plans whose start documents give the way from where the axis stood, not from zero."""

VALUES_A_MOTOR = {"inner_product": 2, "outer_product": 3}
"""Numbers after each motor among the arguments of a pattern."""


@dataclass(frozen=True)
class PlannedRange:
    """Where an axis begins, and the ends of its range.

    Attributes
    ----------
    first, low, high : float
        In the units of the axis.
    is_relative : bool
        Whether all three count from where the axis stood before the plan.

    Examples
    --------
    >>> args = {"num": 3, "args": ["SimMotor('th')", 1, -1]}
    >>> start = {"plan_name": "rel_scan", "plan_pattern": "inner_product", "plan_pattern_args": args,
    ...          "motors": ["th"]}
    >>> planned = PlannedRange.of_run(start, "th")
    >>> planned.around(6.0)
    (4.0, 6.0)
    """

    first: float
    low: float
    high: float
    is_relative: bool = False

    @classmethod
    def of_run(cls, start: Document, axis: str) -> PlannedRange | None:
        """Return what the start document says of an axis, or None if that is not enough.

        Parameters
        ----------
        start : dict
            Start document.
        axis : str
            Data key of the axis.
        """
        try:
            values = [float(value) for value in _planned_values(start, axis)]
        except (TypeError, ValueError, KeyError, IndexError, OverflowError):
            return None  # a plan of somebody else's may put anything there
        if not values or not all(map(isfinite, values)) or min(values) == max(values):
            return None
        is_relative = RELATIVE_PLANS.match(str(start.get("plan_name", ""))) is not None
        return cls(values[0], min(values), max(values), is_relative)

    def around(self, first: float) -> tuple[float, float]:
        """Return the ends of the range of a run whose first point lies here.

        Parameters
        ----------
        first : float
            Position of the first point.
        """
        shift = first - self.first if self.is_relative and isfinite(first) else 0.0
        return (self.low + shift, self.high + shift)


def _planned_values(start: Document, axis: str) -> Sequence[Any]:
    """Return positions along the axis, the first one first, with both ends among them."""
    pattern, arguments = start.get("plan_pattern"), start.get("plan_pattern_args") or {}
    if pattern == "logspace":
        return [10.0 ** arguments["start"], 10.0 ** arguments["stop"]]
    place = list(start.get("motors") or ()).index(axis)
    if pattern in VALUES_A_MOTOR:
        begin = place * (1 + VALUES_A_MOTOR[pattern]) + 1
        ends: Sequence[Any] = arguments["args"][begin : begin + 2]
        return ends
    if pattern == "inner_list_product":
        positions: Sequence[Any] = arguments["args"][2 * place + 1]
        return positions
    return ()
