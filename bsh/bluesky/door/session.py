"""The profile key ``bluesky: true``."""

from __future__ import annotations

from typing import Any

__all__ = ["install_for_session"]


def install_for_session(session: Any) -> None:
    """Open the door before a session makes its devices; child processes get it, too.

    Parameters
    ----------
    session : Session
        The one that begins. Only what it tells people (``notices``) is used.
    """
    from bsh.bluesky.door.installing import BlueskyImportedError, install

    try:
        install(children=True)
    except BlueskyImportedError as error:
        session.notices.append(f"'import bluesky' does not lead to bsh: {error.message} {error.hint or ''}")
