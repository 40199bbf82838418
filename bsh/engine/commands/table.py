"""The command table: what the engine does for each message, with its documentation.

A handler is a plain function ``handler(execution, msg)``. It returns the message's result, or an
:class:`~bsh.engine.awaiting.Awaiting` when the plan has to wait for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import maybe_awaiting
from bsh.msg import UNCACHEABLE_COMMANDS, Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__ = [
    "COMMANDS",
    "CommandTable",
    "Handler",
    "adapt_coroutine",
    "message_command",
    "new_table",
    "registry_text",
]

Handler = Callable[["Execution", Msg], Any]

CommandTable = dict[str, tuple[Handler, bool]]
"""Command name to handler and whether its messages are replayed after a pause."""

COMMANDS: dict[str, Handler] = {}
"""The built-in commands; every engine starts with a copy."""


def message_command(name: str) -> Callable[[Handler], Handler]:
    """Enter a function into the table under the name of a command."""

    def enter(handler: Handler) -> Handler:
        COMMANDS[name] = handler
        return handler

    return enter


def new_table() -> CommandTable:
    """Return a table with the built-in commands."""
    return {name: (handler, name not in UNCACHEABLE_COMMANDS) for name, handler in COMMANDS.items()}


def registry_text(table: CommandTable, *, verbose: bool) -> str:
    """List the commands of a table, each with the first line of its documentation, or with all of it."""
    lines = ["List of available commands"]
    for name, (handler, _) in sorted(table.items()):
        doc = inspect.getdoc(handler) or ""
        lines.append(f"{name} : {doc if verbose else doc.partition(chr(10))[0]}")
    return "\n".join(lines)


def adapt_coroutine(function: Callable[[Msg], Any]) -> Handler:
    """Make a handler of a user's ``async def f(msg)`` or plain ``f(msg)``."""

    def handler(_: Execution, msg: Msg) -> Any:
        return maybe_awaiting(function(msg))

    handler.__doc__ = function.__doc__
    return handler
