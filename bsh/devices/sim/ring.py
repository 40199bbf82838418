"""A simulated storage ring."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from typing import Any

from bsh.devices.sim.clock import Clock, Timer
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.signal import SimSignal
from bsh.protocols import Reading

__all__ = ["SimRing"]

UPDATE_PERIOD_S = 1.0


class SimRing(SimDevice):
    """A ring whose current decays slowly, can be lost and refilled.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    current : float, optional
        Full current, mA.
    lifetime : float, optional
        Hours in which the current falls to 1/e; 0 is a ring that does not decay.
    labels, parent, clock : optional
        As for :class:`SimDevice`.

    Attributes
    ----------
    current : SimSignal
        The current, mA; a value put there decays from then on.
    inject : SimSignal
        1 starts an injection: the current is lost; 0 ends it: the current is full again.
    """

    component_names = ("current", "inject")

    def __init__(
        self,
        name: str,
        *,
        current: float = 100.0,
        lifetime: float = 20.0,
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, labels=labels, parent=parent, clock=clock)
        self.full_current = float(current)
        self.current: SimSignal = _DecayingSignal(
            f"{name}_current", float(current), lifetime * 3600.0, parent=self, clock=self.clock
        )
        self.inject = SimSignal(f"{name}_inject", value=0, limits=(0, 1), parent=self, clock=self.clock)
        self.inject.subscribe(self._on_inject, run=False)

    @property
    def hints(self) -> Any:
        """The current."""
        return {"fields": [self.current.name]}

    def read(self) -> dict[str, Reading[Any]]:
        """Return the current."""
        return self.current.read()

    def describe(self) -> DataKeys:
        """Return the data key of the current."""
        return self.current.describe()

    def subscribe(self, callback: Any, event_type: str | None = None, run: bool = True) -> int:
        """Call back at each change of the current.

        Parameters
        ----------
        callback, event_type, run
            As for :meth:`SimDevice.subscribe`.
        """
        return self.current.subscribe(callback, event_type, run)

    def clear_sub(self, callback: Any, event_type: str | None = None) -> None:
        """Take a subscription back.

        Parameters
        ----------
        callback, event_type
            As for :meth:`SimDevice.clear_sub`.
        """
        self.current.clear_sub(callback, event_type)

    def unsubscribe(self, token: int) -> None:
        """Take one subscription back.

        Parameters
        ----------
        token : int
            What :meth:`subscribe` returned.
        """
        self.current.unsubscribe(token)

    def _on_inject(self, *, value: Any, **_: Any) -> None:
        self.current.put(0.0 if value else self.full_current)

    def _present(self) -> tuple[Any, float]:
        return self.current._present()


class _DecayingSignal(SimSignal):
    """A current that is computed from the time since it was last put."""

    def __init__(
        self, name: str, current: float, lifetime_s: float, *, parent: SimRing, clock: Clock
    ) -> None:
        super().__init__(name, value=current, units="mA", precision=2, parent=parent, clock=clock)
        self._lifetime_s = lifetime_s
        self._since = clock.now()
        self._timer: Timer | None = None

    def get(self) -> float:
        """Return the present current, mA."""
        current = float(self._value)
        if self._lifetime_s:
            current *= exp((self._since - self.clock.now()) / self._lifetime_s)
        return current

    def subscribe(self, callback: Any, event_type: str | None = None, run: bool = True) -> int:
        """Call back at each change, and once a second.

        Parameters
        ----------
        callback, event_type, run
            As for :meth:`SimDevice.subscribe`.
        """
        token = super().subscribe(callback, event_type, run)
        if self._timer is None:
            self._timer = self.clock.call_later(UPDATE_PERIOD_S, self._update)
        return token

    def _present(self) -> tuple[float, float]:
        return self.get(), self.clock.time()

    def _change(self, value: Any) -> None:
        old = self.get()
        self._value, self._since = float(value), self.clock.now()
        self._notify(self._value, old, self.clock.time())

    def _update(self) -> None:
        self._timer = None
        if self._subscriptions:
            current, timestamp = self._present()
            self._notify(current, current, timestamp)
            self._timer = self.clock.call_later(UPDATE_PERIOD_S, self._update)
