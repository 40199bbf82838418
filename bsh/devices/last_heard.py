"""What a device said of itself last, and when: kept by its library, also when it is not connected any more."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Heard", "last_heard"]

READBACKS = ("user_readback", "readback")


class Heard(NamedTuple):
    """A value and when it was told, seconds since the epoch."""

    value: float
    time: float


def last_heard(device: Any) -> Heard | None:
    """Return the last position that an axis told, without asking it; None where it never did.

    Parameters
    ----------
    device : device
        An axis of ophyd's kind: its readback keeps value and time.
    """
    for name in READBACKS:
        if name in getattr(type(device), "component_names", ()):
            device = getattr(device, name)
            break
    value, when = getattr(device, "_readback", None), getattr(device, "timestamp", None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Heard(float(value), float(when)) if isinstance(when, int | float) and when > 0 else None
