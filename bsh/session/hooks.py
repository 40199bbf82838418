"""What installed packages do before a session makes anything: the entry-point group ``bsh.session``.

A hook is named after a key of the profile. It is called with the profile where that key is set, and returns what people
should know, a line each.
"""

from __future__ import annotations

from pathlib import Path

from bsh.entry_points import installed_entry_points
from bsh.profile import Profile

__all__ = ["call_hooks"]

GROUP = "bsh.session"


def call_hooks(profile: Profile, *, remembered_in: Path | None = None) -> list[str]:
    """Call the hooks of the keys that a profile sets.

    Parameters
    ----------
    profile : Profile
        Read without a resolver: its classes may need what a hook brings.
    remembered_in : Path, optional
        Folder where the installed hooks are remembered.

    Returns
    -------
    list of str
        Notices; a hook that fails is one.
    """
    notices: list[str] = []
    for entry in installed_entry_points(GROUP, remembered_in):
        if not getattr(profile, entry.name, False):
            continue
        try:
            notices += entry.load()(profile)
        except Exception as error:  # of another package: it must not keep the shell from starting
            notices.append(f"'{entry.name}' of the profile has no effect: {type(error).__name__}: {error}")
    return notices
