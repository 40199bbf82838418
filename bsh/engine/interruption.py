"""What an execution does with requests: pause, resume, suspend, leave.

The functions run on the engine's thread between two messages. Which request is legal in which state is
looked up in :mod:`bsh.engine.states`.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Generator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.engine.devices import call_guarded, name_of, stop_devices, words_of
from bsh.engine.execution import Execution
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
from bsh.engine.statuses import StatusToken, failed_status
from bsh.errors import FailedPause, NoReplayAllowed, RequestAbort, RequestStop
from bsh.msg import Msg, ensure_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Suspension", "attend", "pause_here", "suspension_plan"]


async def attend(execution: Execution) -> None:
    """Work off the requests that have come in."""
    execution.attention = False
    while execution.requests:
        request = execution.requests.popleft()
        state = execution.engine.state
        if LEGAL_REQUESTS[request.kind][state] is not Legality.OBEY:
            continue
        await _obey(execution, request)
    _restore_interrupted(execution)


async def _obey(execution: Execution, request: Request) -> None:
    match request:
        case PauseRequest(defer=True):
            _note_deferred(execution, request)
        case PauseRequest():
            await _pause(execution)
        case SuspendRequest():
            await _suspend(execution, request)
        case FailureRequest():
            _fail(execution, request)
        case StopRequest() | AbortRequest() | HaltRequest():
            leave(execution, request)
            await _stop_moves(execution)
        case _:
            pass


async def _stop_moves(execution: Execution) -> None:
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


# -- leaving ---------------------------------------------------------------------------------------


def leave(execution: Execution, request: Request) -> None:
    """Throw the request's exception into the plan, so that only its cleanup still runs."""
    engine = execution.engine
    execution.interrupted = True
    execution.deferred_pause = None
    execution.suspension = None
    execution.statuses.pardon_all()
    if isinstance(request, StopRequest):
        execution.exit_status = "success"
        execution.return_motors = request.return_motors
        engine.set_state(EngineState.STOPPING)
        engine.tell(notices.Leaving("Stopping: cleaning up, the data are kept.", how="stop"))
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


def _cannot_resume(execution: Execution, what: str) -> None:
    engine = execution.engine
    execution.interrupted = True
    execution.exit_status = "abort"
    execution.reason = f"No checkpoint; cannot {what}."
    engine.set_state(EngineState.ABORTING)
    engine.tell(notices.Leaving(f"No checkpoint; cannot {what}. Aborting: cleaning up.", how="abort"))
    execution.throw(FailedPause(execution.reason))


# -- pausing ---------------------------------------------------------------------------------------


def pause_here(execution: Execution) -> None:
    """Pause before the next message; for the ``pause`` message and a deferred pause at its checkpoint."""
    execution.requests.appendleft(PauseRequest())
    execution.attention = True


async def _pause(execution: Execution) -> None:
    engine = execution.engine
    execution.deferred_pause = None
    if not execution.resumable:
        _cannot_resume(execution, "pause")
        return
    engine.set_state(EngineState.PAUSING)
    try:
        stopped = await _come_to_rest(execution, "pause")
    except Exception as error:
        _leave_failed(execution, error)
        return
    if _asked_to_leave(execution):
        return  # no prompt in between
    engine.set_state(EngineState.PAUSED)
    engine.tell(notices.Paused(engine.pause_msg, stopped=tuple(stopped)))
    execution.interrupted = True
    if not _asked_to_leave(execution):
        engine.callers.release_at_pause()
    await _until_left(execution)


def _leave_failed(execution: Execution, error: Exception) -> None:
    """End a plan that cannot be interrupted as it should: its cleanup runs, and the run has failed."""
    execution.exit_status = "fail"
    execution.reason = words_of(error)
    execution.engine.set_state(EngineState.ABORTING)
    execution.throw(error)


def _asked_to_leave(execution: Execution) -> bool:
    return any(
        isinstance(request, StopRequest | AbortRequest | HaltRequest) for request in list(execution.requests)
    )


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


