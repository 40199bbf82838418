"""A simulated counter whose counts depend on motors, ring current and shutter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp
from random import Random
from threading import RLock
from typing import Any, Literal
from zlib import crc32

from bsh.devices.sim.clock import Clock
from bsh.devices.sim.device import DataKeys, SimDevice
from bsh.devices.sim.signal import SimSignal
from bsh.devices.status import Status
from bsh.errors import DeviceError
from bsh.protocols import Reading

__all__ = ["SimDetector"]

FULL_RING_CURRENT = 100.0  # mA at which a detector counts its nominal rate


class SimDetector(SimDevice):
    """A point detector: a gaussian peak over a background, with counting statistics.

    Parameters
    ----------
    name : str
        Name in documents and on screen.
    motor : device, optional
        The axis that the peak depends on; anything with a ``position``.
    motors : sequence of devices, optional
        Several axes: the peak is the product of a gaussian in each.
    center, sigma : float or sequence of float, optional
        Centre and width of the peak, in the units of the motor; one number, or one for each motor.
    amplitude, background : float, optional
        Counts per second at the top of the peak, and everywhere.
    noise : {"poisson", None}, optional
        Poisson counts are integers; with None the reading is the exact expectation, a float.
    seed : int, optional
        Start of the random numbers; derived from the name if not given, so that runs can be repeated.
    count_time : float, optional
        Seconds; 0 is done at once and counts as for one second.
    ring, shutter : device, optional
        A ``current`` signal in mA scales the rate (100 mA is nominal); a shutter that is not open
        leaves only the background.
    units : str, optional
        Name of the units.
    labels, parent, clock : optional
        As for :class:`SimDevice`.

    Attributes
    ----------
    count_time : SimSignal
        Seconds; saved as configuration.

    Examples
    --------
    >>> det = SimDetector("det", amplitude=100, noise=None, count_time=0)
    >>> det.trigger().success, det.read()["det"]["value"]
    (True, 100.0)
    """

    component_names = ("count_time",)

    def __init__(
        self,
        name: str,
        *,
        motor: Any | None = None,
        motors: Sequence[Any] = (),
        center: float | Sequence[float] = 0.0,
        sigma: float | Sequence[float] = 1.0,
        amplitude: float = 1000.0,
        background: float = 0.0,
        noise: Literal["poisson"] | None = "poisson",
        seed: int | None = None,
        count_time: float = 0.1,
        ring: Any | None = None,
        shutter: Any | None = None,
        units: str = "counts",
        labels: Iterable[str] = (),
        parent: Any | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(name, labels=labels, parent=parent, clock=clock)
        if noise not in ("poisson", None):
            raise DeviceError(f"{name}: noise is 'poisson' or nothing, not {noise!r}")
        self.motors = tuple(motors) or (() if motor is None else (motor,))
        self.centers = _one_for_each(name, "center", center, self.motors)
        self.sigmas = _one_for_each(name, "sigma", sigma, self.motors)
        self.amplitude = amplitude
        self.background = background
        self.noise = noise
        self.ring = ring
        self.shutter = shutter
        self.units = units
        self.count_time = SimSignal(
            f"{name}_count_time",
            value=float(count_time),
            units="s",
            limits=(0.0, float("inf")),
            parent=self,
            clock=self.clock,
        )
        self._configuration = (self.count_time,)
        self._random = Random(crc32(name.encode()) if seed is None else seed)
        self._value: float = 0 if noise else 0.0
        self._timestamp = self.clock.time()
        self._faults: dict[str, _Fault] = {}
        self._counting: _UnderWay | None = None
        self._adding = RLock()  # who hears of counts may read them

    @property
    def egu(self) -> str:
        """Name of the units (EPICS's word)."""
        return self.units

    def rate(self) -> float:
        """Return the counts per second that are expected with everything as it is now."""
        peak = self.amplitude
        for motor, center, sigma in zip(self.motors, self.centers, self.sigmas):
            peak *= exp(-0.5 * ((motor.position - center) / sigma) ** 2)
        if self.ring is not None:
            peak *= float(getattr(self.ring, "current", self.ring).get()) / FULL_RING_CURRENT
        if self.shutter is not None and not self.shutter.is_open:
            peak = 0.0
        return peak + self.background

    def trigger(self) -> Status:
        """Count for ``count_time`` seconds; then the new value can be read.

        Returns
        -------
        Status
            Done when the counting is.
        """
        if self._faults:
            self._count_down("trigger")
        seconds = float(self.count_time.get())
        if seconds == 0.0:
            self._count(1.0)
            return Status.finished(self)
        status = Status(obj=self)
        self._counting = _UnderWay(status, self.clock.time(), seconds)
        self.clock.call_later(seconds, lambda: self._end_count(status, seconds))
        return status

    def stop(self, *, success: bool = True) -> None:
        """End a count before its time; what was counted so far can be read.

        Parameters
        ----------
        success : bool, optional
            How the count's status ends.
        """
        under_way = self._counting
        if under_way is None:
            return
        status = under_way.status
        if success:
            self._end_count(status, self._elapsed(under_way))
        elif not status.done:
            status.set_exception(DeviceError(f"{self.name}: the count was stopped"))

    def read(self) -> dict[str, Reading[Any]]:
        """Return the counts of the last trigger, and when it ended; before its end those so far."""
        if self._faults:
            self._count_down("read")
        self._count_on()
        return {self.name: {"value": self._value, "timestamp": self._timestamp}}

    def describe(self) -> DataKeys:
        """Return the data key of the counts."""
        data_key: dict[str, Any] = {"source": f"SIM:{self.name}", "shape": [], "units": self.units}
        data_key |= {"dtype": "integer"} if self.noise else {"dtype": "number", "precision": 3}
        return {self.name: data_key}

    def fail_at(
        self, n: int, *, on: Literal["trigger", "read"] = "trigger", error: Exception | None = None
    ) -> None:
        """Raise once, at the n-th call from now; for tests and demonstrations.

        Parameters
        ----------
        n : int
            1 is the next call.
        on : {"trigger", "read"}, optional
            Which call fails.
        error : Exception, optional
            What is raised; a DeviceError if not given.
        """
        self._faults[on] = _Fault(n, error or DeviceError(f"{self.name} did not answer (asked to fail)"))

    def _end_count(self, status: Status, seconds: float) -> None:
        if status.done:  # it was stopped
            return
        try:
            with self._adding:
                counted, under_way = 0.0, self._counting
                if under_way is not None and under_way.status is status:
                    counted, self._counting = under_way.counted, None
                self._count(max(0.0, seconds - counted), more=counted > 0.0)
        except Exception as error:  # a motor that is offline, for example
            status.set_exception(error)
        else:
            status.set_finished()

    def _count_on(self) -> None:
        """Add what was counted since the last look at a count that is under way; its end adds the rest."""
        if self._counting is None:
            return
        with self._adding:
            under_way = self._counting
            if under_way is None or under_way.status.done:
                return
            elapsed = self._elapsed(under_way)
            if elapsed > under_way.counted:
                self._count(elapsed - under_way.counted, more=under_way.counted > 0.0, is_over=False)
                under_way.counted = elapsed

    def _elapsed(self, under_way: _UnderWay) -> float:
        return min(max(0.0, self.clock.time() - under_way.began), under_way.seconds)

    def _count(self, seconds: float, *, more: bool = False, is_over: bool = True) -> None:
        """Count for some time, on top of what is counted already or anew; subscribers hear of the end only."""
        expected = self.rate() * seconds
        old = self._value
        counted = _poisson(self._random, expected) if self.noise else expected
        self._value = old + counted if more else counted
        self._timestamp = self.clock.time()
        if is_over and self._subscriptions:
            self._notify(self._value, old, self._timestamp)

    def _count_down(self, call: str) -> None:
        fault = self._faults.get(call)
        if fault is None:
            return
        fault.calls_left -= 1
        if fault.calls_left <= 0:
            del self._faults[call]
            raise fault.error

    def _present(self) -> tuple[float, float]:
        return self._value, self._timestamp


class _UnderWay:
    """A count that has begun, its counting time, and for how many of its seconds the counts were looked at already.

    The counting time is that of its beginning: a plan that was interrupted puts the old one back before the counts so
    far are read.
    """

    __slots__ = ("began", "counted", "seconds", "status")

    def __init__(self, status: Status, began: float, seconds: float) -> None:
        self.status = status
        self.began = began
        self.seconds = seconds
        self.counted = 0.0


class _Fault:
    """An error that is raised when a number of calls has been made."""

    __slots__ = ("calls_left", "error")

    def __init__(self, calls_left: int, error: Exception) -> None:
        self.calls_left = calls_left
        self.error = error


def _one_for_each(
    name: str, what: str, given: float | Sequence[float], motors: Sequence[Any]
) -> tuple[float, ...]:
    numbers = tuple(given) if isinstance(given, Sequence) else (given,) * max(1, len(motors))
    if motors and len(numbers) != len(motors):
        raise DeviceError(f"{name}: {len(numbers)} numbers for {what}, but {len(motors)} motors")
    if what == "sigma" and any(number <= 0 for number in numbers):
        raise DeviceError(f"{name}: sigma must be above 0, not {given}")
    return numbers


def _poisson(random: Random, expected: float) -> int:
    """Draw a Poisson count without numpy, which costs too much to import before the first prompt."""
    if expected <= 0.0:
        return 0
    if expected > 50.0:  # the gaussian is then as good as exact
        return max(0, round(random.gauss(expected, expected**0.5)))
    count, chance, threshold = 0, random.random(), exp(-expected)
    while chance > threshold:
        count += 1
        chance *= random.random()
    return count
