"""What a position is called, and how far an axis may go: ``set`` and ``set_lm``.

Both are kept in the journal, so that ``undo`` takes them back.
"""

from __future__ import annotations

import time
from typing import Any

from bsh.commands import (
    CommandSession,
    Motor,
    Number,
    command,
    limits_of,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.columns import format_value
from bsh.commands.reports import Text
from bsh.errors import CommandError
from bsh.session import Change

__all__ = ["COMMANDS", "change_limits", "redefine", "set_lm", "set_position"]


@command("set", group="move", aliases=["set_pos"], examples=["set {motor} 0"])
def set_position(session: CommandSession, motor: Motor, position: Number) -> Text:
    """Call the present position of a motor by another number.

    Nothing moves; offset and limits follow. From Python it is set_pos(motor, 0), since set is Python's own.
    """
    _refuse_unless_idle(session, "set")
    session.locks.refuse(motor)
    before, after = redefine(motor, position)
    session.journal.record([Change("set", motor.name, before, after)], f"set {motor.name} {position:g}")
    text = (
        f"{time.ctime()}.  {motor.name} reset from {_text(motor, before)} to {_text(motor, after)}"
        f"{_unit(motor)}."
    )
    session.journal.note(text, None)
    limits = limits_of(motor)
    more = [f"limits now {_text(motor, limits[0])} to {_text(motor, limits[1])}"] if limits else []
    return Text("\n".join([text, "; ".join([*more, "undo takes it back"])]))


@command(group="move", examples=["set_lm {motor} -90 90"])
def set_lm(session: CommandSession, motor: Motor, low: Number, high: Number) -> Text:
    """Set the limits of a motor, in either order."""
    _refuse_unless_idle(session, "set_lm")
    session.locks.refuse(motor)
    low, high = min(low, high), max(low, high)
    if low == high:
        raise CommandError("set_lm: the limits are equal", hint="give the lowest and the highest position")
    before = limits_of(motor)
    change_limits(motor, low, high)
    session.journal.record(
        [Change("limits", motor.name, list(before or (0.0, 0.0)), [low, high])],
        f"set_lm {motor.name} {low:g} {high:g}",
    )
    was = f"{_text(motor, before[0])} to {_text(motor, before[1])}" if before else "none"
    lines = [
        f"{time.ctime()}.  {motor.name} limits reset from {was} to {_text(motor, low)} to"
        f" {_text(motor, high)}{_unit(motor)}."
    ]
    position = position_of(motor)
    if isinstance(position, int | float) and not low <= position <= high:
        lines.append(f"{motor.name} is outside of them now, at {_text(motor, position)}{_unit(motor)}")
    return Text("\n".join([*lines, "undo takes it back"]))


def redefine(motor: Any, position: float) -> tuple[float, float]:
    """Call the present position of a motor by another number; return the old and the new one.

    Parameters
    ----------
    motor : device
        With ``set_current_position``, as ophyd's motors have it.
    position : float
        In the motor's own units.

    Raises
    ------
    CommandError
        It cannot do that.
    """
    change = getattr(motor, "set_current_position", None)
    if change is None:
        raise CommandError(
            f"set: the position of {motor.name} cannot be redefined", hint=f"mv {motor.name} ... moves it"
        )
    before = float(position_of(motor))
    change(float(position))
    return before, float(position)


def change_limits(motor: Any, low: float, high: float) -> None:
    """Give a motor other soft limits.

    Parameters
    ----------
    motor : device
        With ``set_lim`` or limit signals, as ophyd's motors have them, or with ``limits`` that can be set.
    low, high : float
        In the motor's own units; both 0 for none.

    Raises
    ------
    CommandError
        It cannot do that.
    """
    if callable(getattr(motor, "set_lim", None)):
        motor.set_lim(low, high)
        return
    signals = [getattr(motor, name, None) for name in ("low_limit_travel", "high_limit_travel")]
    if all(hasattr(signal, "put") for signal in signals):
        for signal, value in zip(signals, (low, high)):
            signal.put(value)  # type: ignore[union-attr]  # just looked at
        return
    settable = getattr(type(motor), "limits", None)
    if not isinstance(settable, property) or settable.fset is None:
        raise CommandError(f"set_lm: the limits of {motor.name} cannot be changed from here")
    motor.limits = (low, high)


def _refuse_unless_idle(session: CommandSession, name: str) -> None:
    if session.state != "idle":
        raise CommandError(f"{name}: not while a scan is {session.state}", hint="resume or stop it first")


def _text(motor: Any, value: float) -> str:
    return format_value(value, precision_of(motor))


def _unit(motor: Any) -> str:
    units = units_of(motor)
    return f" {units}" if units else ""


COMMANDS = [set_position, set_lm]
