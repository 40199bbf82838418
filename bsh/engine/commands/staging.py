"""Messages that make devices ready and put them back, and subscriptions for the time of a plan."""

from __future__ import annotations

import asyncio
import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting, settled
from bsh.engine.cleanup_failures import CleanupFailure
from bsh.engine.commands.table import message_command
from bsh.engine.lost_devices import forget_owed_unstaging, refuse_lost, unstage_device
from bsh.errors import DeviceLost
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("stage")
def stage(execution: Execution, msg: Msg) -> Any:
    """Make a device ready; returns what its ``stage`` does, ``[]`` if it has none."""
    obj = msg.obj
    if not hasattr(obj, "stage"):
        return []
    # Noted first: a device that fails half-way through staging has to be unstaged as well.
    execution.staged[obj] = None
    execution.seen[obj] = None
    refuse_lost(execution.engine, obj, "staged")
    if forget_owed_unstaging(execution.engine, obj):
        execution.new_checkpoint()
        return Awaiting(asyncio.ensure_future(_stage_anew(obj)), atomic=True)
    result = obj.stage()
    execution.new_checkpoint()
    return _staging_result(execution, msg, result)


async def _stage_anew(obj: Any) -> Any:
    """Stage a device that was lost when it was to be unstaged, and is back."""
    await settled(obj.unstage())
    return await settled(obj.stage())


@message_command("unstage")
def unstage(execution: Execution, msg: Msg) -> Any:
    """Put a device back; returns what its ``unstage`` does, ``[]`` if it has none."""
    obj = msg.obj
    if not hasattr(obj, "unstage"):
        return []
    try:
        refuse_lost(execution.engine, obj, "unstaged")
    except DeviceLost as error:  # told, and tried again: raised, it would hide what the plan has failed with
        retry = partial(unstage_device, execution.engine, obj)
        execution.engine.report_cleanup_failure(CleanupFailure("unstage", obj, error, retry))
        execution.staged.pop(obj, None)
        return []
    result = obj.unstage()
    execution.staged.pop(obj, None)
    execution.new_checkpoint()
    return _staging_result(execution, msg, result)


def _staging_result(execution: Execution, msg: Msg, result: Any) -> Any:
    if hasattr(result, "add_callback"):
        execution.statuses.track(result, msg, msg.kwargs.get("group"))
        return result
    if inspect.isawaitable(result):
        return Awaiting(asyncio.ensure_future(result), atomic=True)
    return result


@message_command("subscribe")
def subscribe(execution: Execution, msg: Msg) -> int:
    """Subscribe a function to the documents until the end of this call; returns a token."""
    token = execution.engine.subscribe(*msg.args, **msg.kwargs)
    execution.temporary_subscriptions.add(token)
    execution.new_checkpoint()
    return token


@message_command("unsubscribe")
def unsubscribe(execution: Execution, msg: Msg) -> None:
    """Take a subscription back."""
    token = msg.kwargs["token"] if "token" in msg.kwargs else msg.args[0]
    execution.engine.unsubscribe(token)
    execution.temporary_subscriptions.discard(token)
    execution.new_checkpoint()
