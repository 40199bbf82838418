"""``%load_ext bsh_magics``: bsh's commands in a plain IPython or a notebook.

Owns a session of its own, from the profile named in ``$BSH_PROFILE`` or the packaged ``sim``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["load_ipython_extension", "unload_ipython_extension"]

_sessions: dict[int, Session] = {}


def load_ipython_extension(ip: Any) -> None:
    """Build a session and give its names and commands to an IPython shell.

    Parameters
    ----------
    ip : InteractiveShell
        Any IPython, a notebook's kernel included.
    """
    from bsh.session import Session
    from bsh.shell.installing import install_commands, install_screen

    if id(ip) in _sessions:
        return
    session = Session.from_profile(os.environ.get("BSH_PROFILE") or "sim")
    _sessions[id(ip)] = session
    ip.push(session.namespace, interactive=False)
    install_commands(ip, session)
    install_screen(ip, session)
    print(f"bsh: {len(session.devices)} devices of profile {session.profile.name}; wa shows positions")


def unload_ipython_extension(ip: Any) -> None:
    """Close the session and take its commands back.

    Parameters
    ----------
    ip : InteractiveShell
        The shell that loaded it.
    """
    from bsh.shell.installing import remove_commands

    session = _sessions.pop(id(ip), None)
    if session is None:
        return
    remove_commands(ip, session)
    ip.drop_by_id(session.namespace)
    session.close()
