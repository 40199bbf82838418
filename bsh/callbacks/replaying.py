"""Stored runs emitted again, to any callback.

Owns the order and the pace; the callbacks cannot tell it from the run itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bsh.protocols import Document, Subscriber

__all__ = ["replay"]


def replay(
    documents: Iterable[tuple[str, Document]],
    *callbacks: Subscriber,
    speed: float | None = None,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Give the documents of a run to callbacks; return how many there were.

    Parameters
    ----------
    documents : iterable of (str, dict)
        In the order of emission, for example ``scans[142].documents()``.
    *callbacks : callable
        ``callback(name, doc)``, as for ``RE.subscribe``.
    speed : float, optional
        1.0 keeps the times of the run, 10.0 is ten times as fast; without it there are no pauses.
    sleep, clock : callable, optional
        For tests: wait so many seconds, and what time it is, in seconds.

    Examples
    --------
    >>> names = []
    >>> replay([("start", {"time": 0.0}), ("stop", {"time": 5.0})], lambda name, doc: names.append(name))
    2
    >>> names
    ['start', 'stop']
    """
    count = 0
    first: float | None = None
    began = clock()
    for name, doc in documents:
        when = _time_of(doc)
        if speed is not None and when is not None:
            first = when if first is None else first
            pause = (when - first) / speed - (clock() - began)
            if pause > 0:
                sleep(pause)
        for callback in callbacks:
            callback(name, doc)
        count += 1
    return count


def _time_of(doc: Document) -> float | None:
    """Return when a document was emitted, a page with its last event; None if it does not say."""
    when = doc.get("time")
    if isinstance(when, list | tuple):
        when = max(when, default=None)
    return float(when) if isinstance(when, int | float) else None
