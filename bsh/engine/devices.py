"""Calls of devices that must not fail the engine: stopping, and telling of resumes."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

from bsh.engine import notices
from bsh.engine.awaiting import settled
from bsh.engine.lost_devices import refuse_lost
from bsh.errors import DeviceOffline, EngineHalt
from bsh.msg import MsgGenerator

if TYPE_CHECKING:
    from bsh.engine.execution import Execution
    from bsh.engine.run_engine import RunEngine

__all__ = [
    "call_guarded", "name_of", "noting_positions", "stop_call", "stop_devices", "with_unit", "words_of",
]  # fmt: skip


def name_of(obj: Any) -> str:
    """Return a device's name for people."""
    return str(getattr(obj, "name", None) or repr(obj))


def with_unit(obj: Any, position: Any) -> str:
    """Return a position of an axis for people: as precise as the axis is, with its unit."""
    try:
        precision, unit = getattr(obj, "precision", None), getattr(obj, "egu", "")
    except Exception:  # not connected just now: the number has to do
        return str(position)
    exact = isinstance(precision, int) and precision >= 0 and isinstance(position, Real)
    number = f"{position:.{precision}f}" if exact else str(position)
    return f"{number} {unit or ''}".rstrip()


def words_of(error: BaseException) -> str:
    """Return what an error says, or its kind if it says nothing."""
    if isinstance(error, EngineHalt | asyncio.CancelledError):
        return "it did not answer in time"
    return str(error) or type(error).__name__


async def stop_devices(
    execution: Execution, devices: Iterable[Any], *, tell: bool = True, watch: bool = True
) -> list[tuple[Any, BaseException]]:
    """Stop devices, each whatever the others do; return those that raised, or were cut short by a halt.

    A device with no ``stop`` is passed over, and one that is offline: it has never moved. ``success=True``
    lets its move end without failing. People are told of failures, unless the caller does so himself. With
    ``watch`` the engine's ``rest_guard`` hears of those that were told to stop.
    """
    engine = execution.engine
    failed: list[tuple[Any, BaseException]] = []
    told: list[Any] = []
    for obj in devices:
        if execution.abandoned:
            break
        if not hasattr(obj, "stop"):
            continue
        try:
            refuse_lost(engine, obj, "stopped")
            await settled(stop_call(obj)())
            told.append(obj)
        except GeneratorExit:
            raise
        except DeviceOffline:
            continue
        except BaseException as error:
            failed.append((obj, error))
            engine.log.exception("%s did not stop", name_of(obj))
            if tell and not execution.abandoned:
                text = f"{name_of(obj)} did not stop: {words_of(error)}"
                engine.tell(notices.StopFailed(text, device=name_of(obj)))
    if watch and told and engine.rest_guard is not None:
        engine.rest_guard(told)
    return failed


def stop_call(obj: Any) -> Callable[[], Any]:
    """Return what stops a device, with ``success=True`` if it takes that."""
    stop = obj.stop
    return (lambda: stop(success=True)) if _takes_success(stop) else stop


async def call_guarded(engine: RunEngine, obj: Any, verb: str) -> None:
    """Call ``obj.verb()`` if it has such a method; a failure is logged."""
    method = getattr(obj, verb, None)
    if method is None:
        return
    try:
        await settled(method())
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
