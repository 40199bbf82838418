"""A suspender trips: the plan comes to rest, waits for the release, and is done again from its checkpoint."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from datetime import datetime
from time import monotonic
from typing import Any

from bsh.engine import notices
from bsh.engine.coming_to_rest import come_to_rest
from bsh.engine.execution import Execution
from bsh.engine.leaving import cannot_resume, leave_failed
from bsh.engine.replaying import replay, restore_interrupted, take_replay
from bsh.engine.requests import SuspendRequest
from bsh.engine.states import EngineState
from bsh.msg import Msg, ensure_generator

__all__ = ["Suspension", "suspend", "suspension_plan"]


class Suspension:
    """Why the plan is suspended, since when, and what it waits for.

    Parameters
    ----------
    execution : Execution
        The plan under way.
    """

    def __init__(self, execution: Execution) -> None:
        self.requests: list[SuspendRequest] = []
        self._came_at: list[float] = []
        self.waited = 0
        self.since = datetime.now()
        self.plan_time = execution.clock.checkpoint
        self.execution = execution

    def add(self, request: SuspendRequest) -> None:
        """Note one more reason to wait.

        Parameters
        ----------
        request : SuspendRequest
            Says what to wait for.
        """
        self.requests.append(request)
        self._came_at.append(monotonic())

    def note_released(self) -> None:
        """Note that the next one of the reasons is none any more; the open runs have lost the time until now."""
        for run in self.execution.runs.values():
            cause = _cause_of(self.requests[self.waited])
            run.suspended_s[cause] = (
                run.suspended_s.get(cause, 0.0) + monotonic() - self._came_at[self.waited]
            )
        self.waited += 1

    def broken_off(self) -> None:
        """Note that nobody waits any more, since the plan ends."""
        while self.waited < len(self.requests):
            self.note_released()

    def waits_for(self, request: SuspendRequest) -> bool:
        """Whether the same release is waited for already."""
        return any(each.release == request.release for each in self.requests[self.waited :])

    @property
    def justification(self) -> str:
        """All reasons, a line each."""
        return "\n".join(request.justification for request in self.requests if request.justification)


async def suspend(execution: Execution, request: SuspendRequest) -> None:
    """Suspend the plan, or note one more reason if it is suspended already."""
    engine = execution.engine
    if execution.suspension is not None:
        if execution.suspension.waits_for(request):
            return
        execution.suspension.add(request)
        engine.tell(notices.Suspended("Another suspender tripped.", justification=request.justification))
        restore_interrupted(execution)  # first, so that the wait goes on after the plan
        if request.pre_plan is not None:
            execution.push(_plan_of(request.pre_plan))
        return
    if not execution.resumable:
        cannot_resume(execution, "suspend")
        return
    engine.set_state(EngineState.SUSPENDING)
    suspension = execution.suspension = Suspension(execution)
    suspension.add(request)
    try:
        await come_to_rest(execution, "suspend")
    except Exception as error:
        execution.suspension = None
        leave_failed(execution, error)
        return
    messages, interrupted, suspension.plan_time = take_replay(execution)
    reply = execution.frames[-1].reply
    execution.start_cache(deque())
    execution.push(suspension_plan(suspension, messages, interrupted, reply), returns=True)
    if execution.frames[-1].exc is not None:
        execution.suspension = None  # the stack is too deep: the plan leaves
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
    return (yield from replay(messages, interrupted, reply))


def _all_released(suspension: Suspension) -> Generator[Msg, Any, Any]:
    while suspension.waited < len(suspension.requests):
        answer = yield Msg("wait_for", None, [suspension.requests[suspension.waited].release])
        for release in answer[0]:
            release.result()  # a release that failed is none
        suspension.note_released()
        if suspension.waited == len(suspension.requests):
            # One that released while another was waited for may have tripped again.
            for request in suspension.execution.engine.tripped_suspenders():
                suspension.add(request)


def _cause_of(request: SuspendRequest) -> str:
    """Return what a suspender watches, else why it suspended."""
    suspender = getattr(request.release, "__self__", None)
    name = getattr(getattr(suspender, "_signal", None), "name", None)
    return str(name or request.justification or "somebody")


def _plan_of(plan: Any) -> Generator[Msg, Any, Any]:
    return ensure_generator(plan() if callable(plan) else plan)
