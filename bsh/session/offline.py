"""A device that is not there: it has a name and says why it cannot be used.

Owns the placeholder. Everything that would touch hardware raises :class:`~bsh.errors.DeviceOffline`, which
names the line of the profile and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from bsh.errors import DeviceOffline
from bsh.profile import Position

__all__ = ["OfflineDevice"]


class _OfflineAttribute(DeviceOffline, AttributeError):
    """Asked for a part of an offline device; also an AttributeError, so that ``hasattr`` says no."""


class OfflineDevice:
    """Stands for a device that could not be made or does not answer.

    Parameters
    ----------
    name : str
        Name in the profile.
    reason : str
        Why it is offline, one line.
    position : Position, optional
        Where the profile describes it.
    labels : iterable of str
        Its groups.
    device : object, optional
        The device itself, where it could be made: it may come back.

    Examples
    --------
    >>> OfflineDevice("und", "no answer within 2 s")
    <und: offline (no answer within 2 s)>
    """

    parent = None

    def __init__(
        self,
        name: str,
        reason: str,
        position: Position | None = None,
        labels: Iterable[str] = (),
        device: Any | None = None,
    ) -> None:
        self.name = name
        self.reason = reason
        self.position_in_profile = position
        self.device = device
        self._ophyd_labels_ = set(labels)

    def offline_error(self) -> DeviceOffline:
        """Return the error that using the device raises."""
        return DeviceOffline(self._message(), hint=self._hint())

    def _message(self) -> str:
        where = f" ({self.position_in_profile})" if self.position_in_profile is not None else ""
        return f"{self.name} is offline: {self.reason}{where}"

    def _hint(self) -> str:
        if self.device is not None:
            return f"see that it is on and reachable, then: reconnect {self.name}"
        return "correct the profile or the device's module, then start again"

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self.offline_error()

    # what makes it a device to commands and plans, without ever working
    read = describe = read_configuration = describe_configuration = _refuse
    set = trigger = stop = stage = unstage = configure = kickoff = complete = collect = _refuse
    subscribe = check_value = _refuse

    def clear_sub(self, *args: Any, **kwargs: Any) -> None:
        """Forget a subscription: there is none."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "wait_for_connection":
            raise AttributeError(name)
        raise _OfflineAttribute(self._message(), hint=self._hint())

    def __repr__(self) -> str:
        return f"<{self.name}: offline ({self.reason})>"
