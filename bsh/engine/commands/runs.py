"""Messages that open and close runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.engine.commands.table import message_command
from bsh.engine.interruption import pause_here
from bsh.engine.opening import open_run_documents
from bsh.errors import IllegalMessageSequence
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("open_run")
def open_run(execution: Execution, msg: Msg) -> Any:
    """Open a run with the given metadata; returns its uid."""
    if execution.outer is not None:
        raise IllegalMessageSequence("A plan that runs while another is paused cannot open a run.")
    if msg.run in execution.runs:
        key = "" if msg.run is None else f" with the key {msg.run!r}"
        raise IllegalMessageSequence(
            f"A run{key} is open already: close it first, or give the new one a run key."
        )
    return Awaiting(_open_run(execution, msg), atomic=True)


async def _open_run(execution: Execution, msg: Msg) -> str:
    run = await open_run_documents(execution, msg)
    # Noted first: a run whose start document is out needs a stop document, also if a subscriber failed.
    execution.runs[msg.run] = run
    execution.uids.append(run.uid)
    run.open()
    execution.new_checkpoint()
    await execution.engine.sinks.durable()
    return run.uid


@message_command("close_run")
def close_run(execution: Execution, msg: Msg) -> Any:
    """Close a run; returns its uid."""
    run = execution.run_for(msg)
    return Awaiting(_close_run(execution, msg, run), atomic=True)


async def _close_run(execution: Execution, msg: Msg, run: Any) -> str:
    exit_status = msg.kwargs.get("exit_status") or execution.exit_status
    reason = msg.kwargs.get("reason") or execution.reason
    for watcher in run.monitors.values():
        watcher.silence()
    run.monitors.clear()
    try:
        run.close(exit_status, reason)
    finally:
        if run.closed:
            del execution.runs[msg.run]
            execution.new_checkpoint()
    await execution.engine.sinks.durable()
    if execution.deferred_pause == "run_end":
        pause_here(execution)
    uid: str = run.uid
    return uid
