"""Notices axes that somebody else moved while a plan was paused."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from bsh.msg import Msg

__all__ = ["moved_since", "positions_of"]


def positions_of(moves: Mapping[Any, Msg]) -> dict[Any, tuple[float, Any]]:
    """Note where axes are, and where their plan last sent them.

    Parameters
    ----------
    moves : mapping of device to Msg
        The last ``set`` message of each axis that is at rest.

    Returns
    -------
    dict
        For each axis with a position that is a number: that, and the target of its move.
    """
    found = {}
    for obj, msg in moves.items():
        position = _position_of(obj)
        if position is not None and msg.args:
            found[obj] = (position, msg.args[0])
    return found


def moved_since(noted: Mapping[Any, tuple[float, Any]]) -> dict[Any, Any]:
    """Return the axes that are elsewhere by now, with the target that their plan had sent them to."""
    moved = {}
    for obj, (position, target) in noted.items():
        now = _position_of(obj)
        if now is not None and abs(now - position) > _tolerance_of(obj, position):
            moved[obj] = target
    return moved


def _position_of(obj: Any) -> float | None:
    try:
        position = obj.position
    except Exception:  # no axis, or not connected just now: nothing can be said of it
        return None
    return float(position) if isinstance(position, Real) else None


def _tolerance_of(obj: Any, position: float) -> float:
    """Return by how much an axis may be off without having been moved, in its units."""
    try:
        tolerance, precision = getattr(obj, "tolerance", None), getattr(obj, "precision", None)
    except Exception:
        tolerance = precision = None
    if isinstance(tolerance, Real):
        return 2.0 * float(tolerance)
    if isinstance(precision, int):
        return 5.0 * 10.0**-precision
    return 1e-6 * max(1.0, abs(position))
