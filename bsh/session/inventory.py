"""The devices of a session: which there are, what else they are called, which of them count.

Owns the profile's groups, baseline and monitors while devices go offline and come back.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from bsh.devices.traversal import root_ancestor
from bsh.errors import BshError, CommandError
from bsh.profile import Profile

from .extras import usable
from .offline import OfflineDevice
from .references import resolve_ref

__all__ = ["Inventory"]


class Inventory:
    """The devices of a profile, by name and by use.

    Parameters
    ----------
    profile : Profile
        Says what is used for what.

    Attributes
    ----------
    devices : dict of str to device
        By name; offline ones are :class:`OfflineDevice`.
    aliases : dict of str to device
        Further names of devices and of their parts.
    known : mapping of str to device
        A view of both.
    counters : list of device
        What counts unless others are named.
    counter_groups : dict of str to list of device
        The profile's groups; the first is active at the start.
    baseline, monitors : list of device
        Those that are there; every run has them.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.devices: dict[str, Any] = {}
        self.aliases: dict[str, Any] = {}
        self.known: Mapping[str, Any] = ChainMap(self.aliases, self.devices)
        self.counters: list[Any] = []
        self.counter_groups: dict[str, list[Any]] = {}
        self._active_group: str | None = None
        self.baseline: list[Any] = []
        self.monitors: list[Any] = []

    @property
    def offline(self) -> dict[str, OfflineDevice]:
        """The devices that cannot be used at present, by name."""
        return {name: device for name, device in self.devices.items() if isinstance(device, OfflineDevice)}

    def take(self, devices: Mapping[str, Any]) -> list[str]:
        """Take the devices in, and find what the profile says of them.

        Parameters
        ----------
        devices : mapping of str to device
            Made from the profile.

        Returns
        -------
        list of str
            What cannot be used, in words for people.
        """
        profile, notices = self._profile, list[str]()
        self.devices.update(devices)
        for alias, ref in profile.aliases.items():
            try:
                self.aliases[alias] = resolve_ref(ref, self.devices)
            except BshError as error:
                notices.append(f"alias {alias}: {error.message}")
        for group, refs in profile.counters.items():
            self.counter_groups[group] = usable(refs, self.known, f"counters '{group}'", notices)
        self._active_group = next(iter(self.counter_groups), None)
        self.counters = list(next(iter(self.counter_groups.values()), []))
        self.baseline += usable(profile.baseline, self.known, "baseline", notices)
        self.monitors += usable(profile.monitors, self.known, "monitors", notices)
        return notices

    def with_aliases(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the metadata of a run with the further names that the profile gives to what it scans and counts.

        Parameters
        ----------
        metadata : dict
            For a start document; ``motors`` and ``detectors`` are names of devices.
        """
        used = {str(name) for key in ("motors", "detectors") for name in metadata.get(key) or ()}
        found = {
            str(device.name): alias
            for alias, device in self.aliases.items()
            if device.name != alias and {device.name, root_ancestor(device).name} & used
        }
        return {**metadata, "aliases": found} if found else metadata

    def put_back(self, name: str, device: Any) -> None:
        """Take a device in that was offline, wherever the profile uses it."""
        self.devices[name] = device
        for group, refs in self._profile.counters.items():
            if any(ref.name == name for ref in refs):
                # groups may look the same while their devices are offline: the name tells which is active
                active = group == self._active_group and self.counters == self.counter_groups[group]
                self.counter_groups[group] = usable(refs, self.known, group, [])
                if active:
                    self.counters = list(self.counter_groups[group])
        for refs, present in (
            (self._profile.baseline, self.baseline),
            (self._profile.monitors, self.monitors),
        ):
            present += [
                found
                for found in usable((ref for ref in refs if ref.name == name), self.devices, "", [])
                if found not in present
            ]

    def count_with(self, names: Sequence[str]) -> list[str]:
        """Let the counters of an earlier session count, if they are still there.

        Parameters
        ----------
        names : sequence of str
            Of the devices; nothing changes without any.

        Returns
        -------
        list of str
            What people should know.
        """
        if not names or list(names) == [str(one.name) for one in self.counters]:
            return []
        found = {str(one.name): one for one in self.known.values()}
        missing = [name for name in names if name not in found]
        if missing:
            return [
                f"{', '.join(missing)} counted in the last session and is not there; mg tells what counts"
            ]
        self.counters = [found[name] for name in names]
        default = f"; mg {self._active_group} goes back to the profile's" if self._active_group else ""
        return [f"counting with {' '.join(names)}, as chosen in an earlier session{default}"]

    def select(self, group: str) -> list[Any]:
        """Make a group of counters the active one; return it.

        Raises
        ------
        CommandError
            There is no such group.
        """
        if group not in self.counter_groups:
            known = ", ".join(self.counter_groups) or "none"
            raise CommandError(f"there is no group of counters '{group}'", hint=f"groups: {known}")
        self._active_group = group
        self.counters = list(self.counter_groups[group])
        return self.counters
