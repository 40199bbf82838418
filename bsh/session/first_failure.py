"""Hardware that fails often fails again in the cleanup: people want to hear of the first failure."""

from __future__ import annotations

from typing import Any, NoReturn

from bsh.errors import DeviceError, FailedStatus

__all__ = ["raise_first_failure"]


def raise_first_failure(engine: Any, error: Exception) -> NoReturn:
    """Raise what a plan has failed with first, if the cleanup failed on the same hardware; else the error itself.

    Parameters
    ----------
    engine : RunEngine
        What ran the plan.
    error : Exception
        What left the plan.

    Raises
    ------
    Exception
        Always; the error of the cleanup is a note on the first.
    """
    first = None if engine.execution is None else engine.execution.first_failure
    is_hardware = isinstance(error, FailedStatus | DeviceError | TimeoutError)
    if not is_hardware or not isinstance(first, FailedStatus) or first is error:
        raise error
    first.add_note(f"The cleanup failed as well: {error}")
    raise first from first.__cause__
