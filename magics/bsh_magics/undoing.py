"""Taking moves back: ``moves``, ``undo``, ``redo``.

One typed line is one step. What is about to be done is shown first, and checked against the limits as a whole
before anything moves.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
    axis_named,
    command,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.argument_types import NumberType
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import CommandError, DeviceError
from bsh_magics.asking import confirmed
from bsh_magics.settings import change_limits, follow, redefine

if TYPE_CHECKING:
    from bsh.session import Change, Step

__all__ = ["COMMANDS", "moves", "redo", "undo"]

Steps = Annotated[int, NumberType(whole=True, minimum=1)]
Preview = Annotated[bool, Flag("-p", "--preview")]
Yes = Annotated[bool, Flag("-y", "--yes")]


@command(group="undo", examples=["moves", "moves 5"])
def moves(session: CommandSession, number: Steps = 20) -> Report:
    """List what was moved and set, the newest at the bottom.

    Steps that were taken back are marked; redo does them again.
    """
    steps = list(reversed(session.journal.steps(number)))
    if not steps:
        return Text("nothing was moved yet")
    rows = [["#", "time", "line", "what it did"]]
    for step in steps:
        when = datetime.datetime.fromtimestamp(step.time).astimezone().strftime("%m-%d %H:%M:%S")
        done = ", ".join(_words(session, change) for change in _in_short(step.changes))
        mark = "undone: " if step.undone else ""
        rows.append([str(step.number), when, _first_line(step.line), mark + done])
    return Listing(tuple(align(rows, left=(1, 2, 3))))


@command(group="undo", examples=["undo", "undo 2", "undo -p"])
def undo(session: CommandSession, number: Steps = 1, preview: Preview = False, yes: Yes = False) -> Text:
    """Take the last step back, or the last few: moves, set, set_lm.

    After a scan its motors go back to where they were before it. What will be done is shown; at a prompt it is asked
    for, unless -y is given. -p only shows it.
    """
    return _go(session, session.journal.to_undo(number), "undo", preview, yes)


@command(group="undo", examples=["redo -p"])
def redo(session: CommandSession, number: Steps = 1, preview: Preview = False, yes: Yes = False) -> Text:
    """Do again what was undone; otherwise like undo."""
    return _go(session, session.journal.to_redo(number), "redo", preview, yes)


def _go(session: CommandSession, steps: Sequence[Step], name: str, preview: bool, yes: bool) -> Text:
    if not steps:
        raise CommandError(f"there is nothing to {name}", hint="moves lists what was moved and set")
    if session.state != "idle":
        raise CommandError(f"{name}: not while a scan is {session.state}", hint="resume or stop it first")
    back = name == "undo"
    plan = _shown(session, steps, name)
    if preview:
        return plan
    session.show(plan)
    if not yes and not confirmed(session, f"{name}?"):
        return Text("nothing was moved")
    done = []
    with session.journal.silent():
        for step in steps:
            for action in _actions(session, step, back):
                action.do(session, f"{name} {step.number}")
            session.journal.mark(step, undone=back)
            if back:
                session.recorder.undone(step.line)
            else:
                session.recorder.typed(step.line, worked=True)
            done.append(_first_line(step.line))
    opposite = "redo does it again" if back else "undo takes it back"
    return Text(f"{'undone' if back else 'done again'}: {'; '.join(done)} ({opposite})")


def _shown(session: CommandSession, steps: Sequence[Step], name: str) -> Text:
    """Say what each step will do; each begins where the one before has left its axes."""
    places: dict[str, Any] = {}
    lines = [
        line
        for step in steps
        for line in (
            f"{name}: {_first_line(step.line)}",
            *(f"  {action.words(places)}" for action in _actions(session, step, name == "undo")),
        )
    ]
    return Text("\n".join(lines))


class _Move:
    """Some axes go somewhere together."""

    def __init__(self, targets: dict[str, float], session: CommandSession) -> None:
        self.axes = {name: _axis(session, name) for name in targets}
        self.targets = targets

    def do(self, session: CommandSession, line: str) -> None:
        """Move."""
        from bsh.plan_stubs import mv

        flat = [part for name, axis in self.axes.items() for part in (axis, self.targets[name])]
        session.execute(lambda: mv(*flat), command=line, interrupt="stop")

    def words(self, places: dict[str, Any]) -> str:
        """Say it; places knows where axes will be that are not where they are now, and learns."""
        shown = [
            f"{name}: {_text(axis, places.get(name, position_of(axis)))} → {_text(axis, self.targets[name])}"
            f"{_unit(axis)}"
            for name, axis in self.axes.items()
        ]
        places |= self.targets
        return ", ".join(shown)


class _Redefine:
    """A position gets its old name back."""

    def __init__(self, name: str, shift: float, session: CommandSession) -> None:
        self.axis = _axis(session, name)
        self.shift = shift

    def do(self, session: CommandSession, line: str) -> None:
        """Redefine."""
        redefine(self.axis, float(position_of(self.axis)) + self.shift)
        follow(session, self.axis, self.shift)

    def words(self, places: dict[str, Any]) -> str:
        """Say it; see :meth:`_Move.words`."""
        name = self.axis.name
        places[name] = places.get(name, position_of(self.axis)) + self.shift
        return f"{name}: position counted {self.shift:+g}{_unit(self.axis)}"


class _Limit:
    """An axis gets other limits."""

    def __init__(self, name: str, limits: Sequence[float], session: CommandSession) -> None:
        self.axis = _axis(session, name)
        self.limits = limits

    def do(self, session: CommandSession, line: str) -> None:
        """Change the limits."""
        change_limits(session, self.axis, *self.limits)

    def words(self, places: dict[str, Any]) -> str:
        """Say it."""
        return f"{self.axis.name}: limits {_span(self.limits)}{_unit(self.axis)}"


def _actions(session: CommandSession, step: Step, back: bool) -> Iterator[Any]:
    """Yield what takes a step back, or does it again; moves that follow each other become one."""
    gathered: dict[str, float] = {}
    for change in reversed(step.changes) if back else step.changes:
        if change.kind == "move":
            target = change.before if back else change.after
            if target is not None:
                gathered[change.name] = target
            continue
        if gathered:
            yield _Move(gathered, session)
            gathered = {}
        if change.kind == "set":
            shift = change.after - change.before
            yield _Redefine(change.name, -shift if back else shift, session)
        else:
            yield _Limit(change.name, change.before if back else change.after, session)
    if gathered:
        yield _Move(gathered, session)


def _axis(session: CommandSession, name: str) -> Any:
    axis = axis_named(name, session.devices)
    if axis is None:
        raise DeviceError(f"{name} is not there any more", hint="lsdev lists the devices")
    if hasattr(type(axis), "offline_error"):
        raise axis.offline_error()
    return axis


def _in_short(changes: Sequence[Change]) -> list[Change]:
    """Return the changes, with the moves of one axis put together."""
    from dataclasses import replace

    short: dict[Any, Change] = {}
    for place, change in enumerate(changes):
        key = change.name if change.kind == "move" else place
        short[key] = replace(short[key], after=change.after) if key in short else change
    return list(short.values())


def _words(session: CommandSession, change: Change) -> str:
    axis = axis_named(change.name, session.devices)
    if change.kind == "limits":
        return f"{change.name} limits {_span(change.before)} → {_span(change.after)}"
    after = "?" if change.after is None else _text(axis, change.after)
    verb = "reset " if change.kind == "set" else ""
    return f"{change.name} {verb}{_text(axis, change.before)} → {after}{_unit(axis)}"


def _span(limits: Sequence[float]) -> str:
    low, high = limits
    return f"{low:g} to {high:g}" if low < high else "of the device"


def _first_line(line: str) -> str:
    first, _, more = line.strip().partition("\n")
    return first + (" ..." if more else "")


def _text(axis: Any, value: Any) -> str:
    return format_value(value, 4 if axis is None else precision_of(axis))


def _unit(axis: Any) -> str:
    units = "" if axis is None else units_of(axis)
    return f" {units}" if units else ""


COMMANDS = [moves, undo, redo]
