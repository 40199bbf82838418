"""A suspender for signals that must not change."""

from __future__ import annotations

from typing import Any

from bsh.suspenders.base import SuspenderBase

__all__ = ["SuspendWhenChanged"]


class SuspendWhenChanged(SuspenderBase):
    """Hold plans back when a signal differs from what is expected.

    Parameters
    ----------
    signal : object
        What is watched.
    expected_value : object, optional
        The value it must have; the one it has now by default.
    allow_resume : bool
        Whether plans go on when the expected value comes back; else only abort or removal helps.
    sleep, pre_plan, post_plan, tripped_message
        As :class:`SuspenderBase`.
    """

    def __init__(
        self,
        signal: Any,
        *,
        expected_value: Any = None,
        allow_resume: bool = False,
        sleep: float = 0,
        pre_plan: Any = None,
        post_plan: Any = None,
        tripped_message: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            signal,
            sleep=sleep,
            pre_plan=pre_plan,
            post_plan=post_plan,
            tripped_message=tripped_message,
            **kwargs,
        )
        self.expected_value = signal.get() if expected_value is None else expected_value
        self.allow_resume = allow_resume

    def _should_suspend(self, value: Any) -> bool:
        return bool(value != self.expected_value)

    def _should_resume(self, value: Any) -> bool:
        return (self.allow_resume or self._only_lost) and bool(value == self.expected_value)

    def _get_justification(self) -> str:
        text = f"Signal {self._signal.name} = {self._bad()}, expected {self.expected_value!r}"
        if self.allow_resume:
            return text
        return f"{text}; it does not release by itself: abort, or remove the suspender"

    def _rule(self) -> str:
        return f"{self._signal.name} != {self.expected_value!r}"
