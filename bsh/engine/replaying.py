"""What has to be done again after an interruption, and doing it."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from bsh.engine import notices
from bsh.engine.devices import name_of, with_unit
from bsh.engine.execution import Execution
from bsh.msg import Msg

__all__ = ["replay", "restore_interrupted", "start_replay", "take_replay"]


def start_replay(execution: Execution) -> int:
    """Put what has to be done again on top of the stack; return how many messages that is."""
    messages, interrupted, plan_time = take_replay(execution)
    execution.clock.go_on(plan_time)
    if messages or interrupted is not None:
        # Nested replays keep their order: what is left of an older one stays below this one.
        reply = execution.frames[-1].reply
        execution.push(replay(messages, interrupted, reply), returns=True)
    return len(messages) + (interrupted is not None)


def take_replay(execution: Execution) -> tuple[list[Msg], Msg | None, float]:
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
    where = ", ".join(f"{name_of(obj)} to {with_unit(obj, position)}" for obj, position in positions.items())
    execution.engine.tell(notices.AxesReturned(f"Moving back what was moved during the pause: {where}."))
    group = object()
    moves = [Msg("set", obj, position, group=group) for obj, position in positions.items()]
    return [*moves, Msg("wait", None, group=group)]


def replay(messages: Iterable[Msg], interrupted: Msg | None, reply: Any) -> Generator[Msg, Any, Any]:
    """Send messages again; return what the plan below was owed, or the interrupted message's result."""
    # Not "yield from": a list's iterator cannot be sent the replies.
    for msg in messages:  # noqa: UP028
        yield msg
    if interrupted is not None:
        return (yield interrupted)
    return reply


def restore_interrupted(execution: Execution) -> None:
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
    execution.push(replay((), _rest_of(execution, interrupted), None), returns=True)
