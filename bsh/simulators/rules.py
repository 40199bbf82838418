"""Soft interlocks: conditions that must not come true at any planned point, as a profile writes them.

The language of conditions is that of :class:`bsh.devices.rule.Rule`. A rule is looked at when everything that a plan has sent on its way has arrived, and only if the plan
has moved one of its devices.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from bsh.devices.rule import Rule
from bsh.errors import LimitError, ProfileError
from bsh.msg import Msg
from bsh.plan_patterns.axes import axis_name, is_coupled, is_pseudo_axis, pseudo_axes
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators.world import World, last_known

__all__ = ["LiveRules", "Rule", "RuleChecker", "check_rules"]


class RuleChecker:
    """Looks at rules while a plan walks through a world.

    Parameters
    ----------
    world : World
        Where the plan walks.
    rules : iterable of str or Rule
        Conditions that must not come true.
    devices : mapping
        Devices by the names that the rules use.

    Raises
    ------
    ProfileError
        A rule cannot be read, or names a device or a part that does not exist.
    """

    def __init__(self, world: World, rules: Iterable[str | Rule], devices: Mapping[str, Any]) -> None:
        self._world = world
        self._rules = [rule if isinstance(rule, Rule) else Rule(rule) for rule in rules]
        self._objects = {path: _found(rule, path, devices) for rule in self._rules for path in rule.names}
        self._rules_of: dict[Any, list[Rule]] = {}
        for rule in self._rules:
            for path in rule.names:
                for mover in _movers_of(self._objects[path]):
                    self._rules_of.setdefault(mover, []).append(rule)
        self._real_axes = {obj for obj in self._objects.values() if _is_real_axis(obj)}
        self._unmoved: dict[Any, Any] = {}
        self._pending: dict[Rule, None] = {}
        self._told: set[Rule] = set()
        if self._rules:
            world.before("set", self._note)
            for command in ("wait", "create"):
                world.before(command, self._look)

    def _note(self, msg: Msg) -> None:
        self._pending.update(dict.fromkeys(self._rules_of.get(msg.obj, ())))

    def _look(self, msg: Msg | None = None) -> None:
        if self._pending:
            pending, self._pending = self._pending, {}
            for rule in pending:
                self._check(rule)

    def forget_unmoved(self) -> None:
        """Look anew at devices that the plan does not move: somebody else may."""
        self._unmoved.clear()

    def finish(self) -> None:
        """Look at what was moved last; after the walk."""
        self._look()

    def _check(self, rule: Rule) -> None:
        values = {path: self._value_of(self._objects[path]) for path in rule.names}
        unknown = [path for path, value in values.items() if value is None]
        if unknown:
            self._tell_once(rule, unknown)
        elif rule.holds(values):
            shown = ", ".join(_shown(path, self._objects[path], value) for path, value in values.items())
            raise LimitError(
                f"forbidden by the rule {rule.text!r}: {shown}{self._world.place()}",
                hint="choose other targets; the rules stand in the profile under rules: forbid",
            )

    def _value_of(self, obj: Any) -> Any:
        known = self._world.positions.get(obj)
        if known is None and obj in self._real_axes:
            known = self._calculated(obj.parent, obj)
        if known is None:
            if obj not in self._unmoved:
                self._unmoved[obj] = last_known(obj)
            known = self._unmoved[obj]
        return known

    def _calculated(self, positioner: Any, axis: Any) -> Any:
        """Return where a real axis is when the plan moves the pseudo axes of its positioner."""
        axes = pseudo_axes(positioner)
        if not any(each in self._world.positions for each in axes):
            return None
        places = {axis_name(each): self._world.position_of(each) for each in axes}
        return getattr(positioner.forward(positioner.PseudoPosition(**places)), axis_name(axis), None)

    def _tell_once(self, rule: Rule, unknown: list[str]) -> None:
        if rule in self._told:
            return
        self._told.add(rule)
        warnings.warn(
            f"the rule {rule.text!r} was not checked: the value of {', '.join(unknown)} is not known",
            UserWarning,
            stacklevel=2,
        )


class LiveRules:
    """Looks at rules while a plan runs: at each move by itself, before it begins.

    A plan that was walked through is judged better before it runs: of axes that are sent together only the places where
    all of them end count then.

    Parameters
    ----------
    rules, devices
        As for :class:`RuleChecker`.
    """

    def __init__(self, rules: Iterable[str | Rule], devices: Mapping[str, Any]) -> None:
        self._world = World()
        self._checker = RuleChecker(self._world, rules, devices)

    def refuse(self, msg: Msg) -> None:
        """Raise if a move would go where a rule forbids; other axes are where the plan sent them, else where they are now.

        Parameters
        ----------
        msg : Msg
            A message ``set``.

        Raises
        ------
        LimitError
            Names the rule.
        """
        self._checker.forget_unmoved()
        self._world.handlers["set"](msg)
        self._checker.finish()


def _shown(path: str, obj: Any, value: Any) -> str:
    unit = getattr(obj, "egu", "") or getattr(obj, "units", "") or ""
    number = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)
    return f"{path} = {number} {unit}".rstrip()


def _found(rule: Rule, path: str, devices: Mapping[str, Any]) -> Any:
    name, *parts = path.split(".")
    if name not in devices:
        near = get_close_matches(name, [str(each) for each in devices], n=3)
        hint = f"names like it: {', '.join(near)}" if near else "devices stand in the profile under devices"
        raise ProfileError(f"the rule {rule.text!r} names {name}, which is no device", hint=hint)
    found = devices[name]
    for depth, part in enumerate(parts, 1):
        found = getattr(found, part, None)
        if not hasattr(found, "name"):
            whole = ".".join([name, *parts[:depth]])
            raise ProfileError(
                f"the rule {rule.text!r} names {whole}, which is no part of {name}",
                hint=f"{name} alone means its position or its value",
            )
    return found


def _is_real_axis(obj: Any) -> bool:
    parent = getattr(obj, "parent", None)
    return parent is not None and is_coupled(parent) and not is_pseudo_axis(obj)


def _movers_of(obj: Any) -> list[Any]:
    """Return what a plan may set to move a device: itself, or the positioner that it is part of."""
    if _is_real_axis(obj):
        return [obj, obj.parent, *pseudo_axes(obj.parent)]
    return [obj, obj.parent] if is_pseudo_axis(obj) else [obj]


def check_rules(plan: AnyPlan, rules: Iterable[str | Rule], devices: Mapping[str, Any]) -> None:
    """Check that no planned point is forbidden; nothing moves, no run is opened.

    Parameters
    ----------
    plan : plan
        It is used up.
    rules : iterable of str or Rule
        Conditions that must not come true, as in the profile under ``rules: forbid``.
    devices : mapping
        Devices by the names that the rules use.

    Raises
    ------
    LimitError
        At the first point that is forbidden: names the rule, the values and the point.
    ProfileError
        A rule cannot be read, or names a device or a part that does not exist.

    Warns
    -----
    UserWarning
        A rule was not checked, because the value of a device is not known without asking hardware.

    Examples
    --------
    >>> from bsh.devices.sim import SimMotor
    >>> from bsh.plan_stubs import mv
    >>> detz, beamstop = SimMotor("detz", position=100), SimMotor("beamstop", position=0)
    >>> check_rules(mv(detz, 60), ["detz < 50 and beamstop < 1"], {"detz": detz, "beamstop": beamstop})
    >>> check_rules(mv(detz, 40), ["detz < 50 and beamstop < 1"], {"detz": detz, "beamstop": beamstop})
    Traceback (most recent call last):
    bsh.errors.LimitError: forbidden by the rule 'detz < 50 and beamstop < 1': detz = 40, beamstop = 0
    """
    world = World()
    checker = RuleChecker(world, rules, devices)
    world.walk(plan)
    checker.finish()
