"""Telling people something at any time, from any thread: in the live display while a plan runs, above the prompt else."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["tell"]


def tell(engine: Any, text: str, *, loud: bool = False) -> None:
    """Tell people something.

    Parameters
    ----------
    engine : RunEngine or None
        The session's; the live display hears of its notices.
    text : str
        One line.
    loud : bool
        Whether it is about something that must not be missed.
    """
    state = "idle" if engine is None else str(engine.state)
    if state in ("idle", "paused", "panicked"):
        from bsh.commands.wrapping import for_stream

        line = f"*** {text} ***" if loud else f"bsh: {text}"
        print(for_stream(line, sys.stderr), file=sys.stderr, flush=True)
        return
    from bsh.engine.notices import Notice, StopFailed

    engine.tell(StopFailed(text) if loud else Notice(text))
