"""Messages about the flow of the plan itself: checkpoints, pauses, suspenders, waiting for futures."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.engine.awaiting import Awaiting, settled
from bsh.engine.coming_to_rest import back_to_work
from bsh.engine.commands.table import message_command
from bsh.engine.interruption import pause_here
from bsh.engine.requests import PauseRequest
from bsh.errors import IllegalMessageSequence
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("null")
def null(execution: Execution, msg: Msg) -> None:
    """Do nothing."""


@message_command("RE_class")
def re_class(execution: Execution, msg: Msg) -> type:
    """Return the engine's class."""
    return type(execution.engine)


@message_command("checkpoint")
def checkpoint(execution: Execution, msg: Msg) -> float:
    """Make this the place that a rewind goes back to; a deferred pause happens here.

    Returns the plan's time in seconds, which does not pass while the plan is paused or suspended.
    """
    for run in execution.runs.values():
        if run.bundling:
            raise IllegalMessageSequence(
                "A checkpoint is not possible while a bundle is open: send save first."
            )
    if execution.cache is None:
        execution.start_cache(deque())
    execution.new_checkpoint()
    execution.first_failure = None  # the plan goes on: whatever failed before is over
    if execution.deferred_pause == "checkpoint":
        pause_here(execution)
    return execution.clock.checkpoint


@message_command("clear_checkpoint")
def clear_checkpoint(execution: Execution, msg: Msg) -> None:
    """From here on the plan cannot be resumed: an interruption aborts it."""
    execution.start_cache(None)


@message_command("rewindable")
def rewindable(execution: Execution, msg: Msg) -> bool:
    """Say whether messages are replayed after a pause; with an argument, choose it."""
    wanted = msg.args[0] if msg.args else msg.kwargs.get("rewindable")
    if wanted is not None:
        set_rewindable(execution, bool(wanted))
    return execution.rewindable


def set_rewindable(execution: Execution, wanted: bool) -> None:
    """Choose whether messages are replayed; a change makes a new checkpoint."""
    if wanted != execution.rewindable:
        execution.rewindable = wanted
        execution.point_remember()
        execution.new_checkpoint()


@message_command("pause")
def pause(execution: Execution, msg: Msg) -> None:
    """Pause now, or with ``defer`` at the next checkpoint."""
    defer = msg.kwargs.get("defer", msg.args[0] if msg.args else False)
    if defer:
        execution.post(PauseRequest(defer=True))
    else:
        pause_here(execution)


@message_command("wait_for")
def wait_for(execution: Execution, msg: Msg) -> Any:
    """Wait for awaitables that the given functions make; returns what ``asyncio.wait`` does.

    As there, an awaitable that failed is among those that are done, with its exception.
    """
    return Awaiting(_wait_for(msg.args[0], msg.kwargs))


async def _wait_for(factories: Any, kwargs: dict[str, Any]) -> Any:
    futures = [
        asyncio.ensure_future(settled(factory() if callable(factory) else factory)) for factory in factories
    ]
    if not futures:
        return set(), set()
    try:
        done, pending = await asyncio.wait(futures, **kwargs)
    except asyncio.CancelledError:
        for future in futures:
            future.cancel()
        raise
    return done, pending


@message_command("input")
def input_(execution: Execution, msg: Msg) -> Any:
    """Ask the person in front of the terminal; returns the line typed."""
    prompt = msg.kwargs.get("prompt", msg.args[0] if msg.args else "")
    ask = getattr(execution.engine.during_task, "ask", None)
    if ask is None:
        raise RuntimeError("There is nobody to ask: the engine's during_task has no ask(prompt).")
    return Awaiting(asyncio.wrap_future(ask(prompt), loop=execution.loop))


@message_command("install_suspender")
def install_suspender(execution: Execution, msg: Msg) -> None:
    """Let a suspender watch over the plan from here on."""
    execution.engine.install_suspender(msg.args[0])
    execution.new_checkpoint()


@message_command("remove_suspender")
def remove_suspender(execution: Execution, msg: Msg) -> None:
    """Take a suspender away."""
    execution.engine.remove_suspender(msg.args[0])
    execution.new_checkpoint()


@message_command("_start_suspender")
def start_suspender(execution: Execution, msg: Msg) -> None:
    """Mark the beginning of a suspension."""


@message_command("_resume_from_suspender")
def resume_from_suspender(execution: Execution, msg: Msg) -> Any:
    """Tell the devices that a suspension is over."""
    return Awaiting(back_to_work(execution, "resume"), atomic=True)


resume = message_command("resume")(resume_from_suspender)


@message_command("_replay_after_suspender")
def replay_after_suspender(execution: Execution, msg: Msg) -> None:
    """Go back from the suspension to the plan: what follows is replayed and remembered anew."""
    suspension, execution.suspension = execution.suspension, None
    if suspension is not None:
        execution.clock.go_on(suspension.plan_time)
    execution.new_checkpoint()
    execution.engine.tell(notices.Released("Released: going on."))
