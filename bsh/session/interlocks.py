"""The profile's rules: conditions that no planned point may meet.

Owns which rules can be looked at with the devices that are there. A rule that could not be looked at refuses every plan
that moves one of its devices: what nobody checks must not be mistaken for allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bsh.errors import BshError, DeviceOffline
from bsh.profile import Line

from .offline import OfflineDevice

if TYPE_CHECKING:
    from bsh.msg import Msg, MsgGenerator
    from bsh.simulators import Rule

__all__ = ["Interlocks"]


class Interlocks:
    """The rules of a profile, and the devices that they are about.

    Parameters
    ----------
    lines : iterable of Line
        The profile's ``rules: forbid``.
    devices : mapping
        Devices and aliases by name; a view of them, since devices come and go.

    Attributes
    ----------
    problems : list of str
        Rules that can never be checked, a line each.
    """

    def __init__(self, lines: Iterable[Line], devices: Mapping[str, Any]) -> None:
        self.devices = devices
        self.problems: list[str] = []
        self._rules: list[Rule] = []
        for line in lines:
            try:
                self._rules.append(self._read(line.text))
            except BshError as error:
                self.problems.append(f"{line.position}: a rule is NOT checked: {error.message}")

    def _read(self, text: str) -> Rule:
        from bsh.simulators import Rule, RuleChecker
        from bsh.simulators.world import World

        rule = Rule(text)
        if not self._offline(rule):
            RuleChecker(World(), [rule], self.devices)  # raises where it names what does not exist
        return rule

    def checkable(self) -> list[Rule]:
        """Return the rules whose devices are all there."""
        return [rule for rule in self._rules if not self._offline(rule)]

    def refuse_unchecked(self, msg: Msg) -> None:
        """Refuse a message that moves a device of a rule which cannot be looked at.

        Parameters
        ----------
        msg : Msg
            One message of a plan.

        Raises
        ------
        DeviceOffline
            Names the rule, and the device that is missing.
        """
        if msg.command != "set" or not self._rules:
            return
        for rule in self._rules:
            offline = self._offline(rule)
            if offline and any(self.devices.get(name) is _root(msg.obj) for name in _names(rule)):
                raise DeviceOffline(
                    f"the rule {rule.text!r} cannot be checked: {offline[0].name} is offline "
                    f"({offline[0].reason}); {msg.obj.name} stays where it is",
                    hint=f"bring it back: reconnect {offline[0].name}; "
                    "or take the rule out of the profile, under rules: forbid",
                )

    def guarded(self, plan: MsgGenerator) -> MsgGenerator:
        """Return a plan that is refused where it goes to a place that a rule forbids; for plans that nobody has walked through.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        if not self._rules:
            return plan
        from bsh.preprocessors import msg_mutator
        from bsh.simulators.rules import LiveRules

        live = LiveRules(self.checkable(), self.devices)

        def judged(msg: Msg) -> Msg:
            if msg.command == "set":
                self.refuse_unchecked(msg)
                live.refuse(msg)
            return msg

        found: MsgGenerator = msg_mutator(plan, judged)
        return found

    def _offline(self, rule: Rule) -> list[OfflineDevice]:
        found = (self.devices.get(name) for name in _names(rule))
        return [device for device in found if isinstance(device, OfflineDevice)]


def _names(rule: Rule) -> list[str]:
    return [path.partition(".")[0] for path in rule.names]


def _root(obj: Any) -> Any:
    while getattr(obj, "parent", None) is not None:
        obj = obj.parent
    return obj
