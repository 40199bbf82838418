"""What the engine tells the people in front of it, as values; a view turns them into words and colours."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AxesReturned", "CleanupFailed", "InterruptAcknowledged", "Leaving", "Notice", "PausePending", "Paused",
    "PointsPlanned", "Released", "Resumed", "StopFailed", "Suspended", "ThreadAbandoned",
]  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """Something that people should know; ``text`` says it in one line."""

    text: str


@dataclass(frozen=True)
class PausePending(Notice):
    """A pause was asked for and comes at the next checkpoint (or at the end of the run)."""

    at: str = "checkpoint"


@dataclass(frozen=True)
class Paused(Notice):
    """The plan is paused; ``stopped`` names the axes that were stopped."""

    stopped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resumed(Notice):
    """The plan goes on; ``replayed`` messages are sent again."""

    replayed: int = 0


@dataclass(frozen=True)
class Leaving(Notice):
    """The plan ends early: ``how`` is stop, abort or halt."""

    how: str = "abort"


@dataclass(frozen=True)
class InterruptAcknowledged(Notice):
    """A press of Ctrl+C was counted; the text says what it does."""

    press: int = 1


@dataclass(frozen=True)
class Suspended(Notice):
    """A suspender tripped; the plan waits."""

    justification: str = ""


@dataclass(frozen=True)
class Released(Notice):
    """All suspenders have released; the plan goes on."""


@dataclass(frozen=True)
class StopFailed(Notice):
    """A device did not obey ``stop()``."""

    device: str = ""


@dataclass(frozen=True)
class CleanupFailed(Notice):
    """Something could not be cleaned up; ``RE.recover()`` tries again."""

    device: str = ""
    step: str = ""


@dataclass(frozen=True)
class AxesReturned(Notice):
    """Axes that were moved while paused go back before the plan goes on."""


@dataclass(frozen=True)
class PointsPlanned(Notice):
    """The scan under way takes other points than it said; ``num_points`` is None where that has no end."""

    num_points: int | None = None


@dataclass(frozen=True)
class ThreadAbandoned(Notice):
    """The engine's thread did not answer and was given up; ``stack`` is where it hangs."""

    stack: str = ""
