"""The caller's side: threads that wait in ``RE(...)`` while a plan runs on the engine's thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bsh.engine.keyboard import PlanKeyboard
from bsh.engine.latch import Latch
from bsh.engine.requests import AbortRequest, HaltRequest
from bsh.errors import TransitionError

if TYPE_CHECKING:
    from bsh.engine.execution import Execution
    from bsh.engine.run_engine import RunEngine

__all__ = ["Callers"]

UNATTENDED_CLEANUP_S = 10.0
"""How long a plan may clean up that nobody waits for any more, in seconds."""

SWITCH_INTERVAL_S = 0.0002
"""How quickly another thread gets its turn while a plan runs, in seconds: a key press needs two turns."""


class Callers:
    """Who waits for an engine, and who of them waited already when the present pause began.

    Parameters
    ----------
    engine : RunEngine
        What they wait for.
    """

    def __init__(self, engine: RunEngine) -> None:
        self._engine = engine
        self.starting = threading.Lock()
        self._waiting: list[Latch] = []
        self._waiting_at_pause: list[Latch] = []
        self._pause_claimed = False

    # -- who waits ---------------------------------------------------------------------------------

    def begin(self) -> Latch:
        """Return what the caller of a new plan waits for; to be called with ``starting`` held."""
        event = Latch()
        self._waiting = [event]
        return event

    def claim_pause(self, request: str) -> tuple[Execution, Latch]:
        """Let the caller have the present pause for itself; return what is paused and what to wait for.

        Raises
        ------
        TransitionError
            Nothing is paused, or somebody else was first.
        """
        engine = self._engine
        if engine.engine_loop.here:
            raise RuntimeError(f"The engine's own thread cannot {request}: it would wait for itself.")
        with self.starting:
            execution = engine.execution
            if not engine.state.is_paused or self._pause_claimed or execution is None:
                raise TransitionError(f"The engine is {engine.state.value}: it cannot {request} now.")
            self._pause_claimed = True
            event = Latch()
            self._waiting = [*(each for each in self._waiting if not each.is_set()), event]
            return execution, event

    def note_pause(self) -> None:
        """Note who waits when a pause begins; on the engine's thread, before anybody can see the pause."""
        self._waiting_at_pause = list(self._waiting)
        self._pause_claimed = False

    def release(self) -> None:
        """Let them all go on: the plan is over, or a plan run aside."""
        self._release(self._waiting)

    def release_at_pause(self) -> None:
        """Let those go on who waited when the pause began."""
        self._release(self._waiting_at_pause)

    def _release(self, events: list[Latch]) -> None:
        for event in list(events):
            event.set()
        wake = getattr(self._engine.during_task, "wake", None)
        if wake is not None:
            wake()

    # -- waiting -----------------------------------------------------------------------------------

    def block(self, execution: Execution, event: Latch, start: Callable[[], None]) -> None:
        """Let the plan go on and wait for it; Ctrl+C is in good hands before the plan is.

        Parameters
        ----------
        execution : Execution
            What runs.
        event : Latch
            What to wait for.
        start : callable
            Lets it go on.
        """
        engine = self._engine
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            with ExitStack() as stack:
                for manager in engine.context_managers:
                    stack.enter_context(manager(engine))
                ask = getattr(engine.during_task, "ask", None)
                if ask is None:
                    self._wait(event, start)
                else:
                    with PlanKeyboard(ask, engine.engine_loop):
                        self._wait(event, start)
        except BaseException as error:
            if not event.is_set():
                self._halt_unattended(execution, error)
            raise
        finally:
            sys.setswitchinterval(interval)

    def _wait(self, event: Latch, start: Callable[[], None]) -> None:
        start()
        self._engine.during_task.block(event)
        # A during_task may come back early; a wait without end would not see signals.
        while not event.wait(0.2):
            pass

    def _halt_unattended(self, execution: Execution, error: BaseException) -> None:
        """End a plan whose caller cannot wait for it any more: nothing runs on behind the prompt.

        An exception may carry a ``reason`` for the stop document.
        """
        engine = self._engine
        if not execution.begun:
            for token in execution.temporary_subscriptions:
                engine.unsubscribe(token)
            execution.close_plans()
            execution.finished.set()
            return
        reason = getattr(error, "reason", None) or f"{type(error).__name__} while waiting for the plan"
        if not isinstance(error, KeyboardInterrupt):
            execution.post(AbortRequest(reason))
            if execution.finished.wait(UNATTENDED_CLEANUP_S):
                return
        engine.ask_of(execution, HaltRequest(reason))
        while not execution.finished.wait(0.2):
            pass
