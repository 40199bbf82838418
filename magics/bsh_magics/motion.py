"""Moving: ``mv`` and ``mvr``, ``mvd`` and ``mvdr`` in dial positions.

A move is checked as a whole before anything moves, is stopped at once by Ctrl+C, and ends with a line that
says what moved from where to where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from bsh.commands import (
    CommandSession,
    Pairs,
    command,
    position_of,
    precision_of,
    setpoint_of,
    tolerance_of,
    units_of,
)
from bsh.commands.reports import AxisMove, MoveSummary, Text
from bsh.errors import CommandError, RunEngineInterrupted
from bsh_magics.positions import offset_of

__all__ = ["COMMANDS", "move_axes", "mv", "mvd", "mvdr", "mvr"]

Targets = Sequence[tuple[Any, Any]]

SLOWING_S = 1.0
"""How long an axis that was stopped may take to come to rest before its place is told, in seconds."""


@command(
    aliases=["umv", "mov"],
    group="move",
    examples=["mv {motor} 1.5", "mv {motor} 1.5 {motor2} -3"],
    interrupt="stop",
    generator="bsh.plan_stubs.mv",
)
def mv(session: CommandSession, moves: Pairs) -> MoveSummary:
    """Move motors to positions and wait.

    They move at the same time. Nothing moves when one of the positions is out of limits.
    """
    _refuse_twice("mv", moves)
    return move_axes(session, "mv", moves, {})


@command(
    aliases=["umvr", "movr"],
    group="move",
    examples=["mvr {motor} 0.1", "mvr {motor} 0.1 {motor2} -0.2"],
    interrupt="stop",
    generator="bsh.plan_stubs.mvr",
)
def mvr(session: CommandSession, moves: Pairs) -> MoveSummary:
    """Move motors by distances and wait.

    The distance counts from where the motor was sent last, so that repeated moves do not drift; from where
    it is, and this is said, when it is not at rest there.
    """
    return _relative(session, "mvr", moves)


@command(group="move", examples=["mvd {motor} 1.5"], interrupt="stop", generator="bsh.plan_stubs.mv")
def mvd(session: CommandSession, moves: Pairs) -> MoveSummary:
    """Move motors to dial positions and wait; otherwise like mv.

    For motors that have an offset between dial and user positions. What is told are user positions.
    """
    _refuse_twice("mvd", moves)
    targets = [(motor, _user_position(motor, dial, "mvd")) for motor, dial in moves]
    return move_axes(session, "mv", targets, {})


@command(group="move", examples=["mvdr {motor} 0.1"], interrupt="stop", generator="bsh.plan_stubs.mvr")
def mvdr(session: CommandSession, moves: Pairs) -> MoveSummary:
    """Move motors by distances in dial direction and wait; otherwise like mvr."""
    return _relative(session, "mvdr", [(motor, _dial(motor, "mvdr")[1] * step) for motor, step in moves])


def _user_position(motor: Any, dial: float, name: str) -> float:
    offset, direction = _dial(motor, name)
    return offset + direction * dial


def _dial(motor: Any, name: str) -> tuple[float, int]:
    offset, direction = offset_of(motor)
    if offset is None:
        raise CommandError(f"{name}: {motor.name} has no dial", hint=f"mv {motor.name} moves it")
    return offset, direction


def _relative(session: CommandSession, name: str, moves: Targets) -> MoveSummary:
    _refuse_twice(name, moves)
    targets: list[tuple[Any, Any]] = []
    notes: dict[str, str] = {}
    for motor, distance in moves:
        start, note = _origin(motor)
        if isinstance(start, str) or isinstance(distance, str):
            raise CommandError(
                f"{name}: {motor.name} has no number as its position", hint=f"use mv {motor.name} ..."
            )
        targets.append((motor, start + distance))
        if note:
            notes[motor.name] = note
    return move_axes(session, "mvr" if name == "mvr" else "mv", targets, notes)


def _refuse_twice(name: str, moves: Targets) -> None:
    seen: set[int] = set()
    for motor, _ in moves:
        if id(motor) in seen:
            raise CommandError(f"{name}: {motor.name} is given twice", hint="give each motor one position")
        seen.add(id(motor))


def _origin(motor: Any) -> tuple[Any, str]:
    """Return where a distance counts from, and a note when that is the readback."""
    position = position_of(motor)
    setpoint = setpoint_of(motor)
    if setpoint is None or isinstance(position, str):
        return position, ""
    if not getattr(motor, "moving", False) and abs(setpoint - position) <= tolerance_of(motor):
        return setpoint, ""
    return position, f"counted from the readback, it was sent to {setpoint:g}"


def move_axes(session: CommandSession, name: str, targets: Targets, notes: Mapping[str, str]) -> MoveSummary:
    """Move axes to their targets and say how it went.

    Parameters
    ----------
    session : CommandSession
        What moves them.
    name : str
        The command, for the record.
    targets : sequence of (device, object)
        Each axis and where it shall go.
    notes : mapping
        For axes by name what is added to their line.
    """
    from bsh.plan_stubs import mv as move

    flat = [part for pair in targets for part in pair]
    starts = [position_of(motor) for motor, _ in targets]
    began = monotonic()

    def summary(interrupted: bool = False) -> MoveSummary:
        moves = tuple(
            _axis_move(motor, start, target, notes.get(motor.name, ""), interrupted)
            for (motor, target), start in zip(targets, starts)
        )
        return MoveSummary(moves, monotonic() - began, interrupted)

    typed = " ".join([name, *(str(getattr(part, "name", part)) for part in flat)])
    try:
        session.execute(lambda: move(*flat), command=typed, interrupt="stop")
    except RunEngineInterrupted:
        if not session.rest.wait(SLOWING_S):  # where it stops is told, not where it was told to
            notes = {motor.name: f"it may be moving still: wm {motor.name}" for motor, _ in targets}
        session.move_summary = summary(interrupted=True)
        session.show(session.move_summary)
        held = _held(session)
        if held:
            session.show(Text(held))
        raise
    session.move_summary = arrived = summary()
    return arrived


def _held(session: CommandSession) -> str:
    """Say which suspenders held the move, and how to move all the same; nothing where none did."""
    reports = [suspender.report() for suspender in session.RE.suspenders if hasattr(suspender, "report")]
    rules = [told.rule for told in reports if told.tripped]
    if not rules:
        return ""
    return (
        f"it was held by {', '.join(rules)}: suspenders tells more, "
        "RE.clear_suspenders() lets everything run without them"
    )


def _axis_move(motor: Any, start: Any, target: Any, note: str, interrupted: bool) -> AxisMove:
    end = position_of(motor)
    missed = (
        not interrupted
        and isinstance(end, int | float)
        and isinstance(target, int | float)
        and abs(end - target) > tolerance_of(motor)
    )
    notes = [note, f"it was asked for {target:g}" if missed else ""]
    return AxisMove(
        motor.name,
        start,
        target,
        end,
        units=units_of(motor),
        precision=precision_of(motor),
        note="; ".join(part for part in notes if part),
    )


COMMANDS = [mv, mvr, mvd, mvdr]
