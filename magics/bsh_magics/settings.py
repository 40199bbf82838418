"""What a position is called, and how far an axis may go: ``set`` and ``set_lm``.

Both are kept in the journal, so that ``undo`` takes them back.
"""

from __future__ import annotations

import time
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
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
from bsh.devices.soft_limits import soft_limits_of
from bsh.errors import CommandError
from bsh.session import Change
from bsh_magics.asking import confirmed
from bsh_magics.positions import offset_of

__all__ = ["COMMANDS", "change_limits", "follow", "redefine", "set_lm", "set_position"]


@command("set", group="move", aliases=["set_pos"], examples=["set {motor} 0"])
def set_position(
    session: CommandSession,
    motor: Motor,
    position: Number,
    yes: Annotated[bool, Flag("-y", "--yes")] = False,
) -> Text:
    """Call the present position of a motor by another number.

    Nothing moves; offset and limits follow. At a prompt it asks first, unless -y is given. From Python it is
    set_pos(motor, 0), since set is Python's own.
    """
    _refuse_unless_idle(session, "set")
    session.locks.refuse(motor)
    is_typed = session.interactive and session.journal.typed.lstrip("% ").startswith(
        "set"
    )  # not by a file of lines
    if is_typed and not yes and can_redefine(motor):
        session.show(Text(_foreseen(motor, float(position))))
        if not confirmed(session, f"set {motor.name}?"):
            return Text("nothing was changed")
    before, after = redefine(motor, position)
    follow(session, motor, after - before)
    session.journal.record([Change("set", motor.name, before, after)], f"set {motor.name} {position:g}")
    text = (
        f"{time.ctime()}.  {motor.name} reset from {_text(motor, before)} to {_text(motor, after)}"
        f"{_unit(motor)}."
    )
    session.journal.note(text, None)
    limits = limits_of(motor)
    more = [f"limits now {_text(motor, limits[0])} to {_text(motor, limits[1])}"] if limits else []
    return Text("\n".join([text, "; ".join([*more, "undo takes it back"])]))


@command(group="move", examples=["set_lm {motor} -90 90", "set_lm {motor} 0 0"])
def set_lm(session: CommandSession, motor: Motor, low: Number, high: Number) -> Text:
    """Set soft limits of a motor, in either order; 0 0 takes them away.

    They hold for everything that is run here, also after a restart, and are never wider than those of the device, which are
    left as they are.
    """
    _refuse_unless_idle(session, "set_lm")
    session.locks.refuse(motor)
    low, high = min(low, high), max(low, high)
    if low == high != 0:
        raise CommandError("set_lm: the limits are equal", hint="give the lowest and the highest position")
    before, soft = limits_of(motor), soft_limits_of(motor)
    change_limits(session, motor, low, high)
    session.journal.record(
        [Change("limits", motor.name, list(soft or (0.0, 0.0)), [low, high])],
        f"set_lm {motor.name} {low:g} {high:g}",
    )
    after = limits_of(motor)
    lines = [
        f"{time.ctime()}.  {motor.name} limits reset from {_span(motor, before)} to {_span(motor, after)}{_unit(motor)}."
    ]
    position = position_of(motor)
    if isinstance(position, int | float) and after is not None and not after[0] <= position <= after[1]:
        lines.append(f"{motor.name} is outside of them now, at {_text(motor, position)}{_unit(motor)}")
    return Text("\n".join([*lines, "undo takes it back"]))


def can_redefine(motor: Any) -> bool:
    """Tell whether the position of a motor can be called by another number."""
    return callable(getattr(motor, "set_current_position", None))


def _foreseen(motor: Any, position: float) -> str:
    """Say what becomes of position, offset and limits."""
    before = float(position_of(motor))
    offset, _ = offset_of(motor)
    shift, limits, unit = position - before, limits_of(motor), _unit(motor)
    parts = [f"{motor.name}: {_text(motor, before)} → {_text(motor, position)}{unit}"]
    if offset is not None:
        parts.append(f"offset {_text(motor, offset)} → {_text(motor, offset + shift)}")
    if limits is not None:
        moved = (limits[0] + shift, limits[1] + shift)
        parts.append(f"limits {_span(motor, limits)} → {_span(motor, moved)}")
    return "; ".join(parts)


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
    if not can_redefine(motor):
        raise CommandError(
            f"set: the position of {motor.name} cannot be redefined", hint=f"mv {motor.name} ... moves it"
        )
    before = float(position_of(motor))
    motor.set_current_position(float(position))
    return before, float(position)


def follow(session: CommandSession, motor: Any, shift: float) -> None:
    """Let what is known of a motor follow, after its position got another number.

    Parameters
    ----------
    session : CommandSession
        Knows its soft limits and where it was left.
    motor : device
        An axis.
    shift : float
        What was added to its positions, in its own units.
    """
    session.soft_limits.shift(motor, shift)
    session.drift.note([motor])


def change_limits(session: CommandSession, motor: Any, low: float, high: float) -> None:
    """Give a motor other soft limits.

    Parameters
    ----------
    session : CommandSession
        Remembers them.
    motor : device
        An axis.
    low, high : float
        In the motor's own units; both 0 for none.

    Raises
    ------
    LimitError
        They are wider than the device's own.
    """
    session.soft_limits.put(motor, (float(low), float(high)) if low < high else None)


def _refuse_unless_idle(session: CommandSession, name: str) -> None:
    if session.state != "idle":
        raise CommandError(f"{name}: not while a scan is {session.state}", hint="resume or stop it first")


def _span(motor: Any, limits: tuple[float, float] | None) -> str:
    return f"{_text(motor, limits[0])} to {_text(motor, limits[1])}" if limits else "none"


def _text(motor: Any, value: float) -> str:
    return format_value(value, precision_of(motor))


def _unit(motor: Any) -> str:
    units = units_of(motor)
    return f" {units}" if units else ""


COMMANDS = [set_position, set_lm]
