"""Moving a motor step by step, by hand, with a look at a detector after each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import check_number, name_or_repr
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT, short_uid
from bsh.plan_patterns.plan import plan
from bsh.plans.metadata import as_devices, axis_hints, position_field, start_md, value_of
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["tweak"]


@plan
def tweak(
    detector: Any, target_field: str, motor: Any, step: float, *, md: Mapping[str, Any] | None = None
) -> MsgGenerator:
    """Move a motor by steps that the user is asked for.

    Enter repeats the last step, a number is the new step, anything else ends the plan.

    Parameters
    ----------
    detector : device
        What to read after each step.
    target_field : str
        The data key that is shown.
    motor : device
        The axis.
    step : float
        The first step, in the motor's own units.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> [msg.command for msg in tweak(det, "det", th, 0.1)][2]
    'open_run'
    """
    check_number(step, f"step of {name_or_repr(motor)}")
    full_md = start_md(
        "tweak",
        as_devices([detector], "detector"),
        {"detector": repr(detector), "target_field": target_field, "motor": repr(motor), "step": step},
        md,
        motors=[motor],
        hints=axis_hints([motor]),
    )
    run = run_wrapper(_steps(detector, target_field, motor, step), md=full_md)
    return (yield from stage_wrapper(run, [detector, motor]))


def _steps(detector: Any, target_field: str, motor: Any, step: float) -> MsgGenerator:
    bundle = Bundle([detector, motor])
    place = position_field(motor)
    group = short_uid("set")
    while True:
        yield CHECKPOINT
        readings = yield from bundle.take()
        if not readings:
            return  # the plan is only listed
        position, value = value_of(readings, place), value_of(readings, target_field)
        prompt = f"{motor.name} {position:.4g}, {target_field} {value:.4g}, step ({step:g}) "
        answer = yield Msg("input", prompt=prompt)
        if answer and answer.strip():
            try:
                step = float(answer)
            except ValueError:
                return
        yield CHECKPOINT  # a pause must not ask again
        yield Msg("set", motor, position + step, group=group)
        yield Msg("wait", None, group=group)
