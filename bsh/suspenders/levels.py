"""Suspenders for signals that are high or low, above or below."""

from __future__ import annotations

from typing import Any

from bsh.suspenders.base import SuspenderBase, number

__all__ = ["SuspendBoolHigh", "SuspendBoolLow", "SuspendCeil", "SuspendFloor"]


class SuspendBoolHigh(SuspenderBase):
    """Hold plans back while a signal is true."""

    def _should_suspend(self, value: Any) -> bool:
        return bool(value)

    def _should_resume(self, value: Any) -> bool:
        return not bool(value)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} is high"

    def _rule(self) -> str:
        return f"{self._signal.name} is high"


class SuspendBoolLow(SuspenderBase):
    """Hold plans back while a signal is false."""

    def _should_suspend(self, value: Any) -> bool:
        return not bool(value)

    def _should_resume(self, value: Any) -> bool:
        return bool(value)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} is low"

    def _rule(self) -> str:
        return f"{self._signal.name} is low"


class _Threshold(SuspenderBase):
    """Common to floor and ceiling: two thresholds, for hysteresis.

    Parameters
    ----------
    signal : object
        What is watched.
    suspend_thresh : float
        Beyond it plans are held back, in the signal's units.
    resume_thresh : float, optional
        Within it plans go on; ``suspend_thresh`` by default.
    **kwargs
        As :class:`SuspenderBase`.
    """

    def __init__(
        self, signal: Any, suspend_thresh: float, *, resume_thresh: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(signal, **kwargs)
        self._suspend_thresh = number("suspend_thresh", suspend_thresh)
        self._resume_thresh = (
            suspend_thresh if resume_thresh is None else number("resume_thresh", resume_thresh)
        )
        self._validate()

    def _validate(self) -> None:
        raise NotImplementedError


class SuspendFloor(_Threshold):
    """Hold plans back while a signal is below a threshold."""

    def _validate(self) -> None:
        if self._resume_thresh < self._suspend_thresh:
            raise ValueError(
                f"SuspendFloor({self._signal.name}): resume_thresh ({self._resume_thresh}) must not be "
                f"below suspend_thresh ({self._suspend_thresh})."
            )

    def _should_suspend(self, value: Any) -> bool:
        return bool(value < self._suspend_thresh)

    def _should_resume(self, value: Any) -> bool:
        return bool(value >= self._resume_thresh)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} = {self._bad()} is below {self._suspend_thresh}"

    def _rule(self) -> str:
        return f"{self._signal.name} < {self._suspend_thresh}"


class SuspendCeil(_Threshold):
    """Hold plans back while a signal is above a threshold."""

    def _validate(self) -> None:
        if self._resume_thresh > self._suspend_thresh:
            raise ValueError(
                f"SuspendCeil({self._signal.name}): resume_thresh ({self._resume_thresh}) must not be "
                f"above suspend_thresh ({self._suspend_thresh})."
            )

    def _should_suspend(self, value: Any) -> bool:
        return bool(value > self._suspend_thresh)

    def _should_resume(self, value: Any) -> bool:
        return bool(value <= self._resume_thresh)

    def _get_justification(self) -> str:
        return f"Signal {self._signal.name} = {self._bad()} is above {self._suspend_thresh}"

    def _rule(self) -> str:
        return f"{self._signal.name} > {self._suspend_thresh}"
