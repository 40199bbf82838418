"""What a profile adds to every run, as far as it is there: a device that was lost costs its column, not the scan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bsh.devices.epics import is_connected
from bsh.devices.traversal import root_ancestor
from bsh.msg import MsgGenerator
from bsh.preprocessors import SupplementalData

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

    def __call__(self, plan: Any) -> MsgGenerator:
        """Add the measurements to a plan.

        Parameters
        ----------
        plan : iterable or generator of messages
            The plan.
        """
        present = SupplementalData(
            baseline=self._present("baseline", self.baseline),
            monitors=self._present("monitors", self.monitors),
            flyers=self.flyers,
        )
        return present(plan)

    def _present(self, what: str, devices: Iterable[Any]) -> list[Any]:
        present = []
        for device in devices:
            name = str(getattr(root_ancestor(device), "name", device))
            if is_connected(device):
                self._told.discard(name)
                present.append(device)
            elif name not in self._told:
                self._told.add(name)
                self._tell(f"{name} is not connected: runs go without it in their {what}; reconnect {name}")
        return present
