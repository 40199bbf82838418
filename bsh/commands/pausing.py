"""What happens when a typed plan is paused: the shell leaves a menu here, nobody else has one."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["PauseHook", "pause_hook", "set_pause_hook"]

PauseHook = Callable[[], Any]
"""Asks what to do with the paused plan; returns what it returned at its end, or raises."""

_hooks: weakref.WeakKeyDictionary[Any, PauseHook] = weakref.WeakKeyDictionary()


def set_pause_hook(session: Any, hook: PauseHook | None) -> None:
    """Have ``hook`` called when a plan that a command runs is paused.

    Parameters
    ----------
    session : Session
        Whose commands are meant.
    hook : callable or None
        What to call; None lets the pause end the command with RunEngineInterrupted.
    """
    if hook is None:
        _hooks.pop(session, None)
    else:
        _hooks[session] = hook


def pause_hook(session: Any) -> PauseHook | None:
    """Return what is called when a plan that a command runs is paused, or None.

    Parameters
    ----------
    session : Session
        Whose commands are meant.
    """
    return _hooks.get(session)
