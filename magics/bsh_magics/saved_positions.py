"""Positions with a name: ``pos``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
    Names,
    axes_of,
    command,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import DeviceError, UsageError
from bsh_magics.asking import confirmed
from bsh_magics.motion import move_axes

__all__ = ["COMMANDS", "pos"]


@command(group="move", examples=["pos", "pos save mounted {motor} {motor2}"], interrupt="stop")
def pos(
    session: CommandSession,
    words: Names = (),
    preview: Annotated[bool, Flag("-p", "--preview")] = False,
    yes: Annotated[bool, Flag("-y", "--yes")] = False,
) -> Report:
    """List saved positions, go to one (pos NAME), save where motors are (pos save NAME motors), forget one (pos rm NAME).

    Without motors all that have a number are saved. What will move is shown; at a prompt it is asked for, unless -y is
    given. -p only shows it.
    """
    first, *rest = words or ("",)
    if not first:
        return _listing(session)
    if first == "save":
        return _save(session, rest)
    if first == "rm":
        if len(rest) != 1:
            raise UsageError("pos rm: one name is wanted", hint="pos rm NAME")
        session.positions.remove(rest[0])
        return Text(f"{rest[0]} is forgotten")
    if rest:
        raise UsageError(
            f"pos: {' '.join(words)} is not understood", hint="pos NAME, pos save NAME motors, pos rm NAME"
        )
    return _go(session, first, preview, yes)


def _listing(session: CommandSession) -> Report:
    axes = {axis.name: axis for _, axis in axes_of(session.devices)}
    rows = [["name", "saved", "positions"]]
    for name, one in session.positions.all().items():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one["time"]))
        shown = [_at(axes.get(axis), axis, place) for axis, place in one["axes"].items()]
        rows.append([name, when, "  ".join(shown)])
    if len(rows) == 1:
        return Text("no positions are saved: pos save NAME motors")
    return Listing(tuple(align(rows, left=(0, 1, 2))))


def _save(session: CommandSession, words: Sequence[str]) -> Text:
    if not words:
        raise UsageError("pos save: a name is wanted", hint="pos save NAME motors")
    name, *motors = words
    if name in ("save", "rm"):
        raise UsageError(f"pos save: {name} is a word of the command", hint="take another name")
    axes = {
        axis.name: axis for _, axis in axes_of(session.devices) if not hasattr(type(axis), "offline_error")
    }
    for motor in motors:
        if motor not in axes:
            raise UsageError(f"pos save: unknown motor {motor}", hint=f"motors: {', '.join(axes)}")
    places: dict[str, float] = {}
    for axis_name, axis in axes.items():
        place = position_of(axis) if not motors or axis_name in motors else None
        if isinstance(place, int | float) and not isinstance(place, bool):
            places[axis_name] = float(place)
    others = session.positions.save(name, places)
    shown = "  ".join(_at(axes[axis], axis, place) for axis, place in places.items())
    return Text(f"{name}: {shown}" + ("; the old positions of that name are gone" if others else ""))


def _go(session: CommandSession, name: str, preview: bool, yes: bool) -> Report:
    axes = {axis.name: axis for _, axis in axes_of(session.devices)}
    targets: list[tuple[Any, float]] = []
    for axis_name, place in session.positions.of(name).items():
        if axis_name not in axes:
            raise DeviceError(f"pos: {axis_name} is not there any more", hint="lsdev lists the devices")
        targets.append((axes[axis_name], place))
    lines = [
        f"{axis.name}: {format_value(position_of(axis), precision_of(axis))} → {_place(axis, place)}"
        for axis, place in targets
    ]
    if preview:
        return Text("\n".join(lines))
    session.show(Text("\n".join([f"to {name}:", *lines])))
    if not yes and not confirmed(session, f"pos {name}?"):
        return Text("nothing was moved")
    return move_axes(session, "pos", targets, {targets[0][0].name: "undo goes back"})


def _at(axis: Any, name: str, place: float) -> str:
    return f"{name} {_place(axis, place)}"


def _place(axis: Any, place: float) -> str:
    units = "" if axis is None else units_of(axis)
    return f"{format_value(place, 4 if axis is None else precision_of(axis))} {units}".rstrip()


COMMANDS = [pos]
