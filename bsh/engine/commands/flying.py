"""Messages for devices that acquire on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.engine.collecting import collect_into
from bsh.engine.commands.starting import start
from bsh.engine.commands.table import message_command
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("kickoff")
def kickoff(execution: Execution, msg: Msg) -> Any:
    """Start a flyer: ``obj.kickoff()``; the status joins ``group``. Needs an open run."""
    run = execution.run_for(msg)
    run.uncollected[msg.obj] = None
    return start(execution, msg, msg.obj.kickoff)


@message_command("complete")
def complete(execution: Execution, msg: Msg) -> Any:
    """Ask a flyer to finish: ``obj.complete()``; the status joins ``group``."""
    return start(execution, msg, msg.obj.complete)


@message_command("collect")
def collect(execution: Execution, msg: Msg) -> Any:
    """Turn what flyers have acquired into documents; returns the events with ``return_payload``."""
    return Awaiting(_collect(execution, msg), atomic=True)


async def _collect(execution: Execution, msg: Msg) -> Any:
    run = execution.run_for(msg)
    kwargs = msg.kwargs
    flyers = [msg.obj, *msg.args]
    payload = await collect_into(run, flyers, stream=kwargs.get("stream", False), name=kwargs.get("name"))
    for flyer in flyers:
        run.uncollected.pop(flyer, None)
    execution.new_checkpoint()  # what is collected is not flown again after a pause
    await execution.engine.sinks.durable()
    return payload if kwargs.get("return_payload", True) else None
