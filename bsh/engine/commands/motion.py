"""Messages that move, trigger and wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting, maybe_awaiting, settled
from bsh.engine.commands.starting import no_status, start
from bsh.engine.commands.table import message_command
from bsh.errors import WaitForTimeoutError
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("set")
def set_(execution: Execution, msg: Msg) -> Any:
    """Start a move: ``obj.set(*args, **kwargs)``; the status joins ``group``."""
    obj, kwargs = msg.obj, msg.kwargs
    execution.movers[obj] = msg
    execution.seen[obj] = None
    group = None
    if kwargs:
        kwargs = dict(kwargs)
        group = kwargs.pop("group", None)
    if execution.statuses.orphans:
        execution.statuses.forget_orphans(obj)
    status = obj.set(*msg.args, **kwargs)
    if not hasattr(status, "add_callback"):
        raise no_status(obj, "set", status)
    guard = execution.engine.move_guard
    if guard is not None and msg.args:
        status = guard(obj, msg.args[0], status)
    execution.statuses.track(status, msg, group)
    return status


@message_command("trigger")
def trigger(execution: Execution, msg: Msg) -> Any:
    """Start a measurement: ``obj.trigger()``; the status joins ``group``."""
    obj, kwargs = msg.obj, msg.kwargs
    if len(kwargs) > 1 or (kwargs and "group" not in kwargs):
        return start(execution, msg, obj.trigger)
    execution.seen[obj] = None
    status = obj.trigger(*msg.args)
    if status is not None:
        if not hasattr(status, "add_callback"):
            raise no_status(obj, "trigger", status)
        guard = execution.engine.action_guard
        if guard is not None:
            status = guard(obj, "trigger", status)
        execution.statuses.track(status, msg, kwargs.get("group"))
    return status


@message_command("prepare")
def prepare(execution: Execution, msg: Msg) -> Any:
    """Make a device ready: ``obj.prepare(*args)``; the status joins ``group``."""
    return start(execution, msg, msg.obj.prepare)


@message_command("stop")
def stop(execution: Execution, msg: Msg) -> Any:
    """Stop a device: ``obj.stop()``."""
    return maybe_awaiting(msg.obj.stop())


@message_command("locate")
def locate(execution: Execution, msg: Msg) -> Any:
    """Ask devices where they are: one location, or a list of them for several devices."""
    objs = (msg.obj, *msg.args)
    return Awaiting(_locate(objs, squeeze=msg.kwargs.get("squeeze", True)))


async def _locate(objs: tuple[Any, ...], *, squeeze: bool) -> Any:
    locations = [await settled(obj.locate()) for obj in objs]
    return locations[0] if squeeze and len(locations) == 1 else locations


@message_command("wait")
def wait(execution: Execution, msg: Msg) -> Any:
    """Wait until everything in ``group`` is done; True, or False after a timeout that is no error."""
    kwargs = msg.kwargs
    group = msg.args[0] if msg.args else kwargs.get("group")
    waiter = execution.statuses.waiter(group)
    if waiter is None:
        return True
    hook = execution.engine.waiting_hook
    timeout = kwargs.get("timeout")
    if hook is None and timeout is None:
        return Awaiting(waiter)
    return Awaiting(_wait(execution, waiter, group, timeout, kwargs.get("error_on_timeout", True)))


async def _wait(
    execution: Execution, waiter: asyncio.Future[bool], group: Any, timeout_s: float | None, is_error: bool
) -> bool:
    hook = execution.engine.waiting_hook
    if hook is not None:
        hook({token.status for token in execution.statuses.pending(group)})
    try:
        done, _ = await asyncio.wait({waiter}, timeout=timeout_s)
    finally:
        if hook is not None:
            hook(None)
    if done:
        return True
    if is_error:
        names = sorted(
            str(getattr(token.msg.obj, "name", token.msg.obj)) for token in execution.statuses.pending(group)
        )
        raise WaitForTimeoutError(f"After {timeout_s} s still waiting for {', '.join(names)}.")
    return False


@message_command("sleep")
def sleep(execution: Execution, msg: Msg) -> Any:
    """Wait for a time in seconds."""
    seconds = msg.args[0]
    execution.sleep_ends = execution.clock.now() + seconds
    future = execution.loop.create_future()
    if seconds > 0:
        handle = execution.loop.call_later(seconds, _finish, future)
        future.add_done_callback(lambda _: handle.cancel())
    else:
        execution.loop.call_soon(_finish, future)
    return Awaiting(future)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
