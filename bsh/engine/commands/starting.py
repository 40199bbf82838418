"""What the messages have in common that start something on a device and give back a status."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__ = ["start"]


def start(execution: Execution, msg: Msg, method: Callable[..., Any]) -> Any:
    """Call a device's method with what the message has, but for the group, which its status joins."""
    execution.seen[msg.obj] = None
    kwargs = dict(msg.kwargs)
    group = kwargs.pop("group", None)
    result = method(*msg.args, **kwargs)
    if hasattr(result, "add_callback"):
        execution.statuses.track(result, msg, group)
    elif inspect.isawaitable(result):
        return Awaiting(result)
    return result
