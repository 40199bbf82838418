"""What other threads may ask of the engine: values that carry no behaviour.

Each names a row of the state table. ``cuts_waiting`` says whether a message that is being waited for is
cut short for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from bsh.engine.statuses import StatusToken

__all__ = [
    "AbortRequest",
    "AsideRequest",
    "FailureRequest",
    "HaltRequest",
    "PauseRequest",
    "Request",
    "ResumeRequest",
    "StopRequest",
    "SuspendRequest",
]


@dataclass
class Request:
    """Base of all requests."""

    kind: ClassVar[str] = ""
    cuts_waiting: ClassVar[bool] = True


@dataclass
class PauseRequest(Request):
    """Pause now, at the next checkpoint (``defer``), or at the end of the run."""

    kind: ClassVar[str] = "pause"
    defer: bool = False
    at: str = "checkpoint"
    by_key: bool = False

    @property
    def cuts_waiting(self) -> bool:  # type: ignore[override]  # a deferred pause lets the point finish
        """Whether it is meant for now."""
        return not self.defer


@dataclass
class ResumeRequest(Request):
    """Go on after a pause."""

    kind: ClassVar[str] = "resume"


@dataclass
class StopRequest(Request):
    """End the plan with cleanup; the data are good."""

    kind: ClassVar[str] = "stop"
    return_motors: bool = True
    reason: str = ""


@dataclass
class AbortRequest(Request):
    """End the plan with cleanup; the data are marked as aborted."""

    kind: ClassVar[str] = "abort"
    reason: str = ""


@dataclass
class HaltRequest(Request):
    """End the plan without its cleanup."""

    kind: ClassVar[str] = "halt"
    reason: str = ""


@dataclass
class FailureRequest(Request):
    """A status failed, or something else has to be raised inside the plan."""

    kind: ClassVar[str] = "failure"
    token: StatusToken | None = None
    error: BaseException | None = None


@dataclass
class SuspendRequest(Request):
    """Stop and wait until ``release`` is done, then go on."""

    kind: ClassVar[str] = "suspend"
    release: Callable[[], Awaitable[Any]] = field(default=None)  # type: ignore[assignment]  # always given
    pre_plan: Any = None
    post_plan: Any = None
    justification: str = ""


@dataclass
class AsideRequest(Request):
    """Run another plan while this one is paused; ``run`` does it, given the paused execution."""

    kind: ClassVar[str] = "aside"
    run: Callable[[Any], Awaitable[None]] = field(default=None)  # type: ignore[assignment]  # always given
