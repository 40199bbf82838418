"""What the messages have in common that start something on a device and give back a status."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.engine.devices import name_of
from bsh.errors import DeviceBug
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__ = ["no_status", "start"]


def start(execution: Execution, msg: Msg, method: Callable[..., Any]) -> Any:
    """Call a device's method with what the message has, but for the group, which its status joins."""
    execution.seen[msg.obj] = None
    kwargs = dict(msg.kwargs)
    group = kwargs.pop("group", None)
    result = method(*msg.args, **kwargs)
    if hasattr(result, "add_callback"):
        guard = execution.engine.action_guard
        if guard is not None:
            result = guard(msg.obj, msg.command, result)
        execution.statuses.track(result, msg, group)
    elif inspect.isawaitable(result):
        return Awaiting(result)
    return result


def no_status(obj: Any, method: str, result: Any) -> DeviceBug:
    """Make the error for a device whose method returned what is no status."""
    if inspect.iscoroutine(result):
        result.close()  # nobody will await it
    what = "None" if result is None else f"a {type(result).__name__}"
    return DeviceBug(
        f"{name_of(obj)}.{method}() returned {what}; it must return a status. This is a bug in the device."
    )
