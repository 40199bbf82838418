"""One line of the run library.

Owns the summary of a run as people see it in ``bsh scans``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["IMPORTED", "INTERRUPTED", "RUNNING", "RunSummary"]

RUNNING = "running"
"""Reason of a run that its process is still taking; also a value of the ``exit_status`` filter."""

INTERRUPTED = "interrupted"
"""First word of the reason of a run whose process is gone; also a value of the ``exit_status`` filter."""

IMPORTED = "imported"
"""Key of start documents that says where a run came from that was not taken here."""


@dataclass(frozen=True)
class RunSummary:
    """What a run was, and how it ended.

    Parameters
    ----------
    scan_id : int or None
        The scan number; None if the start document has none.
    uid : str
        The run's unique id.
    time : float
        When it began, seconds since the epoch.
    plan_name : str
        Name of the plan.
    command : str
        The line as typed; empty if the run was not started by one.
    num_points : int
        Events saved: of the stream ``primary`` if there is one, else of all streams. A point that was
        taken again after a pause counts once.
    exit_status : str or None
        ``success``, ``abort`` or ``fail``; None for a run without a stop document.
    reason : str
        Why it ended. Without a stop document: ``running`` while the process that takes it lives, else
        ``interrupted at point n``, n being ``num_points``.
    profile : str
        The profile it was taken with.
    """

    scan_id: int | None
    uid: str
    time: float
    plan_name: str
    command: str
    num_points: int
    exit_status: str | None
    reason: str
    profile: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields in the order above, ready for JSON."""
        return asdict(self)
