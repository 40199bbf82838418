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

    def _left_out(self, device: Any, why: str) -> None:
        name = _root_name(device)
        if name not in self._silent:
            self._silent.add(name)
            self._told.add(name)
            self._tell(f"the baseline of this run goes without {name}: {why}; reconnect {name}")

    def _present(self, what: str, devices: Iterable[Any]) -> list[Any]:
        present = []
        for device in devices:
            name = _root_name(device)
            if is_connected(device):
                self._told.discard(name)
                present.append(device)
            elif name not in self._told:
                self._told.add(name)
                self._tell(f"{name} is not connected: runs go without it in their {what}; reconnect {name}")
        return present


def _root_name(device: Any) -> str:
    return str(getattr(root_ancestor(device), "name", device))
