"""Checking what people type after a SPEC scan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bsh.errors import UsageError

__all__ = ["MOST_POINTS", "check_intervals", "check_points", "split_tail"]

MOST_POINTS = 1_000_000
"""What a scan may have; more is a slip of the finger: at 0.1 s each a million points take 28 hours."""


def check_intervals(value: Any) -> int:
    """Return a number of intervals as an int.

    Parameters
    ----------
    value : object
        A whole number, 1 or more.

    Raises
    ------
    UsageError
        It is something else.
    """
    if not _is_whole(value):
        raise UsageError(
            f"the number of intervals must be a whole number, got {value!r}",
            hint="the order is: start, stop, intervals, seconds; 10 intervals are 11 points",
        )
    if value < 1:
        raise UsageError(f"a scan needs at least 1 interval, got {value}")
    check_points(int(value) + 1)
    return int(value)


def check_points(value: Any) -> int:
    """Return a number of points as an int.

    Parameters
    ----------
    value : object
        A whole number, 1 or more, and at most :data:`MOST_POINTS`.

    Raises
    ------
    UsageError
        It is something else.
    """
    if not _is_whole(value) or value < 1:
        raise UsageError(f"the number of points must be a whole number, 1 or more, got {value!r}")
    if value > MOST_POINTS:
        raise UsageError(
            f"a scan of {int(value):,} points is too long, the most is {MOST_POINTS:,}",
            hint="the order is: start, stop, intervals, seconds",
        )
    return int(value)


def _is_whole(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and int(value) == value
    except (TypeError, ValueError, OverflowError):
        return False


def split_tail(args: Sequence[Any], motors: int | None = None) -> tuple[Sequence[Any], Any, Any]:
    """Split the arguments of a line scan into axes, intervals and seconds.

    Parameters
    ----------
    args : sequence
        ``motor, start, stop`` for each motor, then intervals and seconds.
    motors : int, optional
        How many motors there must be.

    Raises
    ------
    UsageError
        There are too few or too many arguments.
    """
    if len(args) < 5 or len(args) % 3 != 2 or (motors is not None and len(args) != 3 * motors + 2):
        whose = "each motor" if motors is None else f"each of {motors} motors"
        raise UsageError(
            f"expected motor, start, stop for {whose}, then intervals and seconds; got {len(args)} arguments"
        )
    return args[:-2], args[-2], args[-1]
