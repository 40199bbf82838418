"""What a profile adds to every run, as far as it is there: a device that was lost costs its column, not the scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bsh.devices.epics import is_connected
from bsh.devices.traversal import root_ancestor
from bsh.msg import MsgGenerator
from bsh.preprocessors import SupplementalData
from bsh.preprocessors.during import inside_runs

from .partial_readings import take_what_answers

__all__ = ["ProfileSupplements"]

MOST_NAMED = 6


class ProfileSupplements(SupplementalData):
    """Baseline and monitors of a profile; what is not connected when a plan begins is left out of it, and told once.

    Parameters
    ----------
    tell : callable
        Takes a line for people.
    **lists
        As for :class:`~bsh.preprocessors.SupplementalData`.
    """

    def __init__(self, tell: Callable[[str], None], **lists: Iterable[Any]) -> None:
        super().__init__(**lists)
        self._tell = tell
        self._told: set[str] = set()
        self._silent: set[str] = set()

    def __call__(self, plan: Any) -> MsgGenerator:
        """Add the measurements to a plan.

        Parameters
        ----------
        plan : iterable or generator of messages
            The plan.
        """
        more = SupplementalData(monitors=self._present("monitors", self.monitors), flyers=self.flyers)
        baseline = self._present("baseline", self.baseline)
        if not baseline:
            return more(plan)

        def take() -> MsgGenerator:
            taken = yield from take_what_answers(baseline, "baseline", self._left_out)
            self._silent.difference_update(map(_root_name, taken))

        return inside_runs(more(plan), take, take)

    def _left_out(self, lost: dict[Any, str]) -> None:
        new = {name: why for device, why in lost.items() if (name := _root_name(device)) not in self._silent}
        self._silent.update(new)
        self._told.update(new)
        for why in dict.fromkeys(new.values()):
            names = [name for name in new if new[name] == why]
            self._tell(
                f"the baseline of this run goes without {_listed(names)}: {why}; reconnect{_only(names)}"
            )

    def _present(self, what: str, devices: Iterable[Any]) -> list[Any]:
        present, lost = [], []
        for device in devices:
            name = _root_name(device)
            if is_connected(device):
                self._told.discard(name)
                present.append(device)
            elif name not in self._told:
                self._told.add(name)
                lost.append(name)
        if lost:
            words = ("is", "it") if len(lost) == 1 else ("are", "them")
            without = f"{words[0]} not connected: runs go without {words[1]} in their {what}"
            self._tell(f"{_listed(lost)} {without}; reconnect{_only(lost)}")
        return present


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _only(names: list[str]) -> str:
    return f" {names[0]}" if len(names) == 1 else ""


def _root_name(device: Any) -> str:
    return str(getattr(root_ancestor(device), "name", device))
