"""The flat arguments of scans, ``motor, start, stop, motor, start, stop...``, taken apart and checked.

Knows what people write; messages of errors say what was expected and show what came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from math import isfinite
from typing import Any, NamedTuple

from bsh.devices.traversal import is_movable

__all__ = [
    "GridAxis",
    "OuterProductArgsPattern",
    "check_num",
    "check_number",
    "chunk_outer_product_args",
    "classify_outer_product_args_pattern",
    "name_or_repr",
    "partition",
]


def partition(n: int, args: Sequence[Any], wanted: str) -> list[tuple[Any, ...]]:
    """Cut flat arguments into groups.

    Parameters
    ----------
    n : int
        Length of a group.
    args : sequence
        The flat arguments.
    wanted : str
        The pattern in words, for the error: ``"motor, start, stop"``.

    Raises
    ------
    ValueError
        Something is left over.
    """
    if len(args) % n:
        raise ValueError(f"expected groups of {n} arguments ({wanted}), but got {len(args)}: {_shown(args)}")
    return [tuple(args[start : start + n]) for start in range(0, len(args), n)]


def check_num(num: Any, name: str = "num") -> int:
    """Return a number of points as an int.

    Parameters
    ----------
    num : object
        2 and 2.0 are whole, 2.5 and ``"2"`` are not.
    name : str, optional
        Name of the argument, for the error.

    Raises
    ------
    ValueError
        It is not a whole number, or less than 1.
    """
    try:
        whole = int(num)
        is_whole = not isinstance(num, str) and whole == num
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole:
        raise ValueError(
            f"{name} is the number of points, not a step size: it must be a whole number, got {num!r}"
        )
    if whole < 1:
        raise ValueError(f"{name} is the number of points: it must be 1 or more, got {num!r}")
    return whole


def check_number(value: Any, name: str) -> float:
    """Return a finite number as it was given.

    Parameters
    ----------
    value : object
        A position, a distance, a step.
    name : str
        Name of the argument, for the error: ``"start of th"``.

    Raises
    ------
    ValueError
        It is not a number, or NaN or infinite.
    """
    try:
        is_number = not isinstance(value, str) and isfinite(value)
    except (TypeError, ValueError, OverflowError):
        is_number = False
    if not is_number:
        raise ValueError(f"{name} must be a finite number, got {name_or_repr(value)}")
    return value  # type: ignore[no-any-return]  # isfinite() has taken it for a number


def name_or_repr(value: Any) -> str:
    """Return a value as an error shows it: a device by its name.

    Parameters
    ----------
    value : object
        Any argument of a plan.
    """
    return str(getattr(value, "name", None) or repr(value))


class GridAxis(NamedTuple):
    """One axis of a grid.

    Parameters
    ----------
    motor : device
        The axis.
    start, stop : float
        First and last position, in the axis's own units.
    num : int
        Number of positions.
    snake : bool
        Whether it runs forth and back, instead of always forth.
    """

    motor: Any
    start: Any
    stop: Any
    num: int
    snake: bool


class OuterProductArgsPattern(Enum):
    """The two ways to write the axes of a grid."""

    PATTERN_1 = 1
    """``motor, start, stop, num`` for each axis."""

    PATTERN_2 = 2
    """The same, with a snake flag after each axis but the first."""


def classify_outer_product_args_pattern(args: Sequence[Any]) -> OuterProductArgsPattern:
    """Tell in which of the two ways the axes of a grid are written.

    Parameters
    ----------
    args : sequence
        Flat arguments.

    Raises
    ------
    ValueError
        They fit neither.
    """
    args = list(args)
    if _has_motors_only_at_starts(args, 4):
        return OuterProductArgsPattern.PATTERN_1
    # One flag fewer than axes: pad the first axis with its missing flag, then every group is 5 long.
    if len(args) > 4 and _has_motors_only_at_starts([*args[:4], False, *args[4:]], 5):
        return OuterProductArgsPattern.PATTERN_2
    raise ValueError(
        "the axes of a grid are written as motor, start, stop, num for each axis "
        f"(the first is the slowest), with snake_axes=True or a list of motors; got {_shown(args)}"
    )


def _has_motors_only_at_starts(args: Sequence[Any], width: int) -> bool:
    if not args or len(args) % width:
        return False
    return all(is_movable(arg) == (index % width == 0) for index, arg in enumerate(args))


def chunk_outer_product_args(
    args: Sequence[Any], pattern: OuterProductArgsPattern | None = None
) -> list[GridAxis]:
    """Cut the flat arguments of a grid into axes, the slowest first.

    Parameters
    ----------
    args : sequence
        Flat arguments, in one of the two patterns.
    pattern : OuterProductArgsPattern, optional
        Which of them; found out if not given.

    Returns
    -------
    list of GridAxis
        With ``snake`` False where no flag was given.
    """
    args = list(args)
    found = classify_outer_product_args_pattern(args)
    if pattern is not None and pattern is not found:
        raise ValueError(f"the arguments of the grid do not follow {pattern.name}: {_shown(args)}")
    width = 4
    if found is OuterProductArgsPattern.PATTERN_2:
        args, width = [*args[:4], False, *args[4:]], 5
    axes = []
    for start in range(0, len(args), width):
        motor, first, last, num, *snake = args[start : start + width]
        axes.append(
            GridAxis(
                motor, first, last, check_num(num, f"num of {name_or_repr(motor)}"), bool(snake and snake[0])
            )
        )
    return axes


def _shown(args: Iterable[Any]) -> str:
    return ", ".join(map(name_or_repr, args)) or "nothing"
