"""What the engine's thread is busy with, also when it cannot say so itself.

A message that has to be waited for is known to the engine. A device, a callback or a plan that blocks the thread is
found by looking at the thread's stack from outside, which costs the thread nothing.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["Busy", "EngineActivity"]

PACKAGE = f"{Path(__file__).parents[1]}/"
GENERATED = ("<frozen ", "<string>", "<__array_function__")
"""Beginnings of the names of code that nobody wrote; other names in angles are of lines typed at a prompt."""

STANDARD_LIBRARY = f"{Path(inspect.__file__).parent}/"

SURE_AFTER = 8
"""Looks in a row that find the same, while a message is waited for, before that is called blocking."""


class Busy:
    """Something that has the engine's thread to itself.

    Parameters
    ----------
    message : Msg or None
        The message that is worked on; the last one where the plan itself is busy.
    in_plan : bool
        Whether the plan's own code is being run, between two messages.
    place : str
        The function outside of bsh that is called, with file and line; empty if there is none.
    """

    def __init__(self, message: Any, in_plan: bool, place: str) -> None:
        self.message = message
        self.in_plan = in_plan
        self.place = place

    def is_still(self, other: Busy) -> bool:
        """Tell whether this is the same call as another one."""
        return self.message is other.message and self.in_plan == other.in_plan

    @property
    def what(self) -> str:
        """Words for it: ``det.read``, or ``the plan: settle (night.py:12)``."""
        if self.in_plan:
            return f"the plan: {self.place}" if self.place else "the plan"
        command = str(getattr(self.message, "command", ""))
        name = str(getattr(getattr(self.message, "obj", None), "name", "") or "")
        if name:
            return f"{name}.{command}"
        return f"{self.place}, called at {command}" if self.place else command


class EngineActivity:
    """Tell what an engine is busy with: call it, on any thread but the engine's.

    Parameters
    ----------
    engine : RunEngine
        The engine.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._busy: Busy | None = None
        self._looks = 0

    def __call__(self) -> Any:
        """Return the message that is waited for, else what blocks the thread, else None; the same object as long
        as nothing changes.
        """
        execution = self._engine.execution
        if execution is None:
            return None
        waited_for = execution.current
        found = self._look(waited_for)
        before = self._busy
        if found is not None and before is not None and found.is_still(before):
            before.place = found.place
            self._looks += 1
        else:
            self._busy, self._looks = found, 0
        if waited_for is not None and self._looks < SURE_AFTER:  # others run on the thread while one waits
            return waited_for
        return self._busy

    def _look(self, waited_for: Any) -> Busy | None:
        """Return what is being called in the engine's thread, or None if nothing is."""
        called: list[FrameType] = []
        frame = sys._current_frames().get(self._engine.engine_loop.thread_id or -1)
        while frame is not None and not _is_slice(frame):
            called.append(frame)
            frame = frame.f_back
        outside = next((each for each in reversed(called) if _is_outside(each)), None)
        place = "" if outside is None else _place(outside)
        if waited_for is not None:
            return Busy(waited_for, False, place) if place else None
        if frame is None or not called:
            return None
        in_plan = bool(called[-1].f_code.co_flags & inspect.CO_GENERATOR)
        return Busy(frame.f_locals.get("msg"), in_plan, place)


def _is_slice(frame: FrameType) -> bool:
    """Tell whether this is the engine's loop over messages: what it calls is a plan, or works on a message."""
    from bsh.engine.execution import Execution

    return frame.f_code is Execution.run_slice.__code__


def _is_outside(frame: FrameType) -> bool:
    """Tell whether this is neither Python's own nor bsh's code."""
    name = frame.f_code.co_filename
    return not name.startswith((PACKAGE, *GENERATED)) and (
        not name.startswith(STANDARD_LIBRARY) or "site-packages" in name
    )


def _place(frame: FrameType) -> str:
    name = frame.f_code.co_filename
    where = "typed" if name.startswith("<") else f"{Path(name).name}:{frame.f_lineno}"
    return f"{frame.f_code.co_name} ({where})"
