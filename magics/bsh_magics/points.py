"""Changing the scan that runs or is paused, point by point: ``skip``, ``repeat``, ``shorten``, ``counttime``."""

from __future__ import annotations

from typing import Annotated

from bsh.commands import CommandSession, command
from bsh.commands.argument_types import NumberType
from bsh.commands.reports import Text

__all__ = ["COMMANDS", "counttime", "repeat", "shorten", "skip"]


@command(group="points", examples=["skip"])
def skip(session: CommandSession) -> Text:
    """Leave out a point of the scan: the one under way, or the next one between two points.

    Its motors move all the same, so that later points are where they should be.
    """
    return _noted(session, session.points.skip(), is_as_planned=False)


@command(group="points", examples=["repeat"])
def repeat(session: CommandSession) -> Text:
    """Take the last point of the scan once more, before the next one."""
    return _noted(session, session.points.repeat(), is_as_planned=False)


@command(group="points", examples=["shorten 11"])
def shorten(session: CommandSession, points: Annotated[int, NumberType(whole=True, minimum=1)]) -> Text:
    """Let the scan end once it has so many points; its motors return as they would at its end."""
    return _noted(session, session.points.shorten(points))


@command(group="points", examples=["counttime 0.5"])
def counttime(session: CommandSession, seconds: Annotated[float, NumberType(minimum=0, units="s")]) -> Text:
    """Count for another time from the next point of the scan on; the old time is put back at its end."""
    return _noted(session, session.points.count_for(seconds))


def _noted(session: CommandSession, done: str, *, is_as_planned: bool = True) -> Text:
    """Write it into the record of the scan: its data alone do not tell."""
    from bsh.session.point_editing import OTHER_POINTS

    (run, *_) = session.store.runs(limit=1)  # the one that runs
    words = done if is_as_planned else f"{OTHER_POINTS}{done}"
    session.journal.note(words, run.scan_id, run.uid)
    return Text(done)


COMMANDS = [skip, repeat, shorten, counttime]
