"""How puts with a callback ended: pyepics calls back for those that failed just as for those that succeeded.

When an IOC dies, libca ends each pending put with an error, and ophyd takes that for "done". The same holds for
a put that the IOC refuses. This notes the failed ones on libca's thread, before anybody hears that they are "done".
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from typing import Any

__all__ = ["PutOutcomes", "put_outcomes"]

NORMAL = 1
DISCONNECTED = 192
MOST = 1000

_WORDS = {
    DISCONNECTED: "its connection was lost while it was at work",
    160: "its IOC refused what was written (ECA_PUTFAIL)",
    376: "its IOC allows nobody to write there (ECA_NOWTACCESS)",
}


class PutOutcomes:
    """The puts that failed lately."""

    def __init__(self) -> None:
        self._failed: deque[tuple[float, str, int]] = deque(maxlen=MOST)
        self._callback: Any = None

    def listen(self, ca: Any) -> None:
        """Hear of every put's outcome from now on.

        Parameters
        ----------
        ca : module
            ``epics.ca``.
        """
        from epics import dbr

        tell = ca._onPutEvent

        def on_put(args: Any, **keywords: Any) -> None:
            if args.status != NORMAL:
                self._failed.append((time.monotonic(), ca.name(args.chid), args.status))
            tell(args, **keywords)

        self._callback = ca._CB_PUTWAIT = dbr.make_callback(on_put, dbr.event_handler_args)

    def failure(self, names: Collection[str], since: float) -> str:
        """Return why a put to one of some process variables failed; empty if none did. It is told once.

        Parameters
        ----------
        names : collection of str
            The process variables.
        since : float
            Monotonic seconds; what failed before does not count.
        """
        for outcome in reversed(list(self._failed)):
            when, name, code = outcome
            if when < since:
                break
            if name in names:
                with suppress(ValueError):  # another one was faster
                    self._failed.remove(outcome)
                return _WORDS.get(code, f"Channel Access says that writing to {name} failed (code {code})")
        return ""

    def any_since(self, since: float) -> bool:
        """Tell whether any put failed, whoever made it.

        Parameters
        ----------
        since : float
            Monotonic seconds.
        """
        return bool(self._failed) and self._failed[-1][0] >= since


put_outcomes = PutOutcomes()
"""The one of this process; bsh.devices.epics.prepare lets it listen."""
