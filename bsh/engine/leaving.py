"""A plan is asked to end, or has to: the exception that makes it clean up."""

from __future__ import annotations

from bsh.engine import notices
from bsh.engine.devices import stop_devices, words_of
from bsh.engine.execution import Execution
from bsh.engine.requests import AbortRequest, HaltRequest, Request, StopRequest
from bsh.engine.states import EngineState
from bsh.errors import FailedPause, RequestAbort, RequestStop

__all__ = ["asked_to_leave", "cannot_resume", "leave", "leave_failed", "stop_moves"]


def leave(execution: Execution, request: Request) -> None:
    """Throw the request's exception into the plan, so that only its cleanup still runs."""
    engine = execution.engine
    execution.interrupted = True
    execution.deferred_pause = None
    if execution.suspension is not None:
        execution.suspension.broken_off()
        execution.suspension = None
    execution.statuses.pardon_all()
    if isinstance(request, StopRequest):
        execution.exit_status = "success"
        execution.return_motors = request.return_motors
        execution.reason = request.reason or execution.reason
        engine.set_state(EngineState.STOPPING)
        why = f" ({request.reason})" if request.reason else ""
        engine.tell(notices.Leaving(f"Stopping{why}: cleaning up, the data are kept.", how="stop"))
        stop = RequestStop()
        stop.return_motors = request.return_motors
        execution.throw(stop)
    elif isinstance(request, AbortRequest):
        execution.exit_status = "abort"
        if engine.state is EngineState.ABORTING:
            # Asked again while cleaning up: what is left of this cleanup step, a move back say, is skipped.
            execution.reason = execution.reason or "interrupted during cleanup"
            engine.tell(notices.Leaving("Skipping return moves.", how="abort"))
            abort = RequestAbort(execution.reason)
            abort.return_motors = False
        else:
            execution.reason = request.reason or execution.reason
            engine.set_state(EngineState.ABORTING)
            engine.tell(notices.Leaving("Aborting: cleaning up.", how="abort"))
            abort = RequestAbort(execution.reason)
        execution.throw(abort)
    elif isinstance(request, HaltRequest):
        execution.exit_status = "abort"
        execution.reason = request.reason or execution.reason or "halted"
        engine.set_state(EngineState.HALTING)
        engine.tell(notices.Leaving("Halting: no cleanup by the plan, motors are stopped.", how="halt"))
        execution.interrupted_msg = None
        for complaint in execution.halt_plans():
            engine.log.warning(complaint)
    if execution.wakeup is not None and not execution.wakeup.done():
        execution.wakeup.set_result(None)


def cannot_resume(execution: Execution, what: str) -> None:
    """End a plan that was to be interrupted at a place from which it could not go on."""
    engine = execution.engine
    execution.interrupted = True
    execution.exit_status = "abort"
    execution.reason = f"No checkpoint; cannot {what}."
    engine.set_state(EngineState.ABORTING)
    engine.tell(notices.Leaving(f"No checkpoint; cannot {what}. Aborting: cleaning up.", how="abort"))
    execution.throw(FailedPause(execution.reason))


async def stop_moves(execution: Execution) -> None:
    """Stop what moves before the plan cleans up; what stopped need not be stopped again at the end."""
    moves = [
        token
        for token in execution.statuses.all_pending()
        if token.msg.command == "set" and token.msg.obj in execution.movers
    ]
    for token in moves:
        execution.statuses.forget(token)
    devices = dict.fromkeys(token.msg.obj for token in moves)
    failed = [obj for obj, _ in await stop_devices(execution, devices)]
    for obj in devices:
        if obj not in failed:
            execution.movers.pop(obj, None)


def leave_failed(execution: Execution, error: Exception) -> None:
    """End a plan that cannot be interrupted as it should: its cleanup runs, and the run has failed."""
    execution.exit_status = "fail"
    execution.reason = words_of(error)
    execution.engine.set_state(EngineState.ABORTING)
    execution.throw(error)


def asked_to_leave(execution: Execution) -> bool:
    """Whether somebody has asked for the plan to end."""
    return any(
        isinstance(request, StopRequest | AbortRequest | HaltRequest) for request in list(execution.requests)
    )
