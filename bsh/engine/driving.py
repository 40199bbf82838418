"""Drives an execution from its first message to the end of the exit path, on the engine's thread."""

from __future__ import annotations

import asyncio

from bsh.engine.awaiting import Awaiting
from bsh.engine.execution import Execution
from bsh.engine.exit_path import leave_call
from bsh.engine.interruption import attend
from bsh.engine.requests import HaltRequest
from bsh.engine.states import EngineState
from bsh.errors import EngineHalt

__all__ = ["begin", "run_aside"]


def begin(execution: Execution) -> None:
    """Take the first slice of a plan at once; one that never waits needs no task."""
    engine = execution.engine
    engine.set_state(EngineState.RUNNING)
    first: Awaiting | BaseException | None = None
    if not execution.attention:
        try:
            first = execution.run_slice()
        except BaseException as error:
            first = error
    if first is None and not execution.frames and execution.untouched:
        _finish(execution)
    else:
        execution.loop.create_task(_run_to_the_end(execution, first))


async def _run_to_the_end(execution: Execution, first: Awaiting | BaseException | None) -> None:
    """Run a plan and leave the call; whatever happened, the engine is idle afterwards."""
    engine = execution.engine
    execution.task = asyncio.current_task()  # not before: one that has not begun must not be cut short
    try:
        await _drive(execution, first)
    except BaseException as error:
        engine.log.exception("The engine failed while running a plan; this is a bug")
        execution.error = error
    if execution.abandoned:
        return
    if execution.deferred_pause is not None and execution.pause_by_key:
        # Somebody asked for a pause and the plan was faster: what comes next must not start by itself.
        execution.interrupted = True
    try:
        await _leave(execution)
    except BaseException as error:
        engine.log.exception("The engine failed while leaving a call; this is a bug")
        execution.error = execution.error or error
    if any(request.kind in ("stop", "abort", "halt") for request in execution.requests):
        execution.interrupted = True  # asked for too late to change anything but what comes next
    if not execution.abandoned:
        _finish(execution)


async def run_aside(paused: Execution, aside: Execution) -> None:
    """Run a plan while another is paused; afterwards that one is still paused."""
    engine = paused.engine
    aside.outer = paused
    aside.task = paused.task
    aside.start_cache(None)  # it cannot be paused itself: an interruption ends it, with its cleanup
    engine.execution = aside
    engine.set_state(EngineState.RUNNING)
    try:
        await _drive(aside, None)
    except BaseException as error:
        engine.log.exception("The engine failed while running a plan aside; this is a bug")
        aside.error = error
    if aside.abandoned:
        return
    try:
        await _leave(aside)
    except BaseException as error:
        engine.log.exception("The engine failed while leaving a plan run aside; this is a bug")
        aside.error = aside.error or error
    if not aside.abandoned:
        engine.execution = paused
        engine.set_state(EngineState.PAUSED)
        aside.finished.set()
        engine.callers.release()


def _finish(execution: Execution) -> None:
    engine = execution.engine
    engine.set_state(EngineState.IDLE)
    execution.statuses.let_go()
    execution.finished.set()
    engine.callers.release()


async def _drive(execution: Execution, first: Awaiting | BaseException | None) -> None:
    marker, failure = (None, first) if isinstance(first, BaseException) else (first, None)
    while (execution.frames or marker is not None) and not execution.abandoned:
        try:
            if failure is not None:
                error, failure = failure, None
                raise error
            if marker is not None:
                waited_for, marker = marker, None
                await execution.wait_for(waited_for)
            elif execution.attention:
                await attend(execution)
            else:
                marker = execution.run_slice()
                if marker is None and execution.frames and not execution.attention:
                    await asyncio.sleep(0)
        except KeyboardInterrupt:
            execution.requests.appendleft(
                HaltRequest("A library raised KeyboardInterrupt in the engine's thread.")
            )
            execution.attention = True
        except asyncio.CancelledError:
            if not execution.task_cut:
                raise
            execution.task_cut = False  # it was on its way to what asks for the cut anyway
        except EngineHalt:
            execution.interrupted = True
            execution.exit_status = "abort"
            execution.reason = execution.reason or "halted"
            for complaint in execution.halt_plans():
                execution.engine.log.warning(complaint)


async def _leave(execution: Execution) -> None:
    try:
        await leave_call(execution)
    except EngineHalt:
        # Halted while something of the exit path hung: the steps that are left still have to be taken.
        await leave_call(execution)
