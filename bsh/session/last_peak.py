"""What the last scan says about a peak, for expressions and for completion: ``CEN``, ``pl_xMAX``, ``A[th]``.

Owns the numbers of the last scan along a line, computed once a scan.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bsh.commands import axis_named
from bsh.commands.values import value_of
from bsh.errors import BshError, CommandError

if TYPE_CHECKING:
    from .session import Session

__all__ = ["LastPeak", "PeakNumber", "PositionsByMotor", "spec_names"]

NAMES = {
    "CEN": "cen",
    "pl_xMAX": "peak",
    "pl_MAX": "max",
    "pl_xMIN": "trough",
    "pl_MIN": "min",
    "pl_COM": "com",
    "pl_FWHM": "fwhm",
    "pl_CFWHM": "cen",
    "pl_SUM": "sum",
}
"""SPEC's names, and what they mean."""

OF_A_PEAK = frozenset({"cen", "com", "fwhm"})
"""Numbers that mean nothing where there is no peak."""


class LastPeak:
    """The numbers of the last scan.

    Parameters
    ----------
    session : Session
        Whose scans.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._next_scan = -1
        self._axis = ""
        self._known: dict[str, float] = {}
        self._is_being_looked_at = threading.Lock()

    def number(self, what: str) -> float:
        """Return a number of the last scan.

        Parameters
        ----------
        what : str
            ``cen``, ``com``, ``fwhm``, ``peak`` and ``trough`` (where), ``max``, ``min``, ``sum`` (how much).

        Raises
        ------
        CommandError
            The last scan has none.
        """
        self._look()
        if what not in self._known:
            raise CommandError(
                f"the last scan has no {what}", hint="stats shows what there is; pl_xMAX is the highest point"
            )
        return self._known[what]

    def cached(self) -> tuple[str, Mapping[str, float]]:
        """Return the axis and the numbers as far as they are known at this moment; nothing is read."""
        return self._axis, self._known

    def look_soon(self) -> None:
        """Have the numbers looked up on a thread of its own, if there was a scan since."""
        if self._session.store.peek_scan_id() != self._next_scan:
            threading.Thread(target=self._look_quietly, name="bsh-last-peak", daemon=True).start()

    def _look_quietly(self) -> None:
        try:
            self._look()
        except Exception:  # it was no scan along a line, or the session is being closed
            return

    def _look(self) -> None:
        with self._is_being_looked_at:
            following = self._session.store.peek_scan_id()
            if following == self._next_scan:
                return
            self._axis, self._known = "", {}
            self._next_scan = following
            self._axis, self._known = self._computed()

    def _computed(self) -> tuple[str, dict[str, float]]:
        from .scanned_line import ScannedLine

        line = ScannedLine(self._session)
        counter = line.counter()
        found = line.peak(counter)
        if found is None:
            return line.axes[0], {}
        numbers = {
            "cen": found.cen,
            "com": found.com,
            "fwhm": found.fwhm,
            "peak": found.max[0],
            "max": found.max[1],
            "trough": found.min[0],
            "min": found.min[1],
            "sum": sum(value for value in line.values(counter) if value == value),
        }
        known = {
            name: float(value)
            for name, value in numbers.items()
            if value is not None and (found.is_peak or name not in OF_A_PEAK)
        }
        return line.axes[0], known


def _operation(function: Callable[[Any, Any], Any], *, reflected: bool = False) -> Any:
    def operate(self: PeakNumber, other: Any) -> Any:
        return function(other, float(self)) if reflected else function(float(self), other)

    return operate


class PeakNumber:
    """A number of the last scan that is looked up when it is used.

    Parameters
    ----------
    last : LastPeak
        Where.
    what : str
        Which.
    """

    def __init__(self, last: LastPeak, what: str) -> None:
        self._last = last
        self._what = what

    def __float__(self) -> float:
        return self._last.number(self._what)

    def __repr__(self) -> str:
        try:
            return repr(float(self))
        except BshError as error:
            return error.message

    def __neg__(self) -> float:
        return -float(self)

    __add__, __radd__ = _operation(operator.add), _operation(operator.add, reflected=True)
    __sub__, __rsub__ = _operation(operator.sub), _operation(operator.sub, reflected=True)
    __mul__, __rmul__ = _operation(operator.mul), _operation(operator.mul, reflected=True)
    __truediv__, __rtruediv__ = _operation(operator.truediv), _operation(operator.truediv, reflected=True)
    __lt__, __gt__ = _operation(operator.lt), _operation(operator.gt)


class PositionsByMotor:
    """SPEC's ``A``: ``A[th]`` is where th is.

    Parameters
    ----------
    session : Session
        Whose motors.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getitem__(self, motor: Any) -> Any:
        """Return the position of a motor, given itself or by its name."""
        if not isinstance(motor, str):
            return value_of(motor)
        axis = axis_named(motor, {**self._session.devices, **self._session.aliases})
        if axis is None:
            raise CommandError(f"there is no motor {motor}", hint="wa shows the motors")
        return value_of(axis)

    def __repr__(self) -> str:
        return "A[motor] is where a motor is; mv takes motors in expressions as well: mv th tth/2"


def spec_names(session: Session, last: LastPeak) -> dict[str, Any]:
    """Return the names that SPEC's fingers know, for the namespace.

    Parameters
    ----------
    session : Session
        Whose motors.
    last : LastPeak
        The last scan.
    """
    return {"A": PositionsByMotor(session), **{name: PeakNumber(last, what) for name, what in NAMES.items()}}
