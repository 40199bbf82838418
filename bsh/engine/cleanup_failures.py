"""What could not be cleaned up at the end of a call, kept to be tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bsh.engine.devices import call_outside, name_of, words_of

if TYPE_CHECKING:
    from bsh.engine.event_loop import EngineLoop

__all__ = ["CleanupFailure", "try_again"]

RECOVER_S = 10.0
"""How long an asynchronous device may take when it is cleaned up again, in seconds."""


@dataclass(frozen=True)
class CleanupFailure:
    """Something that could not be cleaned up at the end of a call."""

    step: str
    device: Any
    error: BaseException
    retry: Callable[[], Any]

    def __str__(self) -> str:
        return f"{name_of(self.device)}: {self.step} failed: {words_of(self.error)}"


def try_again(failures: list[CleanupFailure], engine_loop: EngineLoop) -> list[CleanupFailure]:
    """Clean up again; return what fails again."""
    still = []
    for failure in failures:
        try:
            call_outside(engine_loop, failure.retry, RECOVER_S)
        except Exception as error:
            still.append(CleanupFailure(failure.step, failure.device, error, failure.retry))
    return still
