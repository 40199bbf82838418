"""Where an axis was when somebody knew last; for axes that cannot say where they are."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from bsh.commands.columns import format_value
from bsh.devices.last_heard import last_heard

from .known_axes import KnownAxes

__all__ = ["LastKnown", "age_text", "last_known"]

UNITS_OF_TIME = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))


class LastKnown(NamedTuple):
    """A position and how old it is.

    Parameters
    ----------
    position : float
        In the axis' own units.
    age_s : float
        Seconds.
    units : str
        Name of the units.
    precision : int or None
        Decimals worth showing.
    """

    position: float
    age_s: float
    units: str = ""
    precision: int | None = None

    def __str__(self) -> str:
        units = f" {self.units}" if self.units else ""
        return (
            f"last known at {format_value(self.position, self.precision)}{units}, {age_text(self.age_s)} ago"
        )


def last_known(axis: Any, known: KnownAxes, now: float | None = None) -> LastKnown | None:
    """Return the newest position that is known of an axis, without asking it.

    Parameters
    ----------
    axis : device
        It, or its placeholder.
    known : KnownAxes
        What was remembered, also from earlier sessions.
    now : float, optional
        Seconds since the epoch.
    """
    places = [known.places().get(axis.name), last_heard(getattr(axis, "device", axis))]
    found = max(((place[1], place[0]) for place in places if place is not None), default=None)
    if found is None:
        return None
    when, position = found
    facts = known.facts().get(axis.name, {})
    age_s = max(0.0, (time.time() if now is None else now) - when)
    return LastKnown(position, age_s, facts.get("units", ""), facts.get("precision"))


def age_text(age_s: float) -> str:
    """Return an age in the unit that suits it: ``40 s``, ``3 min``, ``5 h``, ``2 days``.

    Parameters
    ----------
    age_s : float
        Seconds.
    """
    for size, name in UNITS_OF_TIME:
        if age_s >= 1.5 * size:
            return f"{age_s / size:.0f} {name}"
    return f"{age_s:.0f} s"
