"""Scanning, judging what was measured, and going to the peak if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bsh.errors import CommandError, RunEngineControlException
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import check_num, name_or_repr
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.cleanup import finalize_wrapper
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.products import line_points
from bsh.plan_patterns.relative import origin_of
from bsh.plan_patterns.trajectory import Trajectory, lockstep
from bsh.plans.metadata import as_devices, axis_hints, position_field, start_md, value_of
from bsh.plans.stepping import predeclare, signature_of, step_through
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["lineup"]

Judge = Callable[[Sequence[float], Sequence[float]], float | None]

FEATURES = ("cen", "com", "max")

_VERDICTS = {
    "few": "there are too few points",
    "none": "nothing rises above the noise",
    "edge": "the peak is not inside the range",
}


@plan
def lineup(
    detectors: Iterable[Any],
    signal: str,
    motor: Any,
    start: float,
    stop: float,
    num: int,
    *,
    feature: str = "cen",
    judge: Judge | None = None,
    md: Mapping[str, Any] | None = None,
) -> MsgGenerator:
    """Scan around where a motor is, and move it to the peak; without a good peak, back to where it was.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    signal : str
        The data key whose peak is wanted.
    motor : device
        The axis.
    start, stop : float
        Ends of the scan as distances from where the motor is, in its own units.
    num : int
        Number of points.
    feature : {"cen", "com", "max"}, optional
        Where to go: the middle at half height, the centre of mass, or the highest point.
    judge : callable, optional
        ``f(positions, values)`` returns where to go, or None if there is nothing worth going to; the
        statistics that are shown after a scan if not given.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    CommandError
        There is no peak inside the range. The run is saved, and the motor is back.

    Examples
    --------
    >>> planned_positions(lineup([det], "det", x, -1, 1, 5), x)
    [(9.0,), (9.5,), (10.0,), (10.5,), (11.0,)]
    """
    if feature not in FEATURES:
        raise ValueError(f"feature is one of {', '.join(FEATURES)}, got {feature!r}")
    if judge is not None:
        signature_of(judge, "judge", "(positions, values)")
    num = check_num(num)
    distances = line_points(num, (motor, start, stop))
    devices = as_devices(detectors)
    full_md = start_md(
        "lineup",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "signal": signal,
            "motor": repr(motor),
            "start": start,
            "stop": stop,
            "num": num,
            "feature": feature,
        },
        md,
        motors=[motor],
        num_points=num,
        hints=axis_hints([motor]),
    )
    return (yield from _lined_up(devices, signal, motor, distances, feature, judge, full_md))


def _lined_up(
    devices: list[Any],
    signal: str,
    motor: Any,
    distances: Trajectory,
    feature: str,
    judge: Judge | None,
    md: Mapping[str, Any],
) -> MsgGenerator:
    origin = target = yield from origin_of(motor)
    points = lockstep([motor], [[origin + distance for (distance,) in distances]])
    readables = [*devices, motor]
    field = position_field(motor)
    positions: list[float] = []
    values: list[float] = []

    def note(readings: Mapping[str, Any]) -> None:
        positions.append(value_of(readings, field))
        values.append(value_of(readings, signal))

    def steps() -> MsgGenerator:
        yield from predeclare(readables)
        yield from step_through(Bundle(readables), points, taken=note)

    def scanned() -> MsgGenerator:
        nonlocal target
        try:
            uid = yield from stage_wrapper(run_wrapper(steps(), md=md), readables)
        except RunEngineControlException as leaving:
            target = origin if leaving.return_motors else None
            raise
        if values:  # else the plan is only listed
            places = [place for (place,) in points]
            target = _judged(motor, signal, positions, values, feature, judge, (min(places), max(places)))
        return uid

    def go() -> list[Msg]:
        if target is None:
            return []
        group = short_uid("lineup")
        return [Msg("set", motor, target, group=group), Msg("wait", None, group=group)]

    return (yield from finalize_wrapper(scanned(), go))


def _judged(
    motor: Any,
    signal: str,
    positions: list[float],
    values: list[float],
    feature: str,
    judge: Judge | None,
    ends: tuple[float, float],
) -> float:
    """Return where to go, or raise if the data are not good enough to go anywhere."""
    if judge is not None:
        found, why = judge(positions, values), "the judge found nothing to go to"
    else:
        found, why = _peak(positions, values, feature)
    if found is not None and not ends[0] <= found <= ends[1]:
        found, why = None, f"{found:g} is outside of the scan, {ends[0]:g} to {ends[1]:g}"
    if found is None:
        raise CommandError(
            f"{name_or_repr(motor)} is not lined up: {signal} shows no peak ({why}); the motor is back",
            hint="look at the scan, and try a wider range or a longer count time",
        )
    return found


def _peak(positions: list[float], values: list[float], feature: str) -> tuple[float | None, str]:
    from bsh.callbacks.peaks import peak_statistics

    found = peak_statistics(positions, values)
    if found is None or not found.is_peak:
        verdict = "none" if found is None else found.verdict
        return None, _VERDICTS.get(verdict, verdict)
    return (found.max[0] if feature == "max" else getattr(found, feature)), "it has no centre"
