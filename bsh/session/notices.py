"""What people should know when a session begins, beside what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bsh.profile import Profile

__all__ = ["interrupted_run", "keys_without_effect"]

_EFFECTS = {
    "data": "no files are written beside the store",
    "lock": "a second shell may open",
}
"""Keys of the profile that this version reads but does not act upon, and what that means."""


def keys_without_effect(profile: Profile) -> Iterator[str]:
    """Yield a line for each key that was set and does nothing yet.

    Parameters
    ----------
    profile : Profile
        Of the session.
    """
    is_set = {
        "data": bool(profile.data),
        "lock": profile.lock == "exclusive",
    }
    for key, what in _EFFECTS.items():
        if is_set[key]:
            yield f"{profile.positions[key]}: '{key}' has no effect yet: {what}"


def interrupted_run(store: Any) -> Iterator[str]:
    """Yield a line where the last scan was cut off with its process.

    Parameters
    ----------
    store : RunStore
        Of the session.
    """
    last = store.runs(limit=1)
    if not last or last[0].exit_status is not None:
        return
    for run in store.interrupted_runs()[:1]:
        if run.uid == last[0].uid:
            yield f"scan {run.scan_id} ({run.command or run.plan_name}) was {run.reason}; its data are kept"
