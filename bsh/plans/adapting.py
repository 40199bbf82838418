"""Scans that decide by what they read where to go next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.arguments import check_num, check_number, name_or_repr
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.messages import CHECKPOINT, short_uid
from bsh.plan_patterns.plan import plan
from bsh.plan_patterns.spacing import linspace
from bsh.plans.metadata import as_devices, axis_hints, position_field, start_md, value_of
from bsh.plans.scanning import relatively
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = [
    "adaptive_scan",
    "rel_adaptive_scan",
    "relative_adaptive_scan",
    "tune_centroid",
]

MD = Mapping[str, Any] | None


class AdaptiveSteps:
    """The rule by which an adaptive scan chooses its positions; knows numbers only.

    Parameters
    ----------
    start, stop : float
        Ends of the range, in the motor's own units; either may be the higher one.
    min_step, max_step : float
        Least and largest step, above 0.
    target_delta : float
        Change of the signal that one step should make.
    backstep : bool
        Whether to go back when the signal changed too much.
    threshold : float
        A step is too long if the next one should be shorter than this fraction of it.

    Raises
    ------
    ValueError
        The steps are not in order.
    """

    def __init__(
        self,
        start: float,
        stop: float,
        min_step: float,
        max_step: float,
        target_delta: float,
        backstep: bool,
        threshold: float,
    ) -> None:
        given = {"start": start, "stop": stop, "max_step": max_step, "target_delta": target_delta}
        for name, value in (given | {"threshold": threshold}).items():
            check_number(value, name)
        if not 0 < check_number(min_step, "min_step") < max_step:
            raise ValueError(
                f"steps must be 0 < min_step < max_step, got min_step={min_step!r}, max_step={max_step!r}"
            )
        self.position = start
        self._stop = stop
        self._limits = (min_step, max_step)
        self._target_delta = target_delta
        self._backstep = backstep
        self._threshold = threshold
        self._direction = 1.0 if stop >= start else -1.0
        self._step = (min_step + max_step) / 2
        self._last: float | None = None

    @property
    def done(self) -> bool:
        """Whether the end of the range is reached."""
        return self.position * self._direction >= self._stop * self._direction

    def take(self, value: float) -> None:
        """Learn the signal at the present position, and go on to the next.

        Parameters
        ----------
        value : float
            The signal.
        """
        if self._last is None:
            self._last = value
            self.position += self._step * self._direction
            return
        wanted = self._wanted_step(abs(value - self._last))
        if self._backstep and wanted < self._step * self._threshold:
            self.position -= self._step * self._direction  # too far: back, and on with a shorter step
            self._step = wanted
        else:
            self._last = value
            self._step = 0.2 * wanted + 0.8 * self._step
        self.position += self._step * self._direction

    def _wanted_step(self, change: float) -> float:
        low, high = self._limits
        slope = change / self._step
        if not slope:
            return min(self._step * 1.1, high)
        return min(max(self._target_delta / slope, low), high)


def _deciding(readings: Mapping[str, Any], field: str) -> float:
    """Return what was read; from what is no number no position follows."""
    return check_number(value_of(readings, field), f"{field}, which decides where to go next,")


@plan
def adaptive_scan(
    detectors: Iterable[Any],
    target_field: str,
    motor: Any,
    start: float,
    stop: float,
    min_step: float,
    max_step: float,
    target_delta: float,
    backstep: bool,
    threshold: float = 0.8,
    *,
    md: MD = None,
) -> MsgGenerator:
    """Move a motor in steps that are short where a signal changes much.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    target_field : str
        The data key that is looked at.
    motor : device
        The axis.
    start, stop : float
        Ends of the range, in the motor's own units; either may be the higher one.
    min_step, max_step : float
        Least and largest step, above 0.
    target_delta : float
        Change of the signal that one step should make.
    backstep : bool
        Whether to go back when the signal changed too much.
    threshold : float, optional
        A step is too long if the next one should be shorter than this fraction of it.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    ValueError
        The steps are not ``0 < min_step < max_step``, or no detector gives the target field.

    Examples
    --------
    >>> planned_positions(adaptive_scan([det], "det", th, 0, 8, 1, 3, 50, True), th)[:3]
    [(0,), (2.0,), (4.04,)]
    """
    steps = AdaptiveSteps(start, stop, min_step, max_step, target_delta, backstep, threshold)
    devices = as_devices(detectors)
    full_md = start_md(
        "adaptive_scan",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "target_field": target_field,
            "motor": repr(motor),
            "start": start,
            "stop": stop,
            "min_step": min_step,
            "max_step": max_step,
            "target_delta": target_delta,
            "backstep": backstep,
            "threshold": threshold,
        },
        md,
        motors=[motor],
        hints=axis_hints([motor]),
    )
    bundle = Bundle([*devices, motor])
    group = short_uid("set")
    arrive = Msg("wait", None, group=group)

    def core() -> MsgGenerator:
        while not steps.done:
            yield CHECKPOINT
            yield Msg("set", motor, steps.position, group=group)
            yield arrive
            readings = yield from bundle.take()
            steps.take(_deciding(readings, target_field))

    run = run_wrapper(core(), md=full_md)
    return (yield from stage_wrapper(run, [*devices, motor]))


@plan
def rel_adaptive_scan(
    detectors: Iterable[Any],
    target_field: str,
    motor: Any,
    start: float,
    stop: float,
    min_step: float,
    max_step: float,
    target_delta: float,
    backstep: bool,
    threshold: float = 0.8,
    *,
    md: MD = None,
) -> MsgGenerator:
    """Do what :func:`adaptive_scan` does, counted from where the motor is, and bring it back.

    Parameters
    ----------
    detectors, target_field, motor, start, stop, min_step, max_step, target_delta, backstep, threshold, md
        As for :func:`adaptive_scan`; start and stop are distances.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> planned_positions(rel_adaptive_scan([det], "det", x, -4, 4, 1, 3, 50, True), x)[:3]
    [(6.0,), (8.0,), (10.04,)]
    """
    named = {"plan_name": "rel_adaptive_scan", **(md or {})}
    numbers = (start, stop, min_step, max_step, target_delta, backstep, threshold)
    inner = adaptive_scan(detectors, target_field, motor, *numbers, md=named)
    return (yield from relatively(inner, [motor]))


relative_adaptive_scan = rel_adaptive_scan


@plan
def tune_centroid(
    detectors: Iterable[Any],
    signal: str,
    motor: Any,
    start: float,
    stop: float,
    min_step: float,
    num: int = 10,
    step_factor: float = 3.0,
    snake: bool = False,
    *,
    md: MD = None,
) -> MsgGenerator:
    """Find the centroid of a signal in ever narrower passes, and move there.

    Parameters
    ----------
    detectors : list of devices
        What to read at each point.
    signal : str
        The data key whose centroid is wanted.
    motor : device
        The axis.
    start, stop : float
        Ends of the first pass, in the motor's own units; no pass goes beyond them.
    min_step : float
        The last pass is the one before steps would be shorter than this, above 0.
    num : int, optional
        Points in each pass.
    step_factor : float, optional
        By what the range is divided from pass to pass, above 1.
    snake : bool, optional
        Whether every other pass runs back.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Raises
    ------
    ValueError
        `min_step`, `num` or `step_factor` is too small, or no detector gives the signal.

    Examples
    --------
    >>> planned_positions(tune_centroid([det], "det", th, 0, 4, 0.1, num=5), th)
    [(0.0,), (1.0,), (2.0,), (3.0,), (4.0,)]
    """
    for name, value in (("start", start), ("stop", stop)):
        check_number(value, f"{name} of {name_or_repr(motor)}")
    if not check_number(min_step, "min_step") > 0:
        raise ValueError(f"min_step must be above 0, got {min_step!r}")
    if not check_number(step_factor, "step_factor") > 1.0:
        raise ValueError(f"step_factor must be above 1, got {step_factor!r}: each pass has to be narrower")
    num = check_num(num)
    if num < 2:
        raise ValueError(f"a pass needs at least 2 points, got num={num!r}")
    devices = as_devices(detectors)
    full_md = start_md(
        "tune_centroid",
        devices,
        {
            "detectors": [repr(device) for device in devices],
            "signal": signal,
            "motor": repr(motor),
            "start": start,
            "stop": stop,
            "num": num,
            "min_step": min_step,
            "step_factor": step_factor,
            "snake": snake,
        },
        md,
        motors=[motor],
        hints=axis_hints([motor]),
    )
    run = run_wrapper(
        _tune(devices, signal, motor, start, stop, min_step, num, step_factor, snake), md=full_md
    )
    return (yield from stage_wrapper(run, [*devices, motor]))


def _tune(
    devices: list[Any],
    signal: str,
    motor: Any,
    start: float,
    stop: float,
    min_step: float,
    num: int,
    step_factor: float,
    snake: bool,
) -> MsgGenerator:
    place = position_field(motor)
    low, high = min(start, stop), max(start, stop)
    bundle = Bundle([*devices, motor])
    group = short_uid("set")
    arrive = Msg("wait", None, group=group)
    peak: float | None = None
    while abs(stop - start) / (num - 1) >= min_step:
        weights = moment = 0.0
        for target in linspace(start, stop, num):
            yield CHECKPOINT
            yield Msg("set", motor, target, group=group)
            yield arrive
            readings = yield from bundle.take()
            value = _deciding(readings, signal)
            weights += value
            moment += value * (value_of(readings, place) if readings else target)
        if not weights:
            break  # no signal, no centroid: stay with what the pass before found
        peak = moment / weights
        half = (stop - start) / step_factor / 2
        start, stop = (min(max(peak + side, low), high) for side in (-half, half))
        if snake:
            start, stop = stop, start
    if peak is not None:
        yield CHECKPOINT
        yield Msg("set", motor, min(max(peak, low), high), group=group)
        yield arrive
