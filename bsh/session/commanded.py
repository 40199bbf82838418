"""Which axes a plan moved, from where to where, for the journal.

Owns the positions before a plan; what happens to them afterwards is the journal's business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bsh.commands import axes_of, is_axis, resting_place, tolerance_of
from bsh.errors import StoreError

from .journal import Change, Journal

__all__ = ["SESSION_KEYS", "CommandedMoves", "axes_before"]

SESSION_KEYS = {
    "command": "The line as typed.",
    "axes_before": (
        "Where the axes that the plan moves were before it, by name, each in its own units; `goto_scan N` goes back "
        "there. Absent where they are not known before, as with plans that decide as they go."
    ),
    "positions_before": "Where all axes of the profile were before it, as far as they answered at once; `#P` in SPEC files.",
    "aliases": "What else the profile calls the devices of this run: their names, and for each the alias that tables show.",
}
"""The keys that a session puts into start documents, beside those of plan and engine, and what they mean."""


class CommandedMoves:
    """Notes where axes are before a plan, and where they are after it.

    Parameters
    ----------
    journal : Journal
        Takes the moves.
    devices : callable
        Returns the session's devices by name.
    """

    def __init__(self, journal: Journal, devices: Callable[[], Mapping[str, Any]]) -> None:
        self._journal = journal
        self._devices = devices
        self._starts: dict[Any, float] = {}
        self._numbers: dict[Any, int] | None = None
        self._line = ""
        self._is_told = False

    def begin(self, axes: Iterable[Any] | None, line: str) -> None:
        """Note where axes are.

        Parameters
        ----------
        axes : iterable of devices or None
            Those that the plan moves; None where that is not known, so that all of them have to be looked at.
        line : str
            What the plan is called in the journal where no line was typed.
        """
        self._line, self._numbers = line or "RE(plan)", None
        known = [axis for _, axis in axes_of(self._devices())] if axes is None else axes
        self._starts = {axis: place for axis in _single(known) if (place := _place(axis)) is not None}
        if axes is not None and self._starts:
            self._numbers = self._kept(
                [Change("move", axis.name, start) for axis, start in self._starts.items()]
            )

    def end(self, moved: Iterable[Any]) -> None:
        """Keep what moved.

        Parameters
        ----------
        moved : iterable of devices
            What the plan sent somewhere.
        """
        starts, numbers = self._starts, self._numbers
        self._starts, self._numbers = {}, None
        changes = {
            axis: change
            for axis in _single(moved)
            if axis in starts and (change := _change(axis, starts[axis])) is not None
        }
        if numbers is None:
            self._kept(list(changes.values()))
            return
        ends = {axis: changes[axis].after if axis in changes else None for axis in numbers}
        known = [
            (numbers[axis], after) for axis, after in ends.items() if after is not None or axis not in changes
        ]
        self._safely(lambda: self._journal.finish(known))

    def _kept(self, changes: list[Change]) -> dict[Any, int] | None:
        numbers: list[int] = []

        def record() -> None:
            numbers.extend(self._journal.record(changes, self._line))

        self._safely(record)
        return dict(zip(self._starts, numbers)) if len(numbers) == len(self._starts) else None

    def _safely(self, write: Callable[[], None]) -> None:
        """Write; a journal that cannot be written keeps nobody from moving."""
        try:
            write()
        except StoreError as error:
            if not self._is_told:
                print(f"bsh: {error.message}; moves cannot be undone", file=sys.stderr)
                self._is_told = True


def axes_before(axes: Iterable[Any] | None) -> dict[str, Any]:
    """Return where axes are, as metadata of the run that is about to move them: ``goto_scan`` goes back there.

    Parameters
    ----------
    axes : iterable of devices or None
        What the plan moves; None where that is not known.
    """
    places = {axis.name: place for axis in _single(axes or ()) if (place := _place(axis)) is not None}
    return {"axes_before": places} if places else {}


def _single(axes: Iterable[Any]) -> Iterator[Any]:
    """Yield the axes, of a positioner that is sent somewhere as a whole its pseudo axes."""
    from bsh.plan_patterns.axes import is_coupled, pseudo_axes

    for axis in axes:
        yield from pseudo_axes(axis) if is_coupled(axis) else (axis,)


def _place(axis: Any) -> float | None:
    try:
        place = resting_place(axis) if is_axis(axis) else None
    except Exception:  # it does not answer now: there is nothing to go back to
        return None
    if isinstance(place, bool) or not isinstance(place, int | float) or place != place:
        return None
    return float(place)


def _change(axis: Any, start: float) -> Change | None:
    """Return what became of an axis, None where it is where it was; one that is lost may be anywhere."""
    place = _place(axis)
    if place is not None and abs(place - start) <= 0.5 * tolerance_of(axis):
        return None
    return Change("move", axis.name, start, place)
