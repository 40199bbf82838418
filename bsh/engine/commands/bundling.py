"""Messages that read devices and make events."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from bsh.documents import short_uid
from bsh.engine.awaiting import Awaiting, settled
from bsh.engine.collecting import declare_collected
from bsh.engine.commands.table import message_command
from bsh.engine.describing import describe_device
from bsh.engine.devices import name_of
from bsh.engine.monitors import Monitor
from bsh.errors import DeviceBug, IllegalMessageSequence
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.documents import EventStream
    from bsh.engine.execution import Execution
    from bsh.engine.run_bundler import RunBundler

__all__ = ["read_nothing"]


@message_command("create")
def create(execution: Execution, msg: Msg) -> None:
    """Open a bundle: what is read until ``save`` becomes one event of the stream ``name``.

    With ``partial=True`` the events of the stream need not be of the same devices: a descriptor comes before each one
    that has others than the last.
    """
    name = msg.args[0] if msg.args else msg.kwargs.get("name")
    if name is None:
        raise ValueError("The message 'create' needs the name of a stream, for example 'primary'.")
    execution.run_for(msg).create(name, partial=bool(msg.kwargs.get("partial")))


@message_command("read")
def read(execution: Execution, msg: Msg) -> Any:
    """Read a device, into the open bundle if there is one; returns the reading."""
    obj = msg.obj
    execution.seen[obj] = None
    guard = execution.engine.read_guard
    if guard is None:
        reading = obj.read(*msg.args, **msg.kwargs)
    else:
        reading = guard(obj, lambda: obj.read(*msg.args, **msg.kwargs))
    if reading.__class__ is not dict and inspect.isawaitable(reading):
        return Awaiting(_read_async(execution, msg, reading))
    if reading is None:
        raise read_nothing(obj)
    run = execution.runs.get(msg.run)
    if run is not None and run.bundle_name is not None:
        rest = run.add_reading(obj, reading)
        if rest is not None:
            return Awaiting(rest)
    return reading


async def _read_async(execution: Execution, msg: Msg, awaitable: Any) -> Any:
    reading = await awaitable
    if reading is None:
        raise read_nothing(msg.obj)
    run = execution.runs.get(msg.run)
    if run is not None and run.bundle_name is not None:
        rest = run.add_reading(msg.obj, reading)
        if rest is not None:
            await rest
    return reading


def read_nothing(obj: Any) -> DeviceBug:
    """Make the error for a device whose ``read`` returned None."""
    return DeviceBug(
        f"{name_of(obj)}.read() returned None; it must return a dictionary. This is a bug in the device."
    )


@message_command("save")
def save(execution: Execution, msg: Msg) -> Any:
    """Emit the open bundle as an event."""
    run = execution.run_for(msg)
    if not run.save():
        return Awaiting(_save_first(execution, run), atomic=True)
    if execution.engine.sinks.congested():
        return Awaiting(execution.engine.sinks.durable())
    return None


async def _save_first(execution: Execution, run: RunBundler) -> None:
    await run.save_with_descriptor()
    await execution.engine.sinks.durable()


@message_command("drop")
def drop(execution: Execution, msg: Msg) -> None:
    """Close the open bundle without an event."""
    execution.run_for(msg).drop()


@message_command("declare_stream")
def declare_stream(execution: Execution, msg: Msg) -> Any:
    """Emit the descriptor of a stream before its first event."""
    return Awaiting(_declare(execution, msg), atomic=True)


async def _declare(execution: Execution, msg: Msg) -> Any:
    run = execution.run_for(msg)
    objs = [obj for obj in (msg.obj, *msg.args) if obj is not None]
    name = msg.kwargs["name"]
    if msg.kwargs.get("collect"):
        stream = await declare_collected(run, objs, name)
    else:
        for obj in objs:
            if obj not in run.records:
                run.records[obj] = await describe_device(obj)
        stream = run.declare(name, objs)
    await execution.engine.sinks.durable()
    return stream.descriptor


@message_command("configure")
def configure(execution: Execution, msg: Msg) -> Any:
    """Change a device's settings: ``obj.configure(*args, **kwargs)``; returns (old, new)."""
    for run in execution.runs.values():
        if run.bundling:
            raise IllegalMessageSequence("A device cannot be configured while a bundle is open.")
    execution.seen[msg.obj] = None
    return Awaiting(_configure(execution, msg))


async def _configure(execution: Execution, msg: Msg) -> Any:
    result = await settled(msg.obj.configure(*msg.args, **msg.kwargs))
    for run in execution.runs.values():
        await run.refresh(msg.obj)
    return result


@message_command("monitor")
def monitor(execution: Execution, msg: Msg) -> Any:
    """Make an event at every change of a device, in a stream of its own, ``name``."""
    if msg.args:
        raise ValueError(
            "The message 'monitor' takes keyword arguments only, for example name='ring_monitor'."
        )
    run = execution.run_for(msg)
    if msg.obj in run.monitors:
        raise IllegalMessageSequence(f"{name_of(msg.obj)} is monitored already in this run.")
    return Awaiting(_monitor(execution, msg, run), atomic=True)


async def _monitor(execution: Execution, msg: Msg, run: RunBundler) -> None:
    obj, kwargs = msg.obj, dict(msg.kwargs)
    name = kwargs.pop("name", None) or short_uid("monitor")
    if obj not in run.records:
        run.records[obj] = await describe_device(obj)
    stream: EventStream = run.declare(name, [obj])
    await execution.engine.sinks.durable()
    post = execution.engine.engine_loop.post
    watcher = run.monitors[obj] = Monitor(run, obj, stream, post, execution.fail, kwargs)
    watcher.listen()
    execution.new_checkpoint()


@message_command("unmonitor")
def unmonitor(execution: Execution, msg: Msg) -> None:
    """Make no more events at the changes of a device."""
    run = execution.run_for(msg)
    watcher = run.monitors.get(msg.obj)
    if watcher is None:
        raise IllegalMessageSequence(f"{name_of(msg.obj)} is not monitored in this run.")
    watcher.silence()
    del run.monitors[msg.obj]  # after it: one that could not be silenced is tried again at the end
    execution.new_checkpoint()
