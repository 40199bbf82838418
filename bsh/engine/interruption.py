"""What an execution does with requests: obey, if the state allows; above all, pause and resume.

The functions run on the engine's thread between two messages. Which request is legal in which state is
looked up in :mod:`bsh.engine.states`.
"""

from __future__ import annotations

from bsh.engine import notices
from bsh.engine.coming_to_rest import back_to_work, come_to_rest
from bsh.engine.devices import name_of
from bsh.engine.execution import Execution
from bsh.engine.leaving import asked_to_leave, cannot_resume, leave, leave_failed, stop_moves
from bsh.engine.moved_by_hand import moved_since, positions_of
from bsh.engine.replaying import restore_interrupted, start_replay
from bsh.engine.requests import (
    AbortRequest,
    AsideRequest,
    FailureRequest,
    HaltRequest,
    PauseRequest,
    Request,
    ResumeRequest,
    StopRequest,
    SuspendRequest,
)
from bsh.engine.states import LEGAL_REQUESTS, EngineState, Legality
from bsh.engine.statuses import failed_status
from bsh.engine.suspending import suspend

__all__ = ["attend", "pause_here"]


async def attend(execution: Execution) -> None:
    """Work off the requests that have come in."""
    execution.attention = False
    while execution.requests:
        request = execution.requests.popleft()
        state = execution.engine.state
        if LEGAL_REQUESTS[request.kind][state] is not Legality.OBEY:
            continue
        await _obey(execution, request)
    restore_interrupted(execution)


async def _obey(execution: Execution, request: Request) -> None:
    match request:
        case PauseRequest(defer=True):
            _note_deferred(execution, request)
        case PauseRequest():
            await _pause(execution)
        case SuspendRequest():
            await suspend(execution, request)
        case FailureRequest():
            _fail(execution, request)
        case StopRequest() | AbortRequest() | HaltRequest():
            leave(execution, request)
            await stop_moves(execution)
        case _:
            pass


def _note_deferred(execution: Execution, request: PauseRequest) -> None:
    execution.deferred_pause = request.at
    execution.pause_by_key = request.by_key
    where = "after this point" if request.at == "checkpoint" else "at the end of this run"
    execution.engine.tell(notices.PausePending(f"Pausing {where}.", at=request.at))


def _fail(execution: Execution, request: FailureRequest) -> None:
    if request.token is not None:
        if request.token.pardoned:
            return
        execution.throw(failed_status(request.token))
    elif request.error is not None:
        execution.throw(request.error)


# -- pausing ---------------------------------------------------------------------------------------


def pause_here(execution: Execution) -> None:
    """Pause before the next message; for the ``pause`` message and a deferred pause at its checkpoint."""
    execution.requests.appendleft(PauseRequest())
    execution.attention = True


async def _pause(execution: Execution) -> None:
    engine = execution.engine
    execution.deferred_pause = None
    if not execution.resumable:
        cannot_resume(execution, "pause")
        return
    engine.set_state(EngineState.PAUSING)
    try:
        moving = await come_to_rest(execution, "pause")
    except Exception as error:
        leave_failed(execution, error)
        return
    if asked_to_leave(execution):
        return  # no prompt in between
    # What was moving needs no note: it comes to rest somewhere, and is sent on its way again.
    execution.at_rest = positions_of({obj: msg for obj, msg in execution.movers.items() if obj not in moving})
    engine.set_state(EngineState.PAUSED)
    stopped = tuple(name_of(obj) for obj, is_stopped in moving.items() if is_stopped)
    engine.tell(notices.Paused(engine.pause_msg, stopped=stopped))
    execution.interrupted = True
    if not asked_to_leave(execution):
        engine.callers.release_at_pause()
    await _until_left(execution)


async def _until_left(execution: Execution) -> None:
    engine = execution.engine
    failures: list[Request] = []
    while engine.state is EngineState.PAUSED:
        if not execution.requests:
            execution.wakeup = execution.loop.create_future()
            try:
                await execution.wakeup
            finally:
                execution.wakeup = None
            continue
        request = execution.requests.popleft()
        if isinstance(request, FailureRequest):
            failures.append(request)  # the plan hears of it when it goes on
            continue
        if LEGAL_REQUESTS[request.kind][engine.state] is not Legality.OBEY:
            continue
        match request:
            case ResumeRequest():
                await _resume(execution)
                execution.requests.extend(failures)
            case AsideRequest():
                await request.run(execution)
            case _:
                leave(execution, request)
    execution.attention = bool(execution.requests)


async def _resume(execution: Execution) -> None:
    engine = execution.engine
    execution.interrupted = False
    engine.set_state(EngineState.RUNNING)
    execution.moved_aside = {**moved_since(execution.at_rest), **execution.moved_aside}
    replay = start_replay(execution)
    engine.tell(notices.Resumed("Resuming.", replayed=replay))
    try:
        await back_to_work(execution, "resume")
    except Exception as error:
        execution.throw(error)
    if execution.suspension is not None:
        # The pause is over, what the plan was waiting for before is not.
        engine.tell(notices.Suspended("Still suspended.", justification=execution.suspension.justification))
    for suspender in engine.tripped_suspenders():
        execution.post(suspender)
