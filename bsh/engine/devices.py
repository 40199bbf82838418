"""Calls of devices that must not fail the engine: stopping, and telling of resumes."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.msg import MsgGenerator

if TYPE_CHECKING:
    from bsh.engine.run_engine import RunEngine

__all__ = ["call_guarded", "name_of", "noting_positions", "stop_devices"]


def name_of(obj: Any) -> str:
    """Return a device's name for people."""
    return str(getattr(obj, "name", None) or repr(obj))


async def stop_devices(engine: RunEngine, devices: Iterable[Any]) -> list[tuple[Any, BaseException]]:
    """Stop devices, each whatever the others do; return those that raised.

    A device with no ``stop`` is passed over. ``success=True`` lets its move end without failing.
    """
    failed: list[tuple[Any, BaseException]] = []
    for obj in devices:
        stop = getattr(obj, "stop", None)
        if stop is None:
            continue
        try:
            result = stop(success=True) if _takes_success(stop) else stop()
            if inspect.isawaitable(result):
                await result
        except Exception as error:
            failed.append((obj, error))
            engine.log.exception("%s did not stop", name_of(obj))
            engine.tell(notices.StopFailed(f"{name_of(obj)} did not stop: {error}", device=name_of(obj)))
    return failed


async def call_guarded(engine: RunEngine, obj: Any, verb: str) -> None:
    """Call ``obj.verb()`` if it has such a method; a failure is logged."""
    method = getattr(obj, verb, None)
    if method is None:
        return
    try:
        result = method()
        if inspect.isawaitable(result):
            await result
    except Exception:
        engine.log.exception("%s.%s() failed", name_of(obj), verb)


def noting_positions(plan: MsgGenerator, positions: dict[Any, Any]) -> MsgGenerator:
    """Pass a plan on, noting where each axis is before the plan first moves it.

    Parameters
    ----------
    plan : generator
        The plan.
    positions : dict
        Gets device and position; axes that are in it already keep their entry.
    """
    reply: Any = None
    error: BaseException | None = None
    while True:
        try:
            msg = plan.send(reply) if error is None else plan.throw(error)
        except StopIteration as stop:
            return stop.value
        if msg.command == "set" and msg.obj not in positions and hasattr(msg.obj, "position"):
            positions[msg.obj] = msg.obj.position
        error = None
        try:
            reply = yield msg
        except GeneratorExit:
            plan.close()
            raise
        except BaseException as thrown:
            error = thrown


def _takes_success(stop: Any) -> bool:
    try:
        parameters = inspect.signature(stop).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(each.name == "success" or each.kind is each.VAR_KEYWORD for each in parameters)
