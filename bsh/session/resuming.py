"""Going on with a scan that was broken off, as a new run.

Owns which scans that is possible for, what is left of them, and the check that the line means today what it
meant then. Which points are left out of the plan is the business of
:func:`bsh.preprocessors.continuing_wrapper`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bsh.commands import Registry
from bsh.errors import CommandError, RunNotFound
from bsh.store.summary import RUNNING

from .lines import evaluate

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Remainder", "remainder", "resume_scan"]

RESUMABLE = frozenset(
    {
        "ascan", "a2scan", "a3scan", "a4scan", "a5scan", "dscan", "d2scan", "d3scan", "d4scan", "d5scan",
        "dmesh", "loopscan", "lup", "mesh", "pointscan", "th2th", "timescan",
    }
)  # fmt: skip
"""Plans whose points are known from the line alone."""

_SAME = ("plan_name", "motors", "detectors", "count_time", "shape", "extents", "snaking")
"""Keys of the start document by which a line is known to mean the same scan."""


@dataclass(frozen=True)
class Remainder:
    """What is left of a scan.

    Parameters
    ----------
    scan_id : int or None
        Its number.
    uid : str
        Its run.
    line : str
        The command as typed.
    done : int
        How many points of the whole there are, in it and in the scans that it went on with.
    total : int or None
        How many there should be; None for a scan without end.
    start : dict
        Its start document.
    """

    scan_id: int | None
    uid: str
    line: str
    done: int
    total: int | None
    start: Mapping[str, Any] = field(repr=False)

    @property
    def place(self) -> str:
        """How far it has come, such as ``37/101``."""
        return str(self.done) if self.total is None else f"{self.done}/{self.total}"

    def metadata(self, planned: Mapping[str, Any]) -> dict[str, Any]:
        """Return the metadata of the run that takes what is left.

        Parameters
        ----------
        planned : mapping
            The metadata of the whole, as the plan gives them today.

        Raises
        ------
        CommandError
            The line means another scan today.
        """
        differences = list(_differences(self.start, planned, self.total))
        if differences:
            raise CommandError(
                f"scan {self.scan_id} cannot be resumed: '{self.line}' is another scan today ({'; '.join(differences)})",
                hint="make it what it was (counters, variables), or take the rest as a scan of its own",
            )
        md = dict(planned)
        if self.total is not None:
            left = self.total - self.done
            md["num_points"], md["num_intervals"] = left, max(0, left - 1)
        md["start_at"] = self.done
        md["resumed_from"] = {"scan_id": self.scan_id, "uid": self.uid, "point": self.done}
        return md


def remainder(run: Any, registry: Registry) -> Remainder:
    """Return what is left of a scan.

    Parameters
    ----------
    run : StoredRun
        The scan.
    registry : Registry
        The commands.

    Raises
    ------
    CommandError
        It cannot be resumed, and why.
    """
    summary, start = run.summary, run.start
    name = f"scan {summary.scan_id} ({summary.command or summary.plan_name})"
    words = summary.command.split()
    command = registry[words[0]] if words and words[0] in registry else None
    if command is None:
        raise CommandError(
            f"{name} cannot be resumed: it was not made by a command of bsh, so which of its points are missing is not known",
            hint="run its plan again, for the points that are missing",
        )
    plan = str(start.get("plan_name"))
    if plan not in RESUMABLE or command.generator != f"bsh.plans.spec.{plan}":
        raise CommandError(
            f"{name} cannot be resumed: where {command.name} takes its points depends on more than the line",
            hint=f"again {summary.scan_id} takes all of it anew",
        )
    before = int(start.get("start_at") or 0)
    planned = start.get("num_points")
    total = planned + before if isinstance(planned, int) else None
    done = before + summary.num_points
    if total is not None and done >= total:
        raise CommandError(f"{name} has all its {total} points")
    if summary.exit_status is None and summary.reason == RUNNING:
        raise CommandError(f"{name} is being taken, by another shell")
    return Remainder(summary.scan_id, summary.uid, summary.command, done, total, start)


def resume_scan(session: Session, ref: int) -> None:
    """Take the points that a scan has left, as a new run.

    Parameters
    ----------
    session : Session
        Where.
    ref : int
        Its number; -1 is the last one.

    Raises
    ------
    CommandError
        It cannot be resumed, and why.
    RunNotFound
        There is no such scan.
    """
    from bsh.commands.reports import Text

    if session.state == "paused":
        raise CommandError(
            "a scan is paused: another one cannot be resumed now",
            hint="resume goes on with it, stop ends it and keeps the data, abort marks it as aborted",
        )
    left = remainder(session.store.run(ref), session.registry)
    _refuse_second_time(session, left)
    _refuse_other_points(session, left)
    of = "" if left.total is None else f" of {left.total}"
    session.show(
        Text(f"scan {left.scan_id} goes on at point {left.done + 1}{of}, as a new scan: {left.line}")
    )
    with session.next_plan(lambda plan: _continued(plan, left)):
        evaluate(left.line, session.namespace, session.registry)


def _continued(plan: Any, left: Remainder) -> Any:
    from bsh.preprocessors import continuing_wrapper

    centre = left.start.get("relative_to")
    return continuing_wrapper(plan, left.done, relative_to=centre, md=left.metadata)


def _refuse_second_time(session: Session, left: Remainder) -> None:
    for summary in session.store.runs(text=left.uid):
        try:
            origin = session.store.run(summary.uid).start.get("resumed_from")
        except RunNotFound:
            continue
        if isinstance(origin, Mapping) and origin.get("uid") == left.uid:
            raise CommandError(
                f"scan {left.scan_id} was resumed already, by scan {summary.scan_id}",
                hint=f"resume {summary.scan_id} goes on with that one, if it has points left",
            )


def _refuse_other_points(session: Session, left: Remainder) -> None:
    from .point_editing import OTHER_POINTS

    for note in session.journal.notes_of(left.uid):
        if note.text.startswith(OTHER_POINTS):
            raise CommandError(
                f"scan {left.scan_id} cannot be resumed: {note.text}",
                hint=f"again {left.scan_id} takes all of it anew",
            )


def _differences(then: Mapping[str, Any], planned: Mapping[str, Any], total: int | None) -> Any:
    """Yield what differs between a scan and what its line means now."""
    from bsh.store.codec import decode, encode

    now = decode(encode(dict(planned)))
    for key in _SAME:
        if then.get(key) != now.get(key):
            yield f"{key}: {_shown(then.get(key))} then, {_shown(now.get(key))} now"
    if now.get("num_points") != total:
        yield f"points: {total} then, {now.get('num_points')} now"
    elif _numbers(then.get("plan_args")) != _numbers(now.get("plan_args")):
        yield "its numbers are not the same"
    if sorted(then.get("relative_to", {})) != sorted(now.get("relative_to", {})):
        yield "where it counts from was not noted"


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _numbers(value: Any) -> list[Any]:
    """Return the numbers in arguments, in order; the reprs of devices may differ without any meaning."""
    if isinstance(value, Mapping):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, list | tuple):
        return [number for item in value for number in _numbers(item)]
    return [] if isinstance(value, str) else [value]
