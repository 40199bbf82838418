"""Axes that somebody else moved: where they are, against where bsh left them.

Owns the comparison. Where bsh left them is kept for all shells of the profile, and from one session to the next. Axes of
simulations begin anew with each process: only what happens in it counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bsh.commands import axes_of
from bsh.commands.axes import near_enough
from bsh.commands.columns import format_value
from bsh.commands.values import precision_of, units_of
from bsh.devices.epics import is_connected

from .known_axes import KnownAxes

__all__ = ["Drift", "Moved", "drift_notices"]

LOOK_S = 0.5
"""How long all axes together may take to say where they are when a session begins, in seconds."""

FACTOR = 2.0
"""An axis that is so many times its tolerance elsewhere was moved."""

MANY = 3
"""Of more axes than this only the names are told."""


class Moved(NamedTuple):
    """An axis that somebody else moved.

    Parameters
    ----------
    name : str
        The axis.
    was, now : float
        Positions in its own units.
    since : float
        When bsh knew last where it is, seconds since the epoch.
    units : str
        Name of the units.
    precision : int or None
        Decimals worth showing.
    """

    name: str
    was: float
    now: float
    since: float
    units: str = ""
    precision: int | None = None

    @property
    def since_text(self) -> str:
        """The time of day, with the date where that is another day."""
        then = time.localtime(self.since)
        today = time.localtime()[:3] == then[:3]
        return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)

    def __str__(self) -> str:
        units = f" {self.units}" if self.units else ""
        was, now = (format_value(value, self.precision) for value in (self.was, self.now))
        return f"moved outside bsh since {self.since_text}: {was} → {now}{units}"


def drift_notices(moved: Sequence[Moved]) -> list[str]:
    """Return a line for each axis that somebody else moved, or one for all of them where they are many.

    Parameters
    ----------
    moved : sequence of Moved
        As they were found.
    """
    if len(moved) <= MANY:
        return [f"{one.name} {one}" for one in moved]
    return [
        f"{len(moved)} axes were moved outside bsh: {', '.join(one.name for one in moved)}; drift shows them"
    ]


class Drift:
    """Knows where bsh left the axes of a session.

    Parameters
    ----------
    known : KnownAxes
        What is remembered.
    devices : callable
        Returns the session's devices by name.
    tolerances : mapping of str to float
        The profile's, by axis.
    """

    def __init__(
        self, known: KnownAxes, devices: Callable[[], Mapping[str, Any]], tolerances: Mapping[str, float]
    ) -> None:
        self._known = known
        self._devices = devices
        self._tolerances = tolerances
        self._sent: dict[Any, None] = {}
        self._told: set[tuple[str, float]] = set()

    # -- while plans run ---------------------------------------------------------------------------

    def begin(self, axes: Iterable[Any]) -> list[Moved]:
        """Note that axes are about to move; return those that somebody else has moved, each once.

        Parameters
        ----------
        axes : iterable of devices
            As far as is known.
        """
        axes = [axis for axis in axes if hasattr(type(axis), "position")]
        if not axes:
            return []
        moved = [one for one in self._moved(axes) if (one.name, one.now) not in self._told]
        self._told |= {(one.name, one.now) for one in moved}
        self._known.note_moving(axis.name for axis in axes)
        self._sent.update(dict.fromkeys(axes))
        return moved

    def sent(self, axis: Any) -> None:
        """Note that a plan sends an axis somewhere.

        Parameters
        ----------
        axis : device
            Any.
        """
        self._sent[axis] = None

    def end(self) -> list[Any]:
        """Note where the axes are that the plan may have moved; return them, those included that were stopped."""
        sent, self._sent = list(self._sent), {}
        self.note(sent)
        return sent

    def note(self, axes: Iterable[Any]) -> None:
        """Take it that axes are where they should be; those on their way come later.

        Parameters
        ----------
        axes : iterable of devices
            What has no position that is a number is passed over.
        """
        here = {axis: place for axis in axes if (place := _place(axis)) is not None}
        self._known.note_places({axis.name: place for axis, place in here.items() if not _is_moving(axis)})

    # -- looking -----------------------------------------------------------------------------------

    def here(self) -> dict[str, float]:
        """Return where all axes are that are connected and say so; nothing is asked."""
        axes = [axis for _, axis in axes_of(self._devices()) if is_connected(axis)]
        return {axis.name: place for axis in axes if (place := _place(axis)) is not None}

    def look(self, names: Collection[str] | None = None) -> list[Moved]:
        """Return the axes that somebody else moved; those never seen are where they should be.

        Parameters
        ----------
        names : collection of str, optional
            Of these alone.
        """
        axes = [axis for _, axis in axes_of(self._devices()) if names is None or axis.name in names]
        return self._moved([axis for axis in axes if is_connected(axis)])

    def look_at_the_start(self, devices: Mapping[str, Any]) -> list[Moved]:
        """Do what :meth:`look` does, but wait for no axis that does not answer; simulated ones begin anew.

        Parameters
        ----------
        devices : mapping of str to device
            Just made.
        """
        found: list[Moved] = []

        def look() -> None:
            axes = [axis for _, axis in axes_of(devices) if is_connected(axis)]
            self.note(axis for axis in axes if _is_simulated(axis))
            found.extend(self._moved([axis for axis in axes if not _is_simulated(axis)]))

        looking = threading.Thread(target=look, name="bsh-drift", daemon=True)
        looking.start()
        looking.join(LOOK_S)
        self._told |= {(one.name, one.now) for one in found}
        return list(found)

    def last_known(self, axis: Any) -> Any:
        """Return where an axis was when that was known last, as text with its age; None where it never was.

        Parameters
        ----------
        axis : device
            One that cannot say where it is.
        """
        from .last_known import last_known

        return last_known(axis, self._known)

    def settle(self) -> list[Moved]:
        """Take it that all axes are where they should be; return those that somebody else had moved."""
        moved = self.look()
        self.note(axis for _, axis in axes_of(self._devices()) if is_connected(axis))
        return moved

    def _moved(self, axes: Iterable[Any]) -> list[Moved]:
        places = self._known.places()
        moved, new = [], []
        for axis in axes:
            now = _place(axis)
            if now is None or axis in self._sent:
                continue
            place = places.get(axis.name)
            if place is None:
                new.append(axis)
            elif abs(now - place.position) > FACTOR * near_enough(axis, self._tolerances):
                moved.append(
                    Moved(axis.name, place.position, now, place.time, units_of(axis), precision_of(axis))
                )
        self.note(new)
        return moved


def _place(axis: Any) -> float | None:
    """Return where an axis is; None for what is no axis, or does not say."""
    if hasattr(type(axis), "offline_error"):
        return None
    try:
        position = getattr(axis, "position", None)
    except Exception:  # a device that is lost, or not connected just now
        return None
    if isinstance(position, bool) or not isinstance(position, int | float) or position != position:
        return None
    return float(position)


def _is_moving(axis: Any) -> bool:
    try:
        done = getattr(axis, "motor_done_move", None)  # of a motor record; `moving` would ask the IOC
        return bool(getattr(axis, "moving", False) if done is None else done.get() != 1)
    except Exception:  # lost: it may be anywhere
        return True


def _is_simulated(axis: Any) -> bool:
    return type(axis).__module__.startswith("bsh.devices.sim")
