"""The mechanics behind a motor record: position, limits, offset and motion.

Pure state and arithmetic, with the time passed in; knows nothing of Channel Access.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from bsh.devices.sim.trajectory import Deceleration, Trajectory

__all__ = ["Axis", "AxisSettings"]


@dataclass(frozen=True, slots=True)
class AxisSettings:
    """How an axis is set up at the start of the IOC.

    Parameters
    ----------
    description, units : str
        The record's DESC and EGU.
    velocity : float
        Units per second.
    acceleration_time : float
        Seconds to reach it.
    low_limit, high_limit : float
        Soft limits; the switches are `switch_distance` beyond them.
    resolution : float
        Units per motor step (MRES).
    precision : int
        Decimals shown.
    switch_distance : float
        Units from soft limit to limit switch.
    """

    description: str
    units: str = "mm"
    velocity: float = 5.0
    acceleration_time: float = 0.1
    low_limit: float = -50.0
    high_limit: float = 50.0
    resolution: float = 1e-5
    precision: int = 4
    switch_distance: float = 5.0


class Axis:
    """One axis in dial coordinates, seen through offset and direction.

    Parameters
    ----------
    settings : AxisSettings
        How it starts; it stands at 0.

    Attributes
    ----------
    dial : float
        Present position, in units of the dial.
    stuck : bool
        Whether it refuses to move (a fault on demand).
    """

    def __init__(self, settings: AxisSettings) -> None:
        self.velocity = settings.velocity
        self.acceleration_time = settings.acceleration_time
        self.resolution = settings.resolution
        self.offset = 0.0
        self.direction = 1
        self.dial_limits = (settings.low_limit, settings.high_limit)
        self._settings = settings
        self.put_high_switch(None)
        self.dial = 0.0
        self.stuck = False
        self._motion: Trajectory | Deceleration | None = None
        self._started = 0.0

    # coordinates

    def to_user(self, dial: float) -> float:
        """Return the user's number for a dial position.

        Parameters
        ----------
        dial : float
            In units of the dial.
        """
        return self.direction * dial + self.offset

    def to_dial(self, user: float) -> float:
        """Return the dial position for a user's number.

        Parameters
        ----------
        user : float
            In the user's units.
        """
        return (user - self.offset) / self.direction

    @property
    def user(self) -> float:
        """Present position, the user's number."""
        return self.to_user(self.dial)

    @property
    def steps(self) -> int:
        """Present position in motor steps."""
        return self.to_steps(self.dial)

    def to_steps(self, dial: float) -> int:
        """Return the motor step nearest to a dial position.

        Parameters
        ----------
        dial : float
            In units of the dial.
        """
        return round(dial / self.resolution)

    def at_step(self, steps: int) -> float:
        """Return the dial position of a motor step.

        Parameters
        ----------
        steps : int
            Motor steps from the dial's zero.
        """
        return round(steps * self.resolution, 12)  # 300000 steps of 1e-5 are 3, not 3.0000000000000004

    # limits

    @property
    def user_limits(self) -> tuple[float, float]:
        """Soft limits low, high, the user's numbers; (0, 0) for none."""
        if self.dial_limits == (0.0, 0.0):
            return (0.0, 0.0)
        one, two = (self.to_user(limit) for limit in self.dial_limits)
        return (min(one, two), max(one, two))

    @user_limits.setter
    def user_limits(self, limits: tuple[float, float]) -> None:
        if limits == (0.0, 0.0):
            self.dial_limits = limits
            return
        one, two = (self.to_dial(limit) for limit in limits)
        self.dial_limits = (one, two) if self.direction > 0 else (two, one)

    def allows(self, dial: float) -> bool:
        """Tell whether the soft limits allow a dial position.

        Parameters
        ----------
        dial : float
            In units of the dial.
        """
        low, high = self.dial_limits
        slack = 0.5 * self.resolution
        return low == high or low - slack <= dial <= high + slack

    @property
    def at_low_switch(self) -> bool:
        """Whether the lower limit switch (dial) is pressed."""
        return self.dial <= self.switches[0]

    @property
    def at_high_switch(self) -> bool:
        """Whether the upper limit switch (dial) is pressed."""
        return self.dial >= self.switches[1]

    def put_high_switch(self, dial: float | None) -> None:
        """Put the upper limit switch somewhere; None for its usual place, beyond the soft limit.

        Parameters
        ----------
        dial : float or None
            In units of the dial.
        """
        settings = self._settings
        usual = settings.high_limit + settings.switch_distance
        self.switches = (settings.low_limit - settings.switch_distance, usual if dial is None else dial)

    # motion

    @property
    def moving(self) -> bool:
        """Whether it has somewhere to go."""
        return self._motion is not None

    @property
    def target(self) -> float:
        """Where it is going, or stands, in units of the dial."""
        return self.dial if self._motion is None else self._motion.target

    def remaining(self, now: float) -> float:
        """Return seconds until it arrives.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        if self._motion is None:
            return 0.0
        if self.stuck:
            return inf
        return max(0.0, self._started + self._motion.duration - now)

    def start(self, target: float, now: float, *, velocity: float | None = None) -> None:
        """Go to a dial position, from wherever it is.

        Parameters
        ----------
        target : float
            In units of the dial; it stops at whole motor steps.
        now : float
            Monotonic seconds.
        velocity : float, optional
            Units per second, if not the usual one.
        """
        self.update(now)
        target = self.at_step(self.to_steps(target))
        self._motion = Trajectory(self.dial, target, velocity or self.velocity, self.acceleration_time)
        self._started = now

    def stop(self, now: float) -> None:
        """Slow down and stop.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        self.update(now)
        motion = self._motion
        if not isinstance(motion, Trajectory):
            return
        speed = 0.0 if self.stuck else motion.speed(now - self._started)
        sign = 1.0 if motion.target >= motion.start else -1.0
        self._motion = Deceleration(self.dial, sign * speed, self.acceleration_time * speed / motion.velocity)
        self._started = now
        if speed == 0.0:
            self._motion = None

    def update(self, now: float) -> None:
        """Bring the position up to date; at a limit switch or at the target, it is at rest afterwards.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        if self._motion is None:
            return
        if self.stuck:
            self._started = now
            self._motion = Trajectory(self.dial, self._motion.target, self.velocity, self.acceleration_time)
            return
        before, elapsed = self.dial, now - self._started
        self.dial = self._motion.position(elapsed)
        low, high = self.switches
        if (self.dial >= high and self.dial > before) or (self.dial <= low and self.dial < before):
            self.dial = min(max(self.dial, low), high)
            self._motion = None
        elif elapsed >= self._motion.duration:
            self._motion = None

    def redefine(self, user: float) -> None:
        """Call the present position by another number, by changing the offset.

        Parameters
        ----------
        user : float
            The user's new number for it.
        """
        self.offset = user - self.direction * self.dial
