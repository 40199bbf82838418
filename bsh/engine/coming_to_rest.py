"""What a pause and a suspension have in common: everything stops, and later goes on."""

from __future__ import annotations

from functools import partial
from typing import Any

from bsh.engine.awaiting import settled
from bsh.engine.devices import call_guarded, stop_devices
from bsh.engine.execution import Execution
from bsh.engine.statuses import StatusToken
from bsh.errors import NoReplayAllowed

__all__ = ["back_to_work", "come_to_rest"]


async def come_to_rest(execution: Execution, why: str) -> dict[Any, bool]:
    """Stop what moves, tell the devices, drop what will be done again.

    Returns the devices that moved, and whether each of them could be stopped.
    """
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
    moving: dict[Any, bool] = {}
    for token in list(execution.statuses.all_pending()):
        if token.msg.command == "set" and token.msg.obj in execution.movers:
            execution.statuses.forget(token)
            moving[token.msg.obj] = hasattr(token.msg.obj, "stop")
    for obj, _ in await stop_devices(execution, movers):
        if obj in moving:
            moving[obj] = False
    for obj in list(execution.seen):
        pause = getattr(obj, "pause", None)
        if pause is None:
            continue
        try:
            await settled(pause())
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
    return moving


def _moves_under_way(execution: Execution) -> tuple[list[StatusToken], set[StatusToken]]:
    """Return the moves under way, and what was started since the checkpoint: a replay repeats that only."""
    moves = [token for token in execution.statuses.all_pending() if token.msg.command == "set"]
    return moves, set(execution.statuses.since_checkpoint)


async def back_to_work(execution: Execution, why: str) -> None:
    """Tell devices that the plan goes on, and listen to monitored ones again."""
    for run in execution.runs.values():
        run.record_interruption(why)
    for obj in list(execution.seen):
        await call_guarded(execution.engine, obj, "resume")
    for run in execution.runs.values():
        run.restore_monitors()
