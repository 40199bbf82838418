"""What is loaded while the person already looks at the prompt: devices, engine, plans, tables.

Owns the order: first the prompt is drawn, then modules are imported on a thread, then the session is completed on
the prompt's own thread. Who types faster waits for the rest of it, at most some tenths of a second.
"""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from typing import Any

from bsh.session import Session

__all__ = ["load_once_drawn"]


def load_once_drawn(application: Any, session: Session) -> None:
    """Complete a session as soon as its prompt has been drawn for the first time.

    Parameters
    ----------
    application : prompt_toolkit.application.Application or None
        Draws the prompt; None where there is no terminal: then nothing is done, the first line completes the
        session.
    session : Session
        What is completed.
    """
    session.when_complete(_collect_garbage_again)
    if application is None:
        return

    def once(_: Any) -> None:
        application.after_render.remove_handler(once)
        thread = threading.Thread(target=_load, args=(application, session), name="bsh-loading", daemon=True)
        thread.start()

    application.after_render.add_handler(once)


def _load(application: Any, session: Session) -> None:
    """Import what a session needs to be complete, and make its devices: what can happen on any thread."""
    with suppress(Exception):  # said when the session is completed
        session.prepare(_load_packages)
    loop = application.loop
    if loop is not None:
        with suppress(RuntimeError):  # the prompt is gone: the line that ended it completes the session
            loop.call_soon_threadsafe(session.complete)
    _load_for_later()


def _load_packages() -> None:
    import bsh.engine
    import bsh.plans.spec
    import bsh.preprocessors
    import bsh.shell.completion
    import bsh.shell.pause_menu
    import bsh.shell.screen
    import bsh.shell.usage_hint  # noqa: F401  # imported for the sake of it


def _load_for_later() -> None:
    """Import what the first plot and the first letter typed would wait for otherwise."""
    with suppress(Exception):
        import numpy  # noqa: F401
        import pygments.lexers.python  # type: ignore[import-untyped]  # noqa: F401


def _collect_garbage_again() -> None:
    """Collect garbage from now on; what the start has made stays, and is not looked at again."""
    gc.freeze()
    gc.enable()
