"""The profile key ``bluesky: true``."""

from __future__ import annotations

from typing import Any

__all__ = ["install_for_session"]


def install_for_session(profile: Any) -> list[str]:
    """Open the door before a session imports the classes of its devices; for the entry-point group ``bsh.session``.

    Parameters
    ----------
    profile : Profile
        The session's.

    Returns
    -------
    list of str
        What people should know: that bluesky itself is in use already.
    """
    from bsh.bluesky.door.installing import BlueskyImportedError, install

    try:
        install()
    except BlueskyImportedError as error:
        return [f"'import bluesky' does not lead to bsh: {error.message} {error.hint or ''}"]
    return []
