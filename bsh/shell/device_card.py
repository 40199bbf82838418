"""What is shown of a device whose name is typed: where it is, how far it may go, who moved it last."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bsh.commands import is_axis, limits_of, position_of, precision_of, units_of
from bsh.commands.columns import format_value
from bsh.devices.epics import is_connected
from bsh.devices.traversal import labels_of
from bsh.session import Session

__all__ = ["device_card"]

STEPS = 200
"""So many steps of the journal are looked at for the last move."""


def device_card(device: Any, session: Session) -> str:
    """Return a few lines about an axis; nothing for what is none.

    Parameters
    ----------
    device : object
        What was typed.
    session : Session
        Whose journal and locks.
    """
    if isinstance(device, type) or not is_axis(device):
        return ""
    if not is_connected(device):
        known = session.drift.last_known(device)
        return f"{device.name}: not connected{'' if known is None else f'; {known}'}"
    try:
        return "\n".join(_lines(device, session))
    except Exception:  # its repr says what it is, all the same
        return ""


def _lines(device: Any, session: Session) -> Iterator[str]:
    digits, units = precision_of(device), units_of(device)
    unit = f" {units}" if units else ""
    labels = ", ".join(sorted(labels_of(device)))
    kind = f"{type(device).__name__}{f'; {labels}' if labels else ''}"
    moving = ", moving" if getattr(device, "moving", False) is True else ""
    yield f"{device.name}: {format_value(position_of(device), digits)}{unit}{moving}   ({kind})"
    limits = limits_of(device)
    if limits is not None:
        yield f"  limits {format_value(limits[0], digits)} to {format_value(limits[1], digits)}{unit}"
    lock = session.locks.of(device)
    if lock is not None:
        yield f"  {lock}"
    for step in session.journal.steps(STEPS):
        change = next((one for one in step.changes if one.name == device.name and one.kind == "move"), None)
        if change is not None and not step.undone:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(step.time))
            first, *_ = step.line.splitlines() or [""]
            yield f"  moved last from {format_value(change.before, digits)}, {when}: {first}"
            return
