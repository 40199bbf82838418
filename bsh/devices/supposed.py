"""Where devices are supposed to be while lines are only looked at: there, where the lines before leave them.

Known on the thread that looks ahead; a plan that runs meanwhile, on the engine's, knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["Supposition", "supposed_place", "supposing"]


class Supposition:
    """Where devices are supposed to be.

    Parameters
    ----------
    places : mapping
        Positions by device, in their own units.

    Attributes
    ----------
    is_used : bool
        Whether it was asked for where something will go, be the answer known or not.
    """

    def __init__(self, places: Mapping[Any, Any]) -> None:
        self._places = places
        self.is_used = False

    def place(self, device: Any) -> Any | None:
        """Return where a device is supposed to be, in its own units; None where nothing is supposed."""
        return self._places.get(device)


_supposition: ContextVar[Supposition | None] = ContextVar("where devices are supposed to be", default=None)


def supposed_place(device: Any, *, decides: bool = False) -> Any | None:
    """Return where a device is supposed to be, in its own units; None where nothing is supposed.

    Parameters
    ----------
    device : device
        Any.
    decides : bool
        Whether it depends on the answer where something will go, not only how long that takes.
    """
    supposition = _supposition.get()
    if supposition is None:
        return None
    supposition.is_used = supposition.is_used or decides
    return supposition.place(device)


@contextmanager
def supposing(places: Mapping[Any, Any]) -> Iterator[Supposition]:
    """Suppose, on this thread and meanwhile, that devices are where plans would have sent them.

    Parameters
    ----------
    places : mapping
        Positions by device, in their own units.
    """
    supposition = Supposition(places)
    token = _supposition.set(supposition)
    try:
        yield supposition
    finally:
        _supposition.reset(token)
