"""The numbers of a run's points, kept small.

Owns how values become numbers, what happens to a point that is taken again, and that memory stays bounded.
It must not know what the numbers are for. Nothing but the standard library is needed while a scan runs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from math import nan
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["MOST_POINTS", "PointColumns", "Points", "number_of"]

MOST_POINTS = 100_000
"""So many points are kept whole; of longer series every second, fourth, ... point is kept."""


def number_of(value: Any) -> float:
    """Return a value as a number; NaN for what is none.

    Parameters
    ----------
    value : object
        A number, a bool, an array of one number, ...

    Examples
    --------
    >>> number_of(3), number_of(True), number_of(None), number_of("shut")
    (3.0, 1.0, nan, nan)
    """
    if type(value) is float:
        return value
    if value is None or isinstance(value, str | bytes):
        return nan
    try:
        if getattr(value, "size", 1) == 1 and hasattr(value, "item"):
            value = value.item()
        elif isinstance(value, list | tuple) and len(value) == 1:
            return number_of(value[0])
        return float(value)
    except Exception:  # a foreign type's __float__ may do anything
        return nan


class Points(NamedTuple):
    """Points of a stream: sequence numbers, times (seconds since the epoch) and data, each ``(n_points,)``."""

    numbers: Floats
    times: Floats
    data: dict[str, Floats]


class PointColumns:
    """Columns of numbers, a row an event.

    A point that comes again with its old number (the plan was rewound) takes the place of the first one.

    Parameters
    ----------
    keys : iterable of str
        Data keys. The sequence number and the time of an event are always kept.
    most : int, optional
        Points that are kept.

    Examples
    --------
    >>> columns = PointColumns(["det"])
    >>> columns.append({"seq_num": 1, "time": 0.5, "data": {"det": 7}})
    >>> points = columns.points()
    >>> points.numbers.tolist(), points.times.tolist(), points.data["det"].tolist()
    ([1.0], [0.5], [7.0])
    """

    def __init__(self, keys: Iterable[str], most: int = MOST_POINTS) -> None:
        self._columns = {key: array("d") for key in dict.fromkeys(keys)}
        self._numbers, self._times = array("d"), array("d")
        self._most = max(2, most)
        self._stride = 1
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    def append(self, event: Document) -> None:
        """Keep one event; never raises.

        Parameters
        ----------
        event : dict
            An event document.
        """
        data: Mapping[str, Any] = event.get("data") or {}
        with self._lock:
            number = self._number(event)
            while self._numbers and self._numbers[-1] >= number:
                self._drop_last()
            if self._stride > 1 and (int(number) - 1) % self._stride:
                return
            for key, column in self._columns.items():
                value = data.get(key)
                column.append(value if type(value) is float else number_of(value))
            self._times.append(number_of(event.get("time")))
            self._numbers.append(number)
            if len(self._numbers) >= self._most:
                self._thin_out()

    def points(self) -> Points:
        """Return copies of the columns."""
        import numpy as np

        with self._lock:
            numbers, times, *data = (column[:] for column in self._all())
        arrays = [np.frombuffer(column, dtype=float) for column in (numbers, times, *data)]
        return Points(arrays[0], arrays[1], dict(zip(self._columns, arrays[2:])))

    def _number(self, event: Document) -> float:
        number = event.get("seq_num")
        if isinstance(number, int):
            return float(number)
        return self._numbers[-1] + 1 if self._numbers else 1.0

    def _all(self) -> list[array[float]]:
        return [self._numbers, self._times, *self._columns.values()]

    def _drop_last(self) -> None:
        for column in self._all():
            column.pop()

    def _thin_out(self) -> None:
        self._stride *= 2
        for column in self._all():
            del column[1::2]
