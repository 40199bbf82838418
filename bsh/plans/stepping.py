"""The loop of all step scans: stage, open a run, visit the points, close, unstage.

The messages that are the same at each point are made once.
"""

from __future__ import annotations

import inspect
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.arguments import name_or_repr
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT, short_uid
from bsh.plan_patterns.trajectory import Trajectory
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["PerStep", "predeclare", "run_steps", "signature_of", "step_through"]

PerStep = Callable[..., Any]

_ND = ("detectors", "step", "pos_cache")
_1D = ("detectors", "motor", "step")


def run_steps(
    detectors: Sequence[Any],
    trajectory: Trajectory,
    per_step: PerStep | None,
    md: Mapping[str, Any],
    *,
    settle: float = 0.0,
) -> MsgGenerator:
    """Visit the points of a trajectory in a run of their own.

    Parameters
    ----------
    detectors : sequence of devices
        Read at each point, with the axes.
    trajectory : Trajectory
        The points; pseudo axes of one positioner are moved together.
    per_step : callable or None
        The user's plan for one point.
    md : mapping
        Metadata of the start document.
    settle : float, optional
        Seconds between the end of a move and the measurement.

    Returns
    -------
    str
        The uid of the run.
    """
    if not trajectory.num_points:
        raise ValueError("the scan has no points: give every motor one position or more")
    adapted = _adapted(per_step, len(trajectory.axes))
    points = trajectory.merged()
    readables = [*detectors, *points.axes]

    def steps() -> MsgGenerator:
        if adapted is not None:
            yield from _users_steps(detectors, points, adapted)
            return
        yield from predeclare(readables)
        yield from step_through(Bundle(readables), points, settle)

    return (yield from stage_wrapper(run_wrapper(steps(), md=md), readables))


def step_through(
    bundle: Bundle, points: Trajectory, settle: float = 0.0, *, taken: Callable[[Any], None] | None = None
) -> MsgGenerator:
    """Move to each point, only those axes whose position changes, and take an event there.

    Parameters
    ----------
    bundle : Bundle
        What is read.
    points : Trajectory
        Where.
    settle : float, optional
        Seconds between the end of a move and the measurement.
    taken : callable, optional
        Gets the readings of each point; nothing if the plan is only listed.
    """
    group = short_uid("set")
    arrive = Msg("wait", None, group=group)
    rest = Msg("sleep", None, settle) if settle > 0 else None
    axes = points.axes
    last: Sequence[Any] = [object()] * len(axes)  # equal to no position
    for row in points:
        yield CHECKPOINT
        for axis, position, before in zip(axes, row, last):
            if position != before:
                yield Msg("set", axis, position, group=group)
        yield arrive
        if rest is not None:
            yield rest
        last = row
        readings = yield from bundle.take()
        if taken is not None and readings:
            taken(readings)


def _users_steps(detectors: Sequence[Any], points: Trajectory, per_step: PerStep) -> MsgGenerator:
    pos_cache: dict[Any, Any] = defaultdict(lambda: None)
    for row in points:
        yield from ensure_generator(per_step(list(detectors), dict(zip(points.axes, row)), pos_cache))


def predeclare(devices: Sequence[Any], name: str = "primary") -> MsgGenerator:
    """Declare the stream before its first event, if the environment asks for it.

    Parameters
    ----------
    devices : sequence of devices
        What will be read.
    name : str, optional
        Name of the event stream.
    """
    if devices and (os.environ.get("BSH_PREDECLARE") or os.environ.get("BLUESKY_PREDECLARE")):
        yield Msg("declare_stream", None, *Bundle(devices).devices, name=name, collect=False)


def _adapted(per_step: PerStep | None, num_axes: int) -> PerStep | None:
    """Return the user's plan of one point in its general form, or raise if it has the wrong signature."""
    if per_step is None:
        return None
    form = "(detectors, step, pos_cache), or of (detectors, motor, step) in a scan of one motor"
    signature = signature_of(per_step, "per_step", form)
    if _takes(signature, _ND):
        return per_step
    if not _takes(signature, _1D):
        raise TypeError(
            f"per_step must be a function of {form}, and all further parameters need defaults; "
            f"got {signature}"
        )
    if num_axes != 1:
        raise TypeError(
            f"per_step with the signature {signature} is for one motor, but this scan moves {num_axes}; "
            "use (detectors, step, pos_cache), where step is a dict of motors and positions"
        )

    def one_motor(detectors: Sequence[Any], step: Mapping[Any, Any], pos_cache: Any) -> Any:
        ((motor, position),) = step.items()
        return per_step(detectors, motor, position)

    return one_motor


def signature_of(hook: Any, name: str, form: str) -> inspect.Signature:
    """Return the signature of a function that the user gave.

    Parameters
    ----------
    hook : object
        What the user gave.
    name : str
        Name of the argument, for the error.
    form : str
        What it should be a function of, for the error.

    Raises
    ------
    TypeError
        It is no function: for example a plan, made by calling the function.
    """
    if not callable(hook):
        raise TypeError(
            f"{name} must be a function of {form}, got {name_or_repr(hook)}; "
            "give the function itself, without calling it"
        )
    return inspect.signature(hook)


def _takes(signature: inspect.Signature, names: tuple[str, ...]) -> bool:
    parameters = list(signature.parameters.values())
    if tuple(parameter.name for parameter in parameters[: len(names)]) != names:
        return False
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(
        parameter.kind in optional or parameter.default is not inspect.Parameter.empty
        for parameter in parameters[len(names) :]
    )
