"""What is left to do when the engine's thread does not answer and is given up.

Everything here runs on the watchdog's thread. Devices and subscribers are called from daemon threads of
their own, each with a time: what hung the engine may hang again, and must not keep the prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from bsh.engine.cleanup_failures import CleanupFailure
from bsh.engine.devices import stop_call
from bsh.engine.event_loop import EngineLoop
from bsh.engine.notices import ThreadAbandoned
from bsh.engine.outside import call_all
from bsh.engine.states import EngineState

if TYPE_CHECKING:
    from bsh.engine.execution import Execution
    from bsh.engine.run_engine import RunEngine

__all__ = ["abandon"]

ANSWER_S = 2.0
"""How long devices, and then subscribers, may take to answer, in seconds."""


def abandon(engine: RunEngine, execution: Execution, stack: str) -> None:
    """Give the engine's thread up: stop motors, close runs, note what is staged, start a new thread.

    Parameters
    ----------
    engine : RunEngine
        Whose thread it is.
    execution : Execution
        What hangs there.
    stack : str
        Where, for people.
    """
    lost = [execution] if execution.outer is None else [execution, execution.outer]
    for each in lost:
        each.abandoned = True
        each.attention = True
        each.interrupted = True
    given_up, engine.engine_loop = engine.engine_loop, EngineLoop()
    given_up.close(timeout_s=0.0)  # its thread ends when it comes back to its loop
    for each in lost:
        _stop_movers(engine, each)
        _close_runs(engine, each)
        _note_staged(engine, each)
        for token in each.temporary_subscriptions:
            engine.unsubscribe(token)
    engine.set_state(EngineState.PANICKED)
    engine.tell(
        ThreadAbandoned(
            "The engine's thread did not answer and was given up; RE.recover() makes the engine usable.",
            stack=stack,
        )
    )
    for each in lost:
        each.finished.set()
    engine.callers.release()


def _stop_movers(engine: RunEngine, execution: Execution) -> None:
    calls = {obj: stop_call(obj) for obj in list(execution.movers) if hasattr(obj, "stop")}
    failed = call_all(engine.engine_loop, calls, ANSWER_S)
    for obj, error in failed.items():
        engine.report_cleanup_failure(CleanupFailure("stop", obj, error, calls[obj]))
    if engine.rest_guard is not None:
        engine.rest_guard([obj for obj in calls if obj not in failed])


def _close_runs(engine: RunEngine, execution: Execution) -> None:
    reason = execution.reason or "the engine's thread did not answer"
    calls: dict[Any, Callable[[], Any]] = {
        run: partial(run.close, "abort", reason) for run in list(execution.runs.values())
    }
    for error in call_all(engine.engine_loop, calls, ANSWER_S).values():
        engine.log.error("A subscriber failed on the stop document: %r", error)


def _note_staged(engine: RunEngine, execution: Execution) -> None:
    """Leave the rest to ``RE.recover()``: a device that hung once is not called behind people's backs."""
    error = TimeoutError("the engine's thread was given up")
    for run in execution.runs.values():
        for obj, watcher in run.monitors.items():
            engine.report_cleanup_failure(CleanupFailure("unmonitor", obj, error, watcher.silence))
    for obj in reversed(list(execution.staged)):
        engine.report_cleanup_failure(CleanupFailure("unstage", obj, error, obj.unstage))
