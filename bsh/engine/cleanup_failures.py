"""What could not be cleaned up at the end of a call, kept to be tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bsh.engine.devices import name_of, words_of
from bsh.engine.outside import call_all

if TYPE_CHECKING:
    from bsh.engine.event_loop import EngineLoop

__all__ = ["CleanupFailure", "same_cause", "try_again"]

RECOVER_S = 10.0
"""How long a device may take when it is cleaned up again, in seconds."""


@dataclass(frozen=True, repr=False)
class CleanupFailure:
    """Something that could not be cleaned up at the end of a call."""

    step: str
    device: Any
    error: BaseException
    retry: Callable[[], Any]

    def __repr__(self) -> str:
        return f"<CleanupFailure {self}>"

    def __str__(self) -> str:
        return f"{name_of(self.device)}: {self.step} failed: {words_of(self.error)}"


def same_cause(one: CleanupFailure, other: CleanupFailure) -> bool:
    """Whether two failures are of the same step of the same device."""
    return one.step == other.step and one.device is other.device


def try_again(failures: list[CleanupFailure], engine_loop: EngineLoop) -> list[CleanupFailure]:
    """Clean up again; return what fails again."""
    still: list[CleanupFailure] = []
    for failure in failures:
        # One after the other: the order of unstaging matters.
        errors = call_all(engine_loop, {failure.step: failure.retry}, RECOVER_S)
        still += [replace(failure, error=error) for error in errors.values()]
    return still
