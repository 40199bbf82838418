"""Old scans made new: ``again``, ``extend``, ``goto_scan``, ``diff``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    Flag,
    Metadata,
    Names,
    axes_of,
    command,
    nearest_hint,
    position_of,
    precision_of,
    split_words,
    tolerance_of,
    units_of,
)
from bsh.commands.argument_types import NumberType
from bsh.commands.columns import align, format_value
from bsh.commands.reports import Report, Text
from bsh.errors import CommandError
from bsh.session.scanned_line import ScannedLine, stored_run
from bsh_magics.asking import confirmed
from bsh_magics.motion import move_axes

__all__ = ["COMMANDS", "again", "diff", "extend", "goto_scan"]

Reference = Annotated[int, NumberType(whole=True)]

OWN_KEYS = frozenset(
    {
        "uid",
        "time",
        "scan_id",
        "command",
        "versions",
        "plan_args",
        "hints",
        "plan_pattern_args",
        "axes_before",
        "positions_before",
    }
)
"""Keys of start documents that differ anyway, or that say nothing to people."""


@command(group="library", examples=["again", "again 142", "again 142 seconds=0.5"])
def again(session: CommandSession, scan: Reference = -1, changes: Metadata = None) -> None:
    """Do a scan again: the last one, or the line of a scan by its number.

    key=value changes what its usage calls so (intervals=40 seconds=0.5 motor=tth); other keys go into the metadata.
    """
    from bsh.session import evaluate

    run = stored_run(session, scan)
    line = run.summary.command
    if not line:
        raise CommandError(
            f"scan {run.summary.scan_id} ({run.summary.plan_name}) was not made by a typed line",
            hint="only lines can be done again",
        )
    if line.split()[0] == "again":
        raise CommandError(f"scan {run.summary.scan_id} was made by {line}", hint="name the scan it repeated")
    line = _changed(session, line, changes or {})
    session.show(Text(f"again: {line}"))
    evaluate(line, session.namespace, session.registry)  # type: ignore[arg-type]  # the session's is a dict


def _changed(session: CommandSession, line: str, changes: Mapping[str, Any]) -> str:
    """Return a line with some of its arguments changed."""
    if not changes:
        return line
    name, _, rest = line.partition(" ")
    command_of_line = session.registry[name]
    words = split_words(rest, command_of_line.syntax)
    if any(word.option for word in words):
        raise CommandError(f"again: a line with options cannot be changed: {line}", hint="type it anew")
    typed = [word.typed for word in words]
    places = [place for place, word in enumerate(words) if word.keyword is None]
    names = [parameter.name for parameter in command_of_line.positional]
    for key, value in changes.items():
        text = value if isinstance(value, str) and value in session.devices else repr(value)
        if key in names and names.index(key) < len(places):
            typed[places[names.index(key)]] = text
        else:
            typed.append(f"{key}={text}")
    return " ".join([name, *typed])


@command(
    kind="plan", group="library", examples=["extend 10", "extend -10"], generator="bsh.plans.spec.anscan"
)
def extend(
    session: CommandSession, number: Reference, seconds: Annotated[float | None, NumberType()] = None
) -> Any:
    """Take more points after the last scan, in the same steps.

    A negative number takes them before its start. They are a scan of their own, which names the one that it extends. The counting time is the same unless given.
    """
    from bsh.plans import spec

    line = ScannedLine(session)
    if not number or len(line.points) < 2:
        raise CommandError(
            f"extend: {line.label} has {len(line.points)} points, {number} more cannot be placed",
            hint="extend 10 adds ten points after the end",
        )
    axes: list[Any] = []
    for name in line.axes:
        along = line.values(name)
        step = (along[-1] - along[0]) / (len(along) - 1)
        first, away = (along[-1], step) if number > 0 else (along[0], -step)
        device = next(motor for motor, _ in line.targets(along[0]) if motor.name == name)
        axes.append((device, round(first + away, 10), round(first + abs(number) * away, 10)))
    devices = _counters_of(session, line)
    counting = line.start.get("count_time") if seconds is None else seconds
    md = {"extends": line.uid, "extends_scan_id": line.scan_id}
    times = session.profile.count_time
    if abs(number) == 1:
        if len(axes) > 1:
            raise CommandError("extend: one point of several motors makes no line", hint="extend 2 or more")
        return spec.pointscan(devices, axes[0][0], [axes[0][1]], counting, count_time=times, md=md)
    flat = [part for axis in axes for part in axis]
    return spec.anscan(devices, *flat, abs(number) - 1, counting, count_time=times, md=md)


def _counters_of(session: CommandSession, line: ScannedLine) -> list[Any]:
    names = [str(name) for name in line.start.get("detectors") or ()]
    found = [session.devices.get(name) for name in names]
    missing = [name for name, device in zip(names, found) if device is None]
    if missing:
        raise CommandError(
            f"extend: {line.label} counted with {', '.join(missing)}, which is not there any more"
        )
    return [device for device in found if device is not None]


@command(
    group="library",
    examples=["goto_scan -1", "goto_scan 142 {motor}", "goto_scan -p 142"],
    interrupt="stop",
)
def goto_scan(
    session: CommandSession,
    scan: Reference,
    motors: Names = (),
    preview: Annotated[bool, Flag("-p", "--preview")] = False,
    yes: Annotated[bool, Flag("-y", "--yes")] = False,
) -> Report:
    """Bring motors back to where they were before a scan.

    The scanned ones and the baseline of the profile, or those named, which may be any. What will be done is shown; at a
    prompt it is asked for, unless -y is given. -p only shows it.
    """
    run = stored_run(session, scan)
    then = _positions(run, everything=bool(motors))
    axes = {axis.name: axis for _, axis in axes_of(session.devices)}
    for name in motors:
        if name not in then:
            hint = (
                nearest_hint(name, then)
                or f"recorded: {' '.join(sorted(set(then) & set(axes))) or 'nothing'}"
            )
            raise CommandError(f"goto_scan: scan {run.summary.scan_id} has no position of {name}", hint=hint)
    targets = [
        (axis, float(then[name]))
        for name, axis in axes.items()
        if name in then and (not motors or name in motors) and _is_elsewhere(axis, then[name])
    ]
    if not targets:
        return Text(f"all motors are where they were before scan {run.summary.scan_id}")
    shown = [
        f"{axis.name}: {format_value(position_of(axis), precision_of(axis))} →"
        f" {format_value(target, precision_of(axis))} {units_of(axis)}".rstrip()
        for axis, target in targets
    ]
    if preview:
        return Text("\n".join(shown))
    session.show(Text("\n".join([f"back to scan {run.summary.scan_id}:", *shown])))
    if not yes and not confirmed(session, "goto_scan?"):
        return Text("nothing was moved")
    return move_axes(session, "goto_scan", targets, {targets[0][0].name: "undo goes back"})


def _is_elsewhere(axis: Any, target: Any) -> bool:
    if hasattr(type(axis), "offline_error"):
        raise axis.offline_error()
    if isinstance(target, bool) or not isinstance(target, int | float):
        return False
    return abs(float(position_of(axis)) - target) > tolerance_of(axis)


def _positions(run: Any, *, everything: bool) -> dict[str, Any]:
    """Return where things were before the first point: the baseline, and the axes that the scan moved.

    With `everything` the other axes of the session, too.
    """
    found: dict[str, Any] = {}
    before = dict(run.start.get("axes_before") or {})
    baseline: set[str] = set()
    for kind, doc in run.documents():
        if kind == "descriptor" and doc.get("name") == "baseline":
            baseline.add(doc["uid"])
        elif kind == "event" and doc["descriptor"] in baseline:
            found |= doc["data"]
            break
    return {**(run.start.get("positions_before") or {} if everything else {}), **found, **before}


@command(group="library", examples=["diff 141 142", "diff -2 -1"])
def diff(session: CommandSession, first: Reference, second: Reference = -1) -> Text:
    """Show what differs between two scans: positions, readings, metadata."""
    runs = [stored_run(session, ref) for ref in (first, second)]
    heads = [f"#{run.summary.scan_id}" for run in runs]
    rows = [["", *heads], ["line", *(run.summary.command or run.summary.plan_name for run in runs)]]
    rows += _differences([_positions(run, everything=True) for run in runs], session)
    starts = [{key: value for key, value in run.start.items() if key not in OWN_KEYS} for run in runs]
    rows += _differences(starts, session)
    if len(rows) == 2 and rows[1][1] == rows[1][2]:
        return Text(f"{heads[0]} and {heads[1]} are the same line, with the same values recorded")
    return Text("\n".join(align(rows, left=(0, 1, 2))))


def _differences(values: Sequence[Mapping[str, Any]], session: CommandSession) -> list[list[str]]:
    one, other = values
    axes = {axis.name: axis for _, axis in axes_of(session.devices)}
    rows = []
    for key in dict.fromkeys([*one, *other]):
        pair = [one.get(key), other.get(key)]
        if not _is_same(pair[0], pair[1], axes.get(key)):
            digits = precision_of(axes[key]) if key in axes else None
            rows.append([key, *(_shown(value, digits) for value in pair)])
    return rows


def _is_same(one: Any, other: Any, axis: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= (tolerance_of(axis) if axis is not None else 1e-9 * abs(one))
    return bool(one == other)


def _shown(value: Any, digits: int | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return format_value(value, digits) if digits is not None else f"{value:.6g}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


COMMANDS = [again, extend, goto_scan, diff]
