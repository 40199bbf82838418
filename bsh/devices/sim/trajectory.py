"""Motion with constant acceleration, constant speed and constant deceleration.

Pure arithmetic, shared by the simulated motor and the demo IOC's motor records.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, sqrt

__all__ = ["Deceleration", "Trajectory"]

MINIMAL_RAMP_S = 1e-9  # below this the arithmetic would overflow before it meant anything


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One move from rest to rest.

    Parameters
    ----------
    start, target : float
        Positions, in the axis's own units.
    velocity : float
        Top speed, units per second, above 0.
    acceleration_time : float
        Seconds from rest to top speed (the motor record's ACCL).

    Examples
    --------
    >>> move = Trajectory(0.0, 10.0, velocity=5.0, acceleration_time=1.0)
    >>> move.duration
    3.0
    >>> move.position(0.5), move.position(1.5), move.position(99)
    (0.625, 5.0, 10.0)
    """

    start: float
    target: float
    velocity: float
    acceleration_time: float = 0.0

    @property
    def distance(self) -> float:
        """Length of the way, never negative."""
        return abs(self.target - self.start)

    @property
    def ramp_time(self) -> float:
        """Seconds spent on getting faster, and again on getting slower."""
        if self._is_triangle:
            return sqrt(self.distance * self._full_ramp / self.velocity)
        return self._full_ramp

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        if self.distance == 0.0:
            return 0.0
        ramp = self.ramp_time
        return 2 * ramp if self._is_triangle else self.distance / self.velocity + ramp

    @property
    def _full_ramp(self) -> float:
        return self.acceleration_time if self.acceleration_time > MINIMAL_RAMP_S else 0.0

    @property
    def _is_triangle(self) -> bool:
        """Whether the way is too short to reach top speed."""
        return self._full_ramp * self.velocity > self.distance

    @property
    def _acceleration(self) -> float:
        return self.velocity / self._full_ramp if self._full_ramp else 0.0

    def position(self, elapsed: float) -> float:
        """Return where the axis is.

        Parameters
        ----------
        elapsed : float
            Seconds since the start.
        """
        total = self.duration
        if elapsed >= total:
            return self.target
        if elapsed <= 0.0:
            return self.start
        return self.start + copysign(self._way(elapsed, total), self.target - self.start)

    def speed(self, elapsed: float) -> float:
        """Return how fast the axis is, never negative.

        Parameters
        ----------
        elapsed : float
            Seconds since the start.
        """
        total = self.duration
        if elapsed <= 0.0 or elapsed >= total:
            return 0.0
        ramp = self.ramp_time
        if ramp == 0.0:
            return self.velocity
        return self._acceleration * min(elapsed, total - elapsed, ramp)

    def _way(self, elapsed: float, total: float) -> float:
        ramp = self.ramp_time
        if elapsed < ramp:
            return 0.5 * self._acceleration * elapsed**2
        if elapsed > total - ramp:
            return self.distance - 0.5 * self._acceleration * (total - elapsed) ** 2
        return 0.5 * self._acceleration * ramp**2 + self.velocity * (elapsed - ramp)


@dataclass(frozen=True, slots=True)
class Deceleration:
    """A motion that is brought to rest as fast as the axis can.

    Parameters
    ----------
    start : float
        Position when the brake is applied, in the axis's own units.
    speed : float
        Units per second at that moment, with its sign.
    time : float
        Seconds until the axis is at rest.

    Examples
    --------
    >>> brake = Deceleration(0.0, speed=2.0, time=1.0)
    >>> brake.target, brake.position(0.5)
    (1.0, 0.75)
    """

    start: float
    speed: float
    time: float

    @property
    def target(self) -> float:
        """Where the axis comes to rest."""
        return self.start + 0.5 * self.speed * self.time

    @property
    def duration(self) -> float:
        """Seconds from the brake to rest."""
        return self.time

    def position(self, elapsed: float) -> float:
        """Return where the axis is.

        Parameters
        ----------
        elapsed : float
            Seconds since the brake was applied.
        """
        if elapsed >= self.time:
            return self.target
        if elapsed <= 0.0:
            return self.start
        return self.start + self.speed * (elapsed - 0.5 * elapsed**2 / self.time)
