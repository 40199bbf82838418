"""Old runs: ``scans``."""

from __future__ import annotations

from typing import Annotated

from bsh.commands import CommandSession, Option, command
from bsh.commands.argument_types import NumberType
from bsh.commands.reports import RunList, RunRow

__all__ = ["COMMANDS", "scans"]


@command(group="library", examples=["scans", "scans -n 5"])
def scans(
    session: CommandSession,
    number: Annotated[int, Option(("-n",), NumberType(whole=True, minimum=1))] = 20,
) -> RunList:
    """List the last runs, the newest at the bottom.

    scans[-1] is the last one itself, scans[142] the one with that number.
    """
    runs = session.store.runs(limit=number)
    rows = [
        RunRow(
            scan_id=run.scan_id,
            uid=run.uid,
            time=run.time,
            command=run.command or run.plan_name,
            num_points=run.num_points,
            exit_status=run.exit_status,
            reason=run.reason,
        )
        for run in runs
    ]
    return RunList(tuple(reversed(rows)))


COMMANDS = [scans]
