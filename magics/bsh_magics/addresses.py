"""Which device a PV belongs to: ``whois``."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any

from bsh.commands import CommandSession, Word, command, nearest_hint
from bsh.commands.columns import align
from bsh.commands.reports import Listing
from bsh.devices.traversal import children
from bsh.errors import CommandError

__all__ = ["COMMANDS", "whois"]

MOST_NESTED = 6


@command(group="where", examples=["whois SIM:m1.RBV"])
def whois(session: CommandSession, pv: Word) -> Listing:
    """Say which device a PV belongs to; wildcards are allowed."""
    known = [pair for name, device in session.devices.items() for pair in _addresses(name, _behind(device))]
    found = [[name, address] for name, address in known if fnmatch.fnmatchcase(address, pv)]
    if not found:
        raise CommandError(
            f"whois: no device of this profile has the PV {pv}",
            hint=nearest_hint(pv, [address for _, address in known]) or "wildcards: whois 'SIM:m1*'",
        )
    return Listing(tuple(align([["name", "PV"], *found], left=(0, 1))))


def _behind(device: Any) -> Any:
    """Return the device itself, also of the placeholder of one that is offline."""
    return device.device if hasattr(type(device), "offline_error") else device


def _addresses(name: str, device: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the dotted name and the PV of each signal of a device; nothing is read."""
    addresses = (getattr(device, attribute, None) for attribute in ("pvname", "setpoint_pvname"))
    for address in dict.fromkeys(found for found in addresses if isinstance(found, str) and found):
        yield name, address
    if depth < MOST_NESTED:
        for attribute, part in children(device):
            yield from _addresses(f"{name}.{attribute}", part, depth + 1)


COMMANDS = [whois]
