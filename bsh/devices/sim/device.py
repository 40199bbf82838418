"""What every simulated device offers: a name, readings, configuration, staging and subscriptions.

Owns the parts of ophyd's device interface that do not depend on the kind of device.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bsh.devices.sim.clock import Clock, default_clock
from bsh.protocols import Hints, Reading

__all__ = ["SimDevice"]

logger = logging.getLogger("bsh.devices")

DataKeys = dict[str, dict[str, Any]]


class SimDevice:
    """Base of the simulated devices.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    labels : iterable of str, optional
        Groups that the device belongs to.
    parent : device, optional
        The device that this one is part of.
    clock : Clock, optional
        Source of time; the wall clock that all simulated devices share if not given.
    """

    component_names: tuple[str, ...] = ()
    """Attributes that hold the parts of this device."""

    def __init__(
        self,
        name: str,
        *,
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.parent = parent
        self.clock: Clock = clock if clock is not None else default_clock()
        self._ophyd_labels_ = {labels} if isinstance(labels, str) else set(labels)
        self._subscriptions: dict[int, Callable[..., Any]] = {}
        self._subscription_ids = itertools.count()
        self._configuration: tuple[Any, ...] = ()

    # readings

    @property
    def hints(self) -> Hints:
        """The fields worth showing: the one with the device's own name."""
        return {"fields": [self.name]}

    def read(self) -> dict[str, Reading[Any]]:
        """Return the present readings."""
        raise NotImplementedError

    def describe(self) -> DataKeys:
        """Return the data key of each reading."""
        raise NotImplementedError

    # configuration

    def read_configuration(self) -> dict[str, Reading[Any]]:
        """Return the present settings."""
        return {key: reading for signal in self._configuration for key, reading in signal.read().items()}

    def describe_configuration(self) -> DataKeys:
        """Return the data key of each setting."""
        return {
            key: data_key for signal in self._configuration for key, data_key in signal.describe().items()
        }

    def configure(self, values: Mapping[str, Any]) -> tuple[dict[str, Reading[Any]], dict[str, Reading[Any]]]:
        """Change settings.

        Parameters
        ----------
        values : mapping
            New values; keys are attribute names (``"velocity"``) or data keys (``"th_velocity"``).

        Returns
        -------
        old, new : dict
            All settings before and after.

        Raises
        ------
        KeyError
            There is no such setting; nothing is changed.
        """
        known = {signal.name: signal for signal in self._configuration}
        known |= {signal.name.removeprefix(f"{self.name}_"): signal for signal in self._configuration}
        unknown = [key for key in values if key not in known]
        if unknown:
            raise KeyError(f"{self.name} has no setting {', '.join(unknown)}; it has {', '.join(known)}")
        old = self.read_configuration()
        for key, value in values.items():
            known[key].put(value)
        return old, self.read_configuration()

    # staging

    def stage(self) -> list[Any]:
        """Make ready for a run; return the staged devices."""
        return [self]

    def unstage(self) -> list[Any]:
        """Put back after a run; return the unstaged devices."""
        return [self]

    # subscriptions

    def subscribe(self, callback: Callable[..., Any], event_type: str | None = None, run: bool = True) -> int:
        """Call ``callback(value=, old_value=, timestamp=, obj=, sub_type=)`` at each change.

        Parameters
        ----------
        callback : callable
            Runs on the thread that makes the change; what it raises is logged.
        event_type : str, optional
            For ophyd's sake; a simulated device has one kind of event.
        run : bool, optional
            Whether to call it at once with the present value.

        Returns
        -------
        int
            A token for :meth:`unsubscribe`.
        """
        token = next(self._subscription_ids)
        self._subscriptions = {**self._subscriptions, token: callback}
        if run:
            value, timestamp = self._present()
            self._call(callback, value, value, timestamp)
        return token

    def clear_sub(self, callback: Callable[..., Any], event_type: str | None = None) -> None:
        """Take back every subscription of a callback.

        Parameters
        ----------
        callback : callable
            What was subscribed; an unknown one is no error.
        event_type : str, optional
            For ophyd's sake.
        """
        self._subscriptions = {
            token: known for token, known in self._subscriptions.items() if known != callback
        }

    def unsubscribe(self, token: int) -> None:
        """Take back one subscription.

        Parameters
        ----------
        token : int
            What :meth:`subscribe` returned; an unknown one is no error.
        """
        self._subscriptions = {known: cb for known, cb in self._subscriptions.items() if known != token}

    def _present(self) -> tuple[Any, float]:
        """Return the value that subscribers hear of, and its timestamp."""
        raise NotImplementedError

    def _notify(self, value: Any, old_value: Any, timestamp: float) -> None:
        for callback in self._subscriptions.values():
            self._call(callback, value, old_value, timestamp)

    def _call(self, callback: Callable[..., Any], value: Any, old_value: Any, timestamp: float) -> None:
        try:
            callback(value=value, old_value=old_value, timestamp=timestamp, obj=self, sub_type="value")
        except Exception:
            logger.exception("a subscriber of %s failed", self.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"