async def _come_to_rest(execution: Execution, why: str) -> list[str]:
    """Stop what moves, tell the devices, drop what will be done again."""
    execution.clock.stand_still()
    failures = []
    for run in execution.runs.values():
        for step in (partial(run.record_interruption, why), run.suspend_monitors):
            try:
                step()
            except Exception as error:  # what moves has to be stopped all the same
                failures.append(error)
    if not execution.rewindable:
        execution.new_checkpoint()  # nothing was remembered: the plan goes on exactly where it is
    moves, replayed = _moves_under_way(execution)
    movers = list(execution.movers)
    # The engine stops these moves itself: how their statuses end is no news.
    moving: dict[Any, None] = {}
    for token in list(execution.statuses.all_pending()):
        if token.msg.command == "set" and token.msg.obj in execution.movers:
            execution.statuses.forget(token)
            moving[token.msg.obj] = None
    await stop_devices(execution, movers)
    for obj in list(execution.seen):
        pause = getattr(obj, "pause", None)
        if pause is None:
            continue
        try:
            result = pause()
            if inspect.isawaitable(result):
                await result
        except NoReplayAllowed:
            execution.new_checkpoint()
            replayed = set()
        except Exception:
            execution.engine.log.exception("%s.pause() failed", getattr(obj, "name", obj))
    execution.moves_at_checkpoint = [token.msg for token in moves if token not in replayed]
    execution.statuses.forget_since_checkpoint()
    for run in execution.runs.values():
        run.rewind()
    if failures:
        raise failures[0]
    return [name_of(obj) for obj in moving if hasattr(obj, "stop")]


def _moves_under_way(execution: Execution) -> tuple[list[StatusToken], set[StatusToken]]:
    """Return the moves under way, and what was started since the checkpoint: a replay repeats that only."""
    moves = [token for token in execution.statuses.all_pending() if token.msg.command == "set"]
    return moves, set(execution.statuses.since_checkpoint)


async def _resume(execution: Execution) -> None:
    engine = execution.engine
    execution.interrupted = False
    engine.set_state(EngineState.RUNNING)
    replay = _start_replay(execution)
    engine.tell(notices.Resumed("Resuming.", replayed=replay))
    try:
        await back_to_work(execution, "resume")
    except Exception as error:
        execution.throw(error)
    for suspender in engine.tripped_suspenders():
        execution.post(suspender)


async def back_to_work(execution: Execution, why: str) -> None:
    """Tell devices that the plan goes on, and listen to monitored ones again."""
    for run in execution.runs.values():
        run.record_interruption(why)
    for obj in list(execution.seen):
        await call_guarded(execution.engine, obj, "resume")
    for run in execution.runs.values():
        run.restore_monitors()


def _start_replay(execution: Execution) -> int:
    """Put what has to be done again on top of the stack; return how many messages that is."""
    messages, interrupted, plan_time = _take_replay(execution)
    execution.clock.go_on(plan_time)
    if messages or interrupted is not None:
        # Nested replays keep their order: what is left of an older one stays below this one.
        reply = execution.frames[-1].reply
        execution.push(_replay(messages, interrupted, reply), returns=True)
    return len(messages) + (interrupted is not None)


def _take_replay(execution: Execution) -> tuple[list[Msg], Msg | None, float]:
    """Return what has to be done again, and what time it is then for the plan."""
    interrupted = execution.interrupted_msg
    execution.interrupted_msg = None
    messages = list(execution.cache or ())
    if interrupted is not None and messages and messages[-1] is interrupted:
        messages.pop()
    if execution.cache is not None:
        execution.cache.clear()
    moves, execution.moves_at_checkpoint = execution.moves_at_checkpoint, []
    replayed = [*_return_moves(execution), *moves, *messages]
    if replayed or interrupted is None:
        return replayed, interrupted, execution.clock.checkpoint
    return replayed, _rest_of(execution, interrupted), execution.clock.stopped


def _rest_of(execution: Execution, interrupted: Msg) -> Msg:
    """Return what is left of an interrupted message: nobody sleeps twice for the same reason."""
    if interrupted.command != "sleep" or execution.sleep_ends is None:
        return interrupted
    return Msg("sleep", None, max(0.0, execution.sleep_ends - execution.clock.stopped))


def _return_moves(execution: Execution) -> list[Msg]:
    """Return messages that put axes back which were moved while the plan was paused."""
    positions, execution.moved_aside = execution.moved_aside, {}
    if not positions:
        return []
    where = ", ".join(f"{name_of(obj)} to {position}" for obj, position in positions.items())
    execution.engine.tell(notices.AxesReturned(f"Moving back what was moved during the pause: {where}."))
    group = object()
    moves = [Msg("set", obj, position, group=group) for obj, position in positions.items()]
    return [*moves, Msg("wait", None, group=group)]


