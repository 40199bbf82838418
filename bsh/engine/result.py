"""What a call of the engine gives back when it is asked for more than the uids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["RunEngineResult"]


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
