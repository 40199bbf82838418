"""The engine's states, their transitions, and which request is legal in which state: all as data.

The diagram in the documentation is drawn from :data:`TRANSITIONS`.
"""

from __future__ import annotations

from enum import StrEnum

from bsh.errors import TransitionError

__all__ = ["LEGAL_REQUESTS", "TRANSITIONS", "EngineState", "Legality", "check_transition"]


class EngineState(StrEnum):
    """What the engine is doing; compares equal to its name."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    SUSPENDING = "suspending"
    STOPPING = "stopping"
    ABORTING = "aborting"
    HALTING = "halting"
    PANICKED = "panicked"

    @property
    def is_idle(self) -> bool:
        """Whether a plan may be started."""
        return self is EngineState.IDLE

    @property
    def is_running(self) -> bool:
        """Whether a plan runs undisturbed."""
        return self is EngineState.RUNNING

    @property
    def is_paused(self) -> bool:
        """Whether a plan waits for resume, stop, abort or halt."""
        return self is EngineState.PAUSED

    @property
    def is_leaving(self) -> bool:
        """Whether a plan is on its way out and only cleans up."""
        return self in (EngineState.STOPPING, EngineState.ABORTING, EngineState.HALTING)


_S = EngineState

TRANSITIONS: dict[EngineState, frozenset[EngineState]] = {
    _S.IDLE: frozenset({_S.RUNNING, _S.PANICKED}),
    _S.RUNNING: frozenset(
        {_S.IDLE, _S.PAUSED, _S.PAUSING, _S.SUSPENDING, _S.STOPPING, _S.ABORTING, _S.HALTING, _S.PANICKED}
    ),
    _S.PAUSING: frozenset({_S.PAUSED, _S.IDLE, _S.STOPPING, _S.ABORTING, _S.HALTING, _S.PANICKED}),
    _S.PAUSED: frozenset({_S.RUNNING, _S.IDLE, _S.STOPPING, _S.ABORTING, _S.HALTING, _S.PANICKED}),
    _S.SUSPENDING: frozenset(
        {_S.RUNNING, _S.PAUSING, _S.IDLE, _S.STOPPING, _S.ABORTING, _S.HALTING, _S.PANICKED}
    ),
    # To paused: it was a plan run aside that left, and the one that is paused still is.
    _S.STOPPING: frozenset({_S.IDLE, _S.PAUSED, _S.ABORTING, _S.HALTING, _S.PANICKED}),
    _S.ABORTING: frozenset({_S.IDLE, _S.PAUSED, _S.HALTING, _S.PANICKED}),
    _S.HALTING: frozenset({_S.IDLE, _S.PAUSED, _S.PANICKED}),
    _S.PANICKED: frozenset({_S.IDLE}),
}
"""From each state the states that may follow."""


class Legality(StrEnum):
    """What becomes of a request in a state."""

    OBEY = "obey"
    IGNORE = "ignore"
    REFUSE = "refuse"  # raised as TransitionError for the caller


_O, _I, _R = Legality.OBEY, Legality.IGNORE, Legality.REFUSE
_COLUMNS = tuple(EngineState)
_ROWS: dict[str, tuple[Legality, ...]] = {
    # request   idle run  paus PAUSED susp stop abort halt panicked
    "pause":   (_R,  _O,  _I,  _I,    _O,  _I,  _I,   _I,  _R),
    "resume":  (_R,  _R,  _R,  _O,    _R,  _R,  _R,   _R,  _R),
    "suspend": (_I,  _O,  _I,  _I,    _O,  _I,  _I,   _I,  _I),
    "stop":    (_R,  _O,  _O,  _O,    _O,  _I,  _I,   _I,  _R),
    "abort":   (_R,  _O,  _O,  _O,    _O,  _O,  _O,   _I,  _R),
    "halt":    (_R,  _O,  _O,  _O,    _O,  _O,  _O,   _I,  _R),
    "failure": (_I,  _O,  _O,  _I,    _O,  _O,  _O,   _I,  _I),  # while paused: kept for the resume
    "aside":   (_R,  _R,  _R,  _O,    _R,  _R,  _R,   _R,  _R),
}  # fmt: skip

LEGAL_REQUESTS: dict[str, dict[EngineState, Legality]] = {
    request: dict(zip(_COLUMNS, row, strict=True)) for request, row in _ROWS.items()
}
"""For each request and state: obeyed, ignored, or refused with a TransitionError."""


def check_transition(old: EngineState, new: EngineState) -> None:
    """Raise TransitionError unless ``new`` may follow ``old``."""
    if new not in TRANSITIONS[old]:
        raise TransitionError(f"The engine cannot go from {old.value!r} to {new.value!r}.")