def _replay(messages: Iterable[Msg], interrupted: Msg | None, reply: Any) -> Generator[Msg, Any, Any]:
    """Send messages again; return what the plan below was owed, or the interrupted message's result."""
    # Not "yield from": a list's iterator cannot be sent the replies.
    for msg in messages:  # noqa: UP028
        yield msg
    if interrupted is not None:
        return (yield interrupted)
    return reply


def _restore_interrupted(execution: Execution) -> None:
    """Send a message again whose wait was cut short although the plan goes on without a rewind."""
    if execution.interrupted_msg is None or not execution.frames:
        return
    if execution.frames[-1].exc is not None:
        execution.interrupted_msg = None
        return
    interrupted, execution.interrupted_msg = execution.interrupted_msg, None
    if execution.cache and execution.cache[-1] is interrupted:
        execution.cache.pop()
    execution.clock.stand_still()  # it was cut short just now
    execution.push(_replay((), _rest_of(execution, interrupted), None), returns=True)


# -- suspending ------------------------------------------------------------------------------------


class Suspension:
    """Why the plan is suspended, since when, and what it waits for.

    Parameters
    ----------
    execution : Execution
        The plan under way.
    """

    def __init__(self, execution: Execution) -> None:
        self.requests: list[SuspendRequest] = []
        self.waited = 0
        self.since = datetime.now()
        self.plan_time = execution.clock.checkpoint
        self.execution = execution

    def waits_for(self, request: SuspendRequest) -> bool:
        """Whether the same release is waited for already."""
        return any(each.release == request.release for each in self.requests[self.waited :])

    @property
    def justification(self) -> str:
        """All reasons, a line each."""
        return "\n".join(request.justification for request in self.requests if request.justification)


async def _suspend(execution: Execution, request: SuspendRequest) -> None:
    engine = execution.engine
    if execution.suspension is not None:
        if execution.suspension.waits_for(request):
            return
        execution.suspension.requests.append(request)
        engine.tell(notices.Suspended("Another suspender tripped.", justification=request.justification))
        _restore_interrupted(execution)  # first, so that the wait goes on after the plan
        if request.pre_plan is not None:
            execution.push(_plan_of(request.pre_plan))
        return
    if not execution.resumable:
        _cannot_resume(execution, "suspend")
        return
    engine.set_state(EngineState.SUSPENDING)
    suspension = execution.suspension = Suspension(execution)
    suspension.requests.append(request)
    try:
        await _come_to_rest(execution, "suspend")
    except Exception as error:
        execution.suspension = None
        _leave_failed(execution, error)
        return
    messages, interrupted, suspension.plan_time = _take_replay(execution)
    reply = execution.frames[-1].reply
    execution.start_cache(deque())
    execution.push(suspension_plan(suspension, messages, interrupted, reply), returns=True)
    engine.set_state(EngineState.RUNNING)
    engine.tell(notices.Suspended("Suspended.", justification=request.justification))


def suspension_plan(
    suspension: Suspension, messages: list[Msg], interrupted: Msg | None, reply: Any
) -> Generator[Msg, Any, Any]:
    """Wait until every suspender has released, then do again what was not finished."""
    yield Msg("_start_suspender", None, suspension.justification)
    first = suspension.requests[0]
    if first.pre_plan is not None:
        yield from _plan_of(first.pre_plan)
    done = 0
    while done < len(suspension.requests):
        yield from _all_released(suspension)
        yield Msg("_resume_from_suspender")
        # One that trips meanwhile is waited for before the plan goes on.
        while done < suspension.waited:
            request = suspension.requests[done]
            done += 1
            if request.post_plan is not None:
                yield from _plan_of(request.post_plan)
    yield Msg("_replay_after_suspender")
    return (yield from _replay(messages, interrupted, reply))


def _all_released(suspension: Suspension) -> Generator[Msg, Any, Any]:
    while suspension.waited < len(suspension.requests):
        answer = yield Msg("wait_for", None, [suspension.requests[suspension.waited].release])
        for release in answer[0]:
            release.result()  # a release that failed is none
        suspension.waited += 1
        if suspension.waited == len(suspension.requests):
            # One that released while another was waited for may have tripped again.
            suspension.requests += suspension.execution.engine.tripped_suspenders()


def _plan_of(plan: Any) -> Generator[Msg, Any, Any]:
    return ensure_generator(plan() if callable(plan) else plan)
