"""What a call of the engine gives back when it is asked for more than the uids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__ = ["RunEngineResult", "how_it_ended", "result_of"]


@dataclass(frozen=True)
class RunEngineResult:
    """How a plan ended.

    Parameters
    ----------
    run_start_uids : tuple of str
        The runs that it opened.
    plan_result : object
        What the plan returned.
    exit_status : str
        success, abort or fail.
    interrupted : bool
        Whether it was paused or ended early.
    reason : str
        Why.
    exception : BaseException or None
        What it raised.
    """

    run_start_uids: tuple[str, ...]
    plan_result: Any
    exit_status: str
    interrupted: bool
    reason: str
    exception: BaseException | None


def result_of(execution: Execution) -> RunEngineResult:
    """Return how a call has ended, or how far it is."""
    return RunEngineResult(
        tuple(execution.uids),
        execution.result,
        execution.exit_status,
        execution.interrupted,
        execution.reason,
        execution.error,
    )


def how_it_ended(execution: Execution) -> str:
    """Say in a sentence how a plan that did not get to its end was left."""
    reason = f": {execution.reason}" if execution.reason else ""
    if execution.exit_status == "success":
        return f"The plan was stopped{reason}; the data are kept."
    return f"The plan was aborted{reason}."
