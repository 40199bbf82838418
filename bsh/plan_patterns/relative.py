"""Moves that are counted from where an axis is, and going back there afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.axes import is_coupled, is_pseudo_axis
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.mutation import plan_mutator

__all__ = ["origin_of", "relative_set_wrapper", "reset_positions_wrapper"]


def origin_of(obj: Any) -> MsgGenerator:
    """Ask where an axis was sent last.

    Parameters
    ----------
    obj : device
        Anything that can be located, has a ``position``, or can be read.

    Returns
    -------
    object
        The setpoint of an axis that can be located, else its position, else its first reading; 0 when
        the plan is only listed and the axis knows nothing without being asked.
    """
    if hasattr(obj, "locate"):
        location = yield Msg("locate", obj)
        if location is not None:
            return location["setpoint"]
    try:
        return obj.position
    except AttributeError:
        pass
    readings = yield Msg("read", obj)
    if not readings:
        return 0
    return next(iter(readings.values()))["value"]


class _Origins:
    """Where each axis was when a plan moved it for the first time."""

    def __init__(self, devices: Iterable[Any] | None) -> None:
        self._devices = None if devices is None else list(devices)
        if self._devices is not None:
            # pseudo axes are moved through their positioner
            self._devices += [device.parent for device in self._devices if is_pseudo_axis(device)]
        self._wanted: dict[Any, bool] = {}
        self.known: dict[Any, Any] = {}

    def wants(self, msg: Msg) -> bool:
        """Tell whether a message moves one of the axes."""
        if msg.command != "set":
            return False
        wanted = self._wanted.get(msg.obj)
        if wanted is None:
            wanted = self._devices is None or any(msg.obj is device for device in self._devices)
            self._wanted[msg.obj] = wanted
        return wanted


def relative_set_wrapper(plan: AnyPlan, devices: Iterable[Any] | None = None) -> MsgGenerator:
    """Let the moves of a plan count from where each axis is when the plan first moves it.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    devices : iterable of devices, optional
        The axes; all if not given.

    Returns
    -------
    object
        What `plan` returns.
    """
    origins = _Origins(devices)
    sent: Msg | None = None

    def shift(msg: Msg) -> MsgGenerator:
        nonlocal sent
        if msg.obj not in origins.known:
            origins.known[msg.obj] = yield from origin_of(msg.obj)
        distance, *others = msg.args
        target = _added(origins.known[msg.obj], distance)
        sent = Msg(msg.command, msg.obj, target, *others, run=msg.run, **msg.kwargs)
        return (yield sent)

    def process(msg: Msg) -> tuple[AnyPlan | None, None]:
        if msg is sent or not origins.wants(msg):
            return None, None
        return shift(msg), None

    return (yield from plan_mutator(plan, process))


def _added(origin: Any, distance: Any) -> Any:
    if isinstance(distance, Mapping):  # some axes of a positioner, by name
        return {name: getattr(origin, name) + step for name, step in distance.items()}
    if isinstance(origin, Sequence) and isinstance(distance, Sequence):
        together = [start + step for start, step in zip(origin, distance)]
        make = getattr(type(origin), "_make", None)
        return tuple(together) if make is None else make(together)
    return origin + distance


def reset_positions_wrapper(plan: AnyPlan, devices: Iterable[Any] | None = None) -> MsgGenerator:
    """Bring every axis back to where it was when a plan first moved it, whatever way the plan ends.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    devices : iterable of devices, optional
        The axes; all if not given.

    Returns
    -------
    object
        What `plan` returns.
    """
    origins = _Origins(devices)
    anchors: dict[Any, Any] = {}

    def look_first(anchor: Any, msg: Msg) -> MsgGenerator:
        origins.known[anchor] = anchor.position if is_coupled(anchor) else (yield from origin_of(anchor))
        return (yield msg)

    def process(msg: Msg) -> tuple[AnyPlan | None, None]:
        if not origins.wants(msg) or msg.obj in anchors:
            return None, None
        anchor = anchors[msg.obj] = msg.obj.parent if is_pseudo_axis(msg.obj) else msg.obj
        return (None if anchor in origins.known else look_first(anchor, msg)), None

    def go_back() -> MsgGenerator:
        group = short_uid("reset")
        for device, position in origins.known.items():
            yield Msg("set", device, position, group=group)
        if origins.known:
            yield Msg("wait", None, group=group)

    return (yield from finalize_wrapper(plan_mutator(plan, process), go_back))
