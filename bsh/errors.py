"""Every exception that bsh raises on purpose.

Owns the exception types and the one rule about their texts: an error says what happened, to which
device or value, which limit and unit, and what to type next. Knows nothing of the rest of bsh.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AsideInterrupted",
    "BshError",
    "CommandError",
    "ControlError",
    "DeviceBug",
    "DeviceError",
    "DeviceOffline",
    "EngineHalt",
    "FailedPause",
    "FailedStatus",
    "IllegalMessageSequence",
    "InvalidCommand",
    "LimitError",
    "MissingExtra",
    "NoReplayAllowed",
    "PlanHalt",
    "ProfileError",
    "RampFail",
    "RequestAbort",
    "RequestStop",
    "RunEngineControlException",
    "RunEngineInterrupted",
    "RunNotFound",
    "StoreError",
    "TransitionError",
    "UsageError",
    "WaitForTimeoutError",
]


class BshError(Exception):
    """An error for people: shown as one or two lines, never as a traceback.

    Parameters
    ----------
    message : str
        What happened, to which value, with limit and unit.
    hint : str, optional
        What to type or do next; shown on a line of its own.
    """

    def __init__(self, message: str = "", *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def message(self) -> str:
        """The text without the hint."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        return self.message


class UsageError(BshError):
    """A command was typed with missing, surplus or wrong arguments."""


class CommandError(BshError):
    """A command was understood, but cannot be carried out."""


class ProfileError(BshError):
    """A profile cannot be used; the message lists every problem with file:line."""


class DeviceError(BshError):
    """A device refused or failed; the message names it."""


class DeviceBug(DeviceError, TypeError, RuntimeError):
    """A device does not keep to its protocol; the message names it and what it did."""


class DeviceOffline(DeviceError):
    """A device that is needed is not connected."""


class DeviceLost(DeviceError):
    """A device was there, and its connection was lost."""


class LimitError(DeviceError, ValueError):
    """A target lies outside the limits of its axis."""


class StoreError(BshError):
    """The run store cannot read or write."""


class RunNotFound(StoreError, LookupError):
    """No stored run answers to a number or uid."""


class ControlError(BshError):
    """Another shell is in control of the profile."""


class MissingExtra(BshError, ImportError):
    """An optional part of bsh is not installed; the hint is the command that installs it."""


class RunEngineControlException(Exception):
    """Base of what the engine throws into a plan to make it leave.

    ``return_motors`` tells cleanup whether axes go back to where a relative plan found them.
    """

    exit_status = "abort"
    return_motors = True


class RequestAbort(RunEngineControlException):
    """Thrown into the plan by ``RE.abort()``."""

    exit_status = "abort"


class RequestStop(RunEngineControlException):
    """Thrown into the plan by ``RE.stop()``."""

    exit_status = "success"


class PlanHalt(GeneratorExit):
    """Thrown into the plan by ``RE.halt()``: the plan ends without its cleanup."""


class EngineHalt(BaseException):
    """Raised asynchronously in an engine thread that does not answer any more."""


class RunEngineInterrupted(Exception):
    """``RE(...)`` or ``RE.resume()`` came back because the plan was paused or ended early."""


class AsideInterrupted(RunEngineInterrupted):
    """A move or a count beside a paused plan was ended early; the plan is as paused as before."""


class TransitionError(Exception):
    """A request is not legal in the engine's present state."""


class NoReplayAllowed(Exception):
    """Raised by a device's ``pause()``: what it did cannot be repeated."""


class IllegalMessageSequence(Exception):
    """A plan sent a message that is not legal at this place."""


class FailedPause(Exception):
    """The plan was interrupted at a place from which it cannot be resumed."""


class FailedStatus(Exception):
    """A status that the plan waited for ended without success.

    ``args[0]`` is the status when there is one; the text names device, target and cause.
    """

    def __init__(self, status: Any = None, text: str | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.text = text

    def __str__(self) -> str:
        return self.text if self.text is not None else str(self.status)


class WaitForTimeoutError(TimeoutError):
    """A ``wait`` message ran into its timeout."""


class InvalidCommand(KeyError):
    """A message names a command that the engine does not know."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class RampFail(RuntimeError):
    """A ramp did not finish within its timeout."""
