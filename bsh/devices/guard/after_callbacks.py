"""Letting ophyd finish with what it is doing before anybody hears that an action has ended.

ophyd ends a status in the middle of a callback, and forgets the subscriptions of the action afterwards: whoever is told at
once and begins the next action on another thread may have its subscription forgotten as well, and waits for ever.
And monitors that came before the end of the action may still be in their queue: whoever reads at once reads old values.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

__all__ = ["after_callbacks"]

QUEUES = ("get_put", "monitor")
"""Threads of ophyd, in this order: the first forgets subscriptions, the second brings values."""


def after_callbacks(then: Callable[[], None]) -> None:
    """Call a function once ophyd's callbacks that are under way, or wait in their queues, have returned.

    It is called on a thread of ophyd's; at once where ophyd has none.

    Parameters
    ----------
    then : callable
        Must not block.
    """
    ophyd = sys.modules.get("ophyd")
    threads = {} if ophyd is None else ophyd.get_cl().get_dispatcher().threads
    for name in reversed(QUEUES):
        if name in threads:
            then = _queued(threads[name].queue.put, then)
    then()


def _queued(put: Callable[[object], None], then: Callable[[], None]) -> Callable[[], None]:
    return lambda: put((then, (), {}))
