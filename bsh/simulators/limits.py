"""Checking every target of a plan against the limits of its axis, before anything moves."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from bsh.devices.soft_limits import refuse_beyond
from bsh.errors import DeviceError, DeviceOffline, LimitError
from bsh.msg import Msg
from bsh.plan_patterns.axes import axis_name, is_coupled, is_pseudo_axis, pseudo_axes
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators.world import World

__all__ = ["LimitChecker", "check_limits", "check_limits_async"]


def check_limits(plan: AnyPlan) -> None:
    """Check that a plan sends no axis out of its limits; nothing moves, no run is opened.

    Each target is handed to the ``check_value`` of its device. An axis without it is told once; a plain
    signal without it is passed over.

    Parameters
    ----------
    plan : plan
        It is used up.

    Raises
    ------
    LimitError
        At the first target that is out of limits; names device, target, limits, unit and point.

    Warns
    -----
    UserWarning
        For each axis that has no ``check_value``.
    """
    world = World()
    LimitChecker(world)
    world.walk(plan)


async def check_limits_async(plan: AnyPlan) -> None:
    """Do what :func:`check_limits` does, and wait for devices whose ``check_value`` is a coroutine.

    Parameters
    ----------
    plan : plan
        It is used up.
    """
    from inspect import isawaitable

    world = World()
    checker = LimitChecker(world)
    pending: list[Any] = []
    checker.later = pending.append
    world.walk(plan)
    for answer in pending:
        if isawaitable(answer):
            await answer


class LimitChecker:
    """Checks the targets of a plan that walks through a world.

    Parameters
    ----------
    world : World
        Its ``set`` messages are checked before they take effect.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._checked: set[tuple[int, Any]] = set()
        self._unchecked: dict[int, Any] = {}
        self.later: Any = _refuse_awaitable
        world.before("set", self._look)

    def _look(self, msg: Msg) -> None:
        if msg.args:
            self.check(msg.obj, msg.args[0])

    def check(self, obj: Any, target: Any) -> None:
        """Check one target.

        Parameters
        ----------
        obj : device
            The axis.
        target : object
            In the axis's own units.
        """
        try:
            key = (id(obj), target)
            if key in self._checked:
                return
            self._checked.add(key)
        except TypeError:  # positions of several axes at once cannot be remembered
            pass
        try:
            refuse_beyond(obj, target)
        except LimitError as error:
            raise LimitError(f"{error.message}{self._world.place()}", hint=error.hint) from error
        check_value = getattr(obj, "check_value", None)
        if check_value is None:
            self._tell_once(obj)
            return
        try:
            if is_pseudo_axis(obj):
                check_value(target)
                self._checked.discard((id(obj), target))  # depends on where the other axes are
                self._check_together(obj.parent, {axis_name(obj): target})
            elif is_coupled(obj):
                self._check_together(obj, target)
            else:
                answer = check_value(target)
                if answer is not None:
                    self.later(answer)
        except DeviceOffline:
            raise
        except (ValueError, DeviceError) as error:
            raise self._explained(obj, target, error) from error

    def _check_together(self, positioner: Any, target: Any) -> None:
        """Check the position of all axes of a positioner, so that its real axes are checked, too."""
        if not isinstance(target, Mapping):
            positioner.check_value(target)
            return
        together = []
        for axis in pseudo_axes(positioner):
            name = axis_name(axis)
            together.append(target[name] if name in target else self._world.position_of(axis))
        positioner.check_value(tuple(together))

    def _tell_once(self, obj: Any) -> None:
        if id(obj) in self._unchecked or not hasattr(obj, "position"):
            return
        self._unchecked[id(obj)] = obj
        warnings.warn(
            f"{getattr(obj, 'name', obj)} has no check_value(): its limits are not checked before the scan",
            UserWarning,
            stacklevel=2,
        )

    def _explained(self, obj: Any, target: Any, error: Exception) -> LimitError:
        name = getattr(obj, "name", str(obj))
        hint = getattr(error, "hint", None)
        limits = _limits_of(obj)
        is_number = isinstance(target, int | float)
        if limits is not None and is_number and (target < limits[0] or target > limits[1]):
            unit = getattr(obj, "egu", "") or getattr(obj, "units", "") or ""
            unit = f" {unit}" if unit else ""
            text = f"{name}: {target:g}{unit} is outside [{limits[0]:g}, {limits[1]:g}]{unit}"
            hint = hint or f"choose targets within the limits; wm {name} shows them"
        else:
            text = str(error) if name in str(error) else f"{name}: {error}"
        return LimitError(f"{text}{self._world.place()}", hint=hint)


def _refuse_awaitable(answer: Any) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()  # a coroutine that nobody awaits would warn


def _limits_of(obj: Any) -> tuple[float, float] | None:
    limits = getattr(obj, "limits", None)
    try:
        low, high = limits  # type: ignore[misc]  # whatever it is, it is looked at, not believed
        return (low, high) if low < high else None
    except (TypeError, ValueError):
        return None
