"""What all guards have in common: a status in the place of the device's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh.devices.status import Status

__all__ = ["GuardedStatus", "reason"]


class GuardedStatus(Status):
    """A status that stands in the place of the device's own, and judges it.

    Those that derive from it say in ``_fail`` what a failure sounds like.

    Parameters
    ----------
    device : device
        Like those of ophyd or ophyd-async.
    inner : Status
        What the device returned.
    target : object, optional
        What it was asked for.
    """

    __slots__ = ("_inner",)

    def __init__(self, device: Any, inner: Any, *, target: Any = None) -> None:
        super().__init__(obj=device, target=target)
        self._inner = inner

    def watch(self, callback: Callable[..., Any]) -> None:
        """Call a function as the action advances, if the device's own status does.

        Parameters
        ----------
        callback : callable
            Takes ophyd's keywords: name, current, initial, target, unit, precision, fraction...
        """
        watch = getattr(self._inner, "watch", None)
        if watch is not None:
            watch(callback)

    def give_up(self, error: Exception) -> None:
        """Fail: the action cannot be judged.

        Parameters
        ----------
        error : Exception
            What happened when it was looked at.
        """
        self._fail(f"it could not be watched ({reason(error)})")

    def _fail(self, why: str) -> None:
        raise NotImplementedError


def reason(failure: BaseException) -> str:
    """Return what a failure says, in one line.

    Parameters
    ----------
    failure : Exception
        Many say nothing; then it is its class.
    """
    return " ".join(str(failure).split()) or type(failure).__name__
