"""Moves that are counted from where an axis is, and going back there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bsh.devices.supposed import supposed_place
from bsh.errors import RunEngineControlException
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.axes import is_coupled, is_pseudo_axis
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.plan import bare_generator

__all__ = [
    "RELATIVE_TO",
    "is_return",
    "origin_of",
    "relative_run_wrapper",
    "relative_set_wrapper",
    "reset_positions_wrapper",
]

RELATIVE_TO = "relative_to"
"""Key of the start document of a relative scan: where each of its axes was, by name."""


_RETURN = "reset"


def is_return(msg: Msg) -> bool:
    """Whether a message is a move of :func:`reset_positions_wrapper`: an axis goes back to where it was.

    Parameters
    ----------
    msg : Msg
        A ``set``.
    """
    return str(msg.kwargs.get("group")).startswith(f"{_RETURN}-")


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
    supposed = supposed_place(obj, decides=True)
    if hasattr(obj, "locate"):
        location = yield Msg("locate", obj)
        if location is not None:
            return location["setpoint"]
    try:
        return obj.position if supposed is None else supposed
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
        """Tell whether the axis of a move is one of those that are followed."""
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
    return (yield from _relative(plan, _Origins(devices)))


def relative_run_wrapper(plan: AnyPlan, devices: Sequence[Any]) -> MsgGenerator:
    """Let the moves of a scan count from where its axes are when its run is opened, and note where that is.

    Parameters
    ----------
    plan : iterable or generator of messages
        The scan; it opens one run.
    devices : sequence of devices
        Its axes.

    Returns
    -------
    object
        What `plan` returns.
    """
    return (yield from _relative(plan, _Origins(devices), noted=devices))


def _relative(plan: AnyPlan, origins: _Origins, noted: Sequence[Any] = ()) -> MsgGenerator:
    known = origins.known

    def open_run(msg: Msg) -> MsgGenerator:
        places = {}
        for device in noted:
            if not is_pseudo_axis(device) and device not in known:
                known[device] = yield from origin_of(device)
            if isinstance(known.get(device), int | float):
                places[device.name] = known[device]
        return (yield msg._replace(kwargs={**msg.kwargs, RELATIVE_TO: places}) if places else msg)

    def look_first(msg: Msg) -> MsgGenerator:
        known[msg.obj] = yield from origin_of(msg.obj)
        return (yield shifted(msg))

    def shifted(msg: Msg) -> Msg:
        distance, *others = msg.args
        target = _added(known[msg.obj], distance)
        # the constructor would copy the keywords, at each point of a scan
        return tuple.__new__(Msg, (msg.command, msg.obj, (target, *others), msg.kwargs, msg.run))

    def replace(msg: Msg) -> Msg | MsgGenerator:
        if msg.command == "open_run":
            return open_run(msg) if noted else msg
        if not origins.wants(msg):
            return msg
        return shifted(msg) if msg.obj in known else look_first(msg)

    return (yield from _replacing_sets(plan, replace))


def _replacing_sets(plan: AnyPlan, replace: Callable[[Msg], Msg | MsgGenerator]) -> MsgGenerator:
    """Run a plan with its moves and openings of runs replaced; lean, as every message of a scan passes here."""
    generator = bare_generator(plan)
    send = generator.send
    value: Any = None
    error: BaseException | None = None
    while True:
        try:
            if error is None:
                msg = send(value)
            else:
                thrown, error = error, None
                msg = generator.throw(thrown)
        except StopIteration as end:
            return end.value
        try:
            command = msg[0]
            if command != "set" and command != "open_run":
                value = yield msg
                continue
            replaced = replace(msg)
            if isinstance(replaced, Msg):
                value = yield replaced
            else:
                value = yield from replaced
        except GeneratorExit:
            generator.close()
            raise
        except BaseException as failure:
            error = failure


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

    Only ``RE.stop(return_motors=False)`` leaves the axes where they are.

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

    def replace(msg: Msg) -> Msg | MsgGenerator:
        if msg.command == "open_run" or msg.obj in anchors or not origins.wants(msg):
            return msg
        anchor = anchors[msg.obj] = msg.obj.parent if is_pseudo_axis(msg.obj) else msg.obj
        return msg if anchor in origins.known else look_first(anchor, msg)

    stay = False

    def watched() -> MsgGenerator:
        nonlocal stay
        try:
            return (yield from _replacing_sets(plan, replace))
        except RunEngineControlException as leaving:
            stay = not leaving.return_motors
            raise

    def go_back() -> MsgGenerator:
        if stay:
            return
        group = short_uid(_RETURN)
        for device, position in origins.known.items():
            yield Msg("set", device, position, group=group)
        if origins.known:
            yield Msg("wait", None, group=group)

    return (yield from finalize_wrapper(watched(), go_back))
