"""A simulated value that can be read, set and watched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.devices.sim.clock import Clock
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.limits import Limits, check_within
from bsh.devices.status import Status
from bsh.errors import DeviceError
from bsh.protocols import Reading

__all__ = ["SimSignal"]


class SimSignal(SimDevice):
    """A scalar (or array) with a name, units and limits.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    value : object, optional
        First value; its type decides the dtype in documents.
    units : str, optional
        Name of the units.
    limits : (float, float), optional
        Lowest and highest value that may be set; None or (0, 0) is no limit.
    precision : int, optional
        Decimals worth showing.
    read_only : bool, optional
        Whether :meth:`set` and :meth:`put` are refused.
    labels, parent, clock : optional
        As for :class:`SimDevice`.

    Examples
    --------
    >>> current = SimSignal("current", value=100.0, units="mA")
    >>> current.set(42.0).success, current.get()
    (True, 42.0)
    """

    def __init__(
        self,
        name: str,
        *,
        value: Any = 0.0,
        units: str = "",
        limits: Limits = None,
        precision: int = 3,
        read_only: bool = False,
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, labels=labels, parent=parent, clock=clock)
        self.units = units
        self.limits: Limits = limits
        self.precision = precision
        self.read_only = read_only
        self._value = value
        self._timestamp = self.clock.time()

    @property
    def egu(self) -> str:
        """Name of the units (EPICS's word)."""
        return self.units

    @property
    def value(self) -> Any:
        """The present value."""
        return self.get()

    def get(self) -> Any:
        """Return the present value."""
        return self._value

    def put(self, value: Any) -> None:
        """Change the value at once and tell the subscribers.

        Parameters
        ----------
        value : object
            In the signal's own units.

        Raises
        ------
        LimitError
            It is out of limits.
        DeviceError
            The signal is read-only.
        """
        if self.read_only:
            raise DeviceError(f"{self.name} can only be read")
        self.check_value(value)
        # An integer put into a signal of floats stays a float, so that its dtype never changes.
        self._change(float(value) if isinstance(self._value, float) else value)

    def set(self, value: Any) -> Status:
        """Change the value; the status is done at return.

        Parameters
        ----------
        value : object
            In the signal's own units.
        """
        self.put(value)
        return Status.finished(self, value)

    def check_value(self, value: Any) -> None:
        """Raise LimitError if a value is out of limits.

        Parameters
        ----------
        value : object
            In the signal's own units.
        """
        if self.limits is not None:
            check_within(self.name, value, self.limits, self.units)

    def read(self) -> dict[str, Reading[Any]]:
        """Return the present value and when it was set."""
        value, timestamp = self._present()
        return {self.name: {"value": value, "timestamp": timestamp}}

    def describe(self) -> DataKeys:
        """Return the data key of the value."""
        value = self.get()
        dtype, shape = _dtype_and_shape(value)
        data_key: dict[str, Any] = {"source": f"SIM:{self.name}", "dtype": dtype, "shape": shape}
        if self.units:
            data_key["units"] = self.units
        if dtype == "number":
            data_key["precision"] = self.precision
        return {self.name: data_key}

    def _present(self) -> tuple[Any, float]:
        return self._value, self._timestamp

    def _change(self, value: Any) -> None:
        old, self._value = self._value, value
        self._timestamp = self.clock.time()
        if self._subscriptions:
            self._notify(value, old, self._timestamp)

    def __float__(self) -> float:
        return float(self.get())


def _dtype_and_shape(value: Any) -> tuple[str, list[int]]:
    if isinstance(value, bool):
        return "boolean", []
    if isinstance(value, int) or (hasattr(value, "__index__") and not hasattr(value, "__len__")):
        return "integer", []  # numpy's integers too, without importing it
    if isinstance(value, float):
        return "number", []
    if isinstance(value, str):
        return "string", []
    shape = getattr(value, "shape", None)
    if shape == ():
        return "number", []
    return "array", list(shape) if shape is not None else [len(value)]
