"""Gets the prompt back when the engine's thread does not answer a halt.

The ladder: cut the wait short; raise EngineHalt in the thread; give the thread up. Each step has its
time. A thread that was given up sends no further message: its execution is marked as abandoned.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from bsh.engine.abandoning import abandon
from bsh.errors import EngineHalt

if TYPE_CHECKING:
    from types import FrameType

    from bsh.engine.execution import Execution
    from bsh.engine.run_engine import RunEngine

__all__ = ["Watchdog"]

CUT_S = 1.0
"""Time for the thread to obey by itself, and again after its wait was cut short, in seconds."""

CUTS = 10
"""How many waits of a thread that does answer are cut short, one after the other."""

RAISE_S = 2.0
"""Time for the exception raised in the thread to take effect, in seconds."""

_ENGINE_FOLDER = f"{Path(__file__).parent}/"


class Watchdog(threading.Thread):
    """Watches over one halt, from a daemon thread of its own.

    Parameters
    ----------
    engine : RunEngine
        Whose prompt is to come back.
    execution : Execution
        What was halted.
    """

    def __init__(self, engine: RunEngine, execution: Execution) -> None:
        super().__init__(name="bsh-watchdog", daemon=True)
        self._engine = engine
        self._execution = execution
        self._cutting = True

    def run(self) -> None:
        """Climb the ladder until the execution is over."""
        finished = self._execution.finished
        if finished.wait(CUT_S / 2):
            return
        for _ in range(CUTS):
            answered = threading.Event()
            self._engine.engine_loop.post(self._cut, answered)
            if finished.wait(CUT_S / 2):
                return
            if not answered.is_set():
                break
        self._cutting = False
        self._raise_in_thread()
        if finished.wait(RAISE_S):
            self._take_back()
            return
        abandon(self._engine, self._execution, self._stack())

    def _cut(self, answered: threading.Event) -> None:
        answered.set()
        if self._cutting:
            self._execution.cut_short()

    def _raise_in_thread(self) -> None:
        self._set_async_exc(ctypes.py_object(EngineHalt))

    def _take_back(self) -> None:
        self._set_async_exc(None)

    def _set_async_exc(self, exception: object) -> None:
        thread_id = self._engine.engine_loop.thread_id
        if thread_id is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), exception)

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._engine.engine_loop.thread_id or -1)
        return "".join(traceback.StackSummary.from_list(_below_engine(frame)).format())


def _below_engine(frame: FrameType | None) -> list[traceback.FrameSummary]:
    """Return where a thread is, without what the engine and its loop are in the middle of."""
    stack = list(traceback.extract_stack(frame)) if frame is not None else []
    ours = [at for at, each in enumerate(stack) if each.filename.startswith(_ENGINE_FOLDER)]
    return stack[ours[-1] + 1 :] or stack if ours else stack
