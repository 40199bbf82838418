"""The one way out of a call, taken however the plan ended.

Every step is guarded on its own: a failure is recorded and the next step runs. What failed stays in the
engine's report, and ``RE.recover()`` tries it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.engine.awaiting import settled
from bsh.engine.cleanup_failures import CleanupFailure
from bsh.engine.collecting import collect_into
from bsh.engine.devices import name_of, stop_call, stop_devices
from bsh.engine.lost_devices import unstage_device
from bsh.errors import DeviceOffline, FailedPause, FailedStatus, PlanHalt, RunEngineControlException

if TYPE_CHECKING:
    from bsh.engine.execution import Execution
    from bsh.engine.run_bundler import RunBundler

__all__ = ["leave_call"]

DURABLE_TIMEOUT_S = 10.0
"""How long leaving waits for the store, in seconds."""


async def leave_call(execution: Execution) -> None:
    """Leave the beamline safe and the data complete, and the engine ready for the next plan."""
    engine = execution.engine
    _judge(execution)
    execution.statuses.forget_all()
    await _stop_movers(execution)
    for run in execution.runs.values():
        for obj, watcher in run.monitors.items():
            await _guarded(execution, "unmonitor", obj, watcher.silence)
        await _collect_leftovers(execution, run)
    for obj in reversed(list(execution.staged)):
        await _guarded(execution, "unstage", obj, partial(unstage_device, engine, obj))
        execution.staged.pop(obj, None)
    for key, run in list(execution.runs.items()):
        await _close(execution, run)
        execution.runs.pop(key, None)
    await _wait_for_store(execution)
    for token in execution.temporary_subscriptions:
        engine.unsubscribe(token)
    for complaint in execution.close_plans():
        engine.log.warning(complaint)
        engine.tell(notices.CleanupFailed(complaint, step="close"))


def _judge(execution: Execution) -> None:
    """Say in the words of a stop document how the plan ended."""
    error = execution.error
    if error is None:
        return
    if isinstance(error, RunEngineControlException | FailedPause | PlanHalt):
        execution.interrupted = True
        execution.reason = execution.reason or str(error)
        execution.exit_status = getattr(error, "exit_status", "abort")
        execution.error = None
    elif execution.interrupted:
        # It was asked to leave and something went wrong on the way: it is still what was asked for.
        execution.reason = f"{execution.reason or 'left early'}; cleanup failed: {_words(error)}"
    else:
        first = _first_of(error, execution.first_failure)
        execution.exit_status = "fail"
        # Both are named: whether the second is a failure of the cleanup or a better word for the first
        # cannot be told.
        execution.reason = _words(error) if first is error else f"{_words(error)} (first: {_words(first)})"


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _first_of(error: BaseException, first_failure: BaseException | None) -> BaseException:
    """Return what a plan failed with first, where another error hides it.

    An error that the engine raises in a plan comes with its own cause; what was being cleaned up is not in its chain.
    """
    first = error
    while first.__cause__ is None and not first.__suppress_context__ and first.__context__ is not None:
        first = first.__context__
    if first is error and isinstance(error, FailedStatus) and first_failure is not None:
        first = first_failure
    return first if isinstance(first, Exception) else error


async def _stop_movers(execution: Execution) -> None:
    movers: dict[Any, Any] = dict(execution.movers)
    cut_short = execution.interrupted or execution.error is not None
    if cut_short:
        # A flyer that is in the middle of its flight moves as well.
        movers.update({flyer: None for run in execution.runs.values() for flyer in run.uncollected})
    for obj, error in await stop_devices(execution, movers, tell=False, watch=cut_short):
        execution.engine.report_cleanup_failure(CleanupFailure("stop", obj, error, stop_call(obj)))


async def _collect_leftovers(execution: Execution, run: RunBundler) -> None:
    for flyer in list(run.uncollected):

        async def collect(flyer: Any = flyer) -> None:
            await collect_into(run, [flyer], stream=True, name=None)

        # Not to be tried again: the run that it belongs to is over by then.
        await _guarded(execution, "collect", flyer, collect, again=False)
        run.uncollected.pop(flyer, None)


async def _close(execution: Execution, run: RunBundler) -> None:
    try:
        run.close(execution.exit_status, execution.reason)
    except GeneratorExit:
        raise
    except BaseException as error:
        # The document is out: only a subscriber failed on it.
        execution.engine.log.exception("A subscriber failed on the stop document")
        if execution.error is None and not execution.interrupted:
            execution.error = error


async def _wait_for_store(execution: Execution) -> None:
    if not execution.uids or execution.abandoned:
        return
    try:
        await asyncio.wait_for(execution.engine.sinks.durable(), DURABLE_TIMEOUT_S)
    except GeneratorExit:
        raise
    except BaseException as error:
        execution.engine.log.exception("The store did not confirm the last documents")
        if execution.error is None and isinstance(error, Exception):
            execution.error = error


async def _guarded(
    execution: Execution,
    step: str,
    obj: Any,
    function: Callable[[], Awaitable[Any] | Any],
    *,
    again: bool = True,
) -> None:
    if execution.abandoned:
        return
    try:
        await settled(function())
    except GeneratorExit:
        raise
    except DeviceOffline:
        return  # it was never there: nothing has been done to it
    except BaseException as error:  # whatever it is, the steps that are left have to be taken
        execution.engine.log.exception("%s of %s failed", step, name_of(obj))
        execution.engine.report_cleanup_failure(CleanupFailure(step, obj, error, function), again=again)
