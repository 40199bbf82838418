"""What the detectors of the demo IOC see, given motors, ring and shutter.

Pure arithmetic; knows nothing of Channel Access.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp

__all__ = ["Beam"]

FULL_RING_CURRENT = 100.0  # mA
PEAK_M1 = (0.2, 0.25)  # centre and sigma of the sample in m1, mm
PEAK_M2 = (-0.1, 0.8)  # and in m2
MONITOR_RATE = 50_000.0  # counts per second at full current
DETECTOR_RATE = 20_000.0
DARK_RATE = 5.0


class Beam:
    """The beam, from the ring to the sample.

    Parameters
    ----------
    m1, m2 : callable
        Return the sample's position, mm.
    current : callable
        Returns the ring current, mA.
    is_open : callable
        Tells whether the shutter is open.
    """

    def __init__(
        self,
        *,
        m1: Callable[[], float],
        m2: Callable[[], float],
        current: Callable[[], float],
        is_open: Callable[[], bool],
    ) -> None:
        self._m1 = m1
        self._m2 = m2
        self._current = current
        self._is_open = is_open

    @property
    def intensity(self) -> float:
        """Beam behind the shutter, 1 at full current."""
        return self._current() / FULL_RING_CURRENT if self._is_open() else 0.0

    @property
    def scattering(self) -> float:
        """What the sample scatters, from 0 to 1 at the peak and full current."""
        return self.intensity * _gaussian(self._m1(), *PEAK_M1) * _gaussian(self._m2(), *PEAK_M2)

    def rates(self) -> tuple[float, ...]:
        """Return counts per second of monitor, detector and dark channel."""
        return (
            MONITOR_RATE * self.intensity + DARK_RATE,
            DETECTOR_RATE * self.scattering + DARK_RATE,
            DARK_RATE,
        )


def _gaussian(x: float, center: float, sigma: float) -> float:
    return exp(-0.5 * ((x - center) / sigma) ** 2)
