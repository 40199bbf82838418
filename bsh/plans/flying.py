"""Plans around devices that move or acquire on their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bsh.errors import RampFail
from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.messages import CHECKPOINT
from bsh.plan_patterns.plan import plan
from bsh.plan_stubs.flying import collect, complete, kickoff
from bsh.plan_stubs.steps import moment_of
from bsh.plans.metadata import as_devices
from bsh.preprocessors.during import monitor_during_wrapper
from bsh.preprocessors.runs import run_wrapper

__all__ = ["fly", "ramp_plan"]

MD = Mapping[str, Any] | None


@plan
def fly(flyers: Iterable[Any], *, md: MD = None) -> MsgGenerator:
    """Let flyers acquire, and collect what they have.

    Parameters
    ----------
    flyers : list of devices
        Started one after the other, then completed, then collected.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> [msg.command for msg in fly([flyer])]
    ['open_run', 'kickoff', 'wait', 'complete', 'wait', 'collect', 'close_run']
    """
    devices = as_devices(flyers, "flyers", "kickoff")

    def flight() -> MsgGenerator:
        for flyer in devices:
            yield from kickoff(flyer, wait=True)
        for flyer in devices:
            yield from complete(flyer, wait=True)
        for flyer in devices:
            yield from collect(flyer)

    shown = {"plan_name": "fly", "plan_args": {"flyers": [repr(flyer) for flyer in devices]}}
    return (yield from run_wrapper(flight(), md={**shown, **(md or {})}))


@plan
def ramp_plan(
    go_plan: Callable[[], AnyPlan],
    monitor_sig: Any,
    inner_plan_func: Callable[[], AnyPlan],
    take_pre_data: bool = True,
    timeout: float | None = None,
    period: float | None = None,
    md: MD = None,
) -> MsgGenerator:
    """Take data again and again while something moves.

    Parameters
    ----------
    go_plan : callable
        Makes the plan that starts the ramp and returns its status.
    monitor_sig : device
        Every change of it is recorded.
    inner_plan_func : callable
        Makes the plan that takes data.
    take_pre_data : bool, optional
        Whether to take data before the ramp starts, too.
    timeout : float, optional
        Seconds that the ramp may take; pauses are not counted.
    period : float, optional
        Least seconds from the start of one taking of data to the next.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    RampFail
        The ramp is not done in time.

    Examples
    --------
    >>> def go():
    ...     return (yield from abs_set(temperature, 300))
    >>> len(planned_positions(ramp_plan(go, temperature, lambda: trigger_and_read([det]))))
    2
    """

    def polling() -> MsgGenerator:
        if take_pre_data:
            yield from ensure_generator(inner_plan_func())
        status = yield from ensure_generator(go_plan())
        began: float | None = None
        while status is not None and not status.done:  # None: the plan is only listed
            # A deferred pause ends the loop's turn here; the ramp is not begun again after it.
            answer = yield CHECKPOINT
            started = moment_of(answer, time.monotonic())
            began = started if began is None else began
            if timeout is not None and started - began > timeout:
                raise RampFail(f"the ramp was not done after {timeout:g} s")
            yield from ensure_generator(inner_plan_func())
            if period is not None:
                ended = time.monotonic()
                answer = yield CHECKPOINT  # a pause during the sleep must not take the data again
                left = period - (moment_of(answer, ended) - started)
                if left > 0:
                    yield Msg("sleep", None, left)
        yield from ensure_generator(inner_plan_func())

    plan_args = {
        "go_plan": _name_of(go_plan),
        "monitor_sig": repr(monitor_sig),
        "inner_plan_func": _name_of(inner_plan_func),
        "take_pre_data": take_pre_data,
        "timeout": timeout,
        "period": period,
    }
    shown = {"plan_name": "ramp_plan", "plan_args": plan_args}
    run = run_wrapper(polling(), md={**shown, **(md or {})})
    return monitor_during_wrapper(run, [monitor_sig])


def _name_of(function: Any) -> str:
    return getattr(function, "__qualname__", None) or repr(function)
