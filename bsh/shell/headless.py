# mypy: disallow-untyped-calls=False
# IPython's methods carry no annotations.
"""An IPython without a terminal, for scripts that use its syntax (``%timeit``, ``!ls``)."""

from __future__ import annotations

from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from bsh.session import Session
from bsh.shell.installing import install_commands

__all__ = ["ipython_for"]

_shells: dict[int, Any] = {}


def ipython_for(session: Session) -> Any:
    """Return the IPython of a session's scripts; made at the first call.

    Parameters
    ----------
    session : Session
        Whose namespace it works in.
    """
    if id(session) not in _shells:
        config = Config()
        config.HistoryManager.enabled = False
        config.AliasManager.default_aliases = []
        config.InteractiveShell.colors = "nocolor"
        home = session.folder / "ipython"
        home.mkdir(parents=True, exist_ok=True)
        shell = InteractiveShell(config=config, user_ns=session.namespace, ipython_dir=str(home))
        install_commands(shell, session)
        _shells[id(session)] = shell
    return _shells[id(session)]
