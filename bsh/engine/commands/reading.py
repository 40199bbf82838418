"""The message that reads several devices at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.engine.commands.bundling import read_nothing
from bsh.engine.commands.table import message_command
from bsh.engine.readers import ConcurrentReader
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__: list[str] = []


@message_command("read_together")
def read_together(execution: Execution, msg: Msg) -> Any:
    """Read several devices at the same time, into the open bundle in the order given; returns all readings."""
    execution.seen.update(dict.fromkeys(msg.args))
    return Awaiting(_read_together(execution, msg))


async def _read_together(execution: Execution, msg: Msg) -> dict[str, Any]:
    devices = tuple(dict.fromkeys(msg.args))
    together: dict[str, Any] = {}
    readings = await ConcurrentReader.here().read(devices)
    run = execution.runs.get(msg.run)
    for obj, reading in zip(devices, readings):
        if reading is None:
            raise read_nothing(obj)
        if run is not None and run.bundle_name is not None:
            rest = run.add_reading(obj, reading)
            if rest is not None:
                await rest
        together.update(reading)
    return together
