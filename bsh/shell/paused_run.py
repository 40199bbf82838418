"""The run that is paused: its name on screen, and how its menu ends it.

Looks at the store, not at the engine, so that a prompt can be drawn while there is no engine yet.
"""

from __future__ import annotations

from typing import Any

from bsh.errors import RunEngineInterrupted
from bsh.session import Session

__all__ = ["KEYS_OF_THE_MENU", "EndedEarly", "ReturnedToPrompt", "open_run", "paused_label"]


KEYS_OF_THE_MENU = {"r": "resume", "s": "stop", "a": "abort"}
"""What somebody means who types a key of the menu at the prompt instead; ``h`` is a command there."""


class EndedEarly(RunEngineInterrupted):
    """The paused plan was ended from the menu; everything about it has been said."""


class ReturnedToPrompt(RunEngineInterrupted):
    """The plan stays paused and the prompt comes back; the menu has been shown."""


def open_run(session: Session) -> Any | None:
    """Return the summary of the run that is open; None where none is.

    Parameters
    ----------
    session : Session
        Whose last run is looked at.
    """
    runs = session.store.runs(limit=1)
    return runs[0] if runs and runs[0].exit_status is None else None


def paused_label(session: Session) -> str:
    """Return ``paused #12 7/21``: the scan's number, points taken and planned.

    Parameters
    ----------
    session : Session
        Whose plan is paused.
    """
    run = open_run(session)
    if run is None:
        return "paused"
    planned = session.preflight.num_points if session.preflight is not None else None
    points = f"{run.num_points}/{planned}" if planned else f"{run.num_points} points"
    return f"paused #{run.scan_id} {points}"
