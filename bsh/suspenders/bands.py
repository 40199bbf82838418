"""Suspenders for signals that have to stay inside, or outside, a band."""

from __future__ import annotations

import warnings
from typing import Any

from bsh.suspenders.base import SuspenderBase

__all__ = ["SuspendInBand", "SuspendOutBand", "SuspendWhenOutsideBand"]


class _Band(SuspenderBase):
    """Common to both: the band.

    Parameters
    ----------
    signal : object
        What is watched.
    band_bottom, band_top : float
        The band, limits included, in the signal's units.
    **kwargs
        As :class:`SuspenderBase`.
    """

    def __init__(self, signal: Any, band_bottom: float, band_top: float, **kwargs: Any) -> None:
        super().__init__(signal, **kwargs)
        if not band_bottom < band_top:
            raise ValueError(
                f"{type(self).__name__}({signal.name}): band_bottom ({band_bottom}) must be below "
                f"band_top ({band_top})."
            )
        self._bottom = band_bottom
        self._top = band_top

    def _inside(self, value: Any) -> bool:
        return bool(self._bottom <= value <= self._top)


class SuspendWhenOutsideBand(_Band):
    """Hold plans back while a signal is outside a band."""

    def _should_suspend(self, value: Any) -> bool:
        return not self._inside(value)

    def _should_resume(self, value: Any) -> bool:
        return self._inside(value)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} = {self._bad()} is outside of ({self._bottom}, {self._top})"

    def _rule(self) -> str:
        return f"{self._signal.name} outside ({self._bottom}, {self._top})"


class SuspendInBand(SuspendWhenOutsideBand):
    """Old name of :class:`SuspendWhenOutsideBand`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn("SuspendInBand is now called SuspendWhenOutsideBand", stacklevel=2)
        super().__init__(*args, **kwargs)


class SuspendOutBand(_Band):
    """Hold plans back while a signal is inside a band; deprecated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(
            "SuspendOutBand is deprecated; write a subclass of SuspenderBase if you need it", stacklevel=2
        )
        super().__init__(*args, **kwargs)

    def _should_suspend(self, value: Any) -> bool:
        return self._inside(value)

    def _should_resume(self, value: Any) -> bool:
        return not self._inside(value)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} = {self._bad()} is inside of ({self._bottom}, {self._top})"

    def _rule(self) -> str:
        return f"{self._signal.name} inside ({self._bottom}, {self._top})"
