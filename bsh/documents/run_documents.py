"""The documents that open and close a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.documents.ids import new_uid

__all__ = ["compose_start", "compose_stop"]


def compose_start(
    *, uid: str, time: float, scan_id: int | str | None, metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a run start document.

    Parameters
    ----------
    uid : str
        Uid of the run.
    time : float
        Seconds since the epoch.
    scan_id : int or str, optional
        Number of the run; left out when None.
    metadata : mapping
        Everything else, already merged by precedence.
    """
    doc: dict[str, Any] = {"uid": uid, "time": time}
    if scan_id is not None:
        doc["scan_id"] = scan_id
    reserved = doc.keys()
    doc.update({key: value for key, value in metadata.items() if key not in reserved})
    return doc


def compose_stop(
    *, run_start: str, time: float, exit_status: str, reason: str, num_events: Mapping[str, int]
) -> dict[str, Any]:
    """Make a run stop document.

    Parameters
    ----------
    run_start : str
        Uid of the run.
    time : float
        Seconds since the epoch.
    exit_status : {'success', 'abort', 'fail'}
        How the run ended.
    reason : str
        Why it ended so; empty for success.
    num_events : mapping
        Number of events for each stream.
    """
    return {
        "uid": new_uid(),
        "time": time,
        "run_start": run_start,
        "exit_status": exit_status,
        "reason": reason,
        "num_events": dict(num_events),
    }
