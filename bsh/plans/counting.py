"""Taking readings where everything stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from functools import partial
from typing import Any

from bsh.msg import MsgGenerator, ensure_generator
from bsh.plan_patterns.arguments import check_num, check_number
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.plan import plan
from bsh.plan_stubs.steps import repeat
from bsh.plans.metadata import as_devices, start_md
from bsh.plans.stepping import predeclare, signature_of
from bsh.preprocessors.runs import run_wrapper
from bsh.preprocessors.staging import stage_wrapper

__all__ = ["count"]

PerShot = Callable[[list[Any]], Any]


@plan
def count(
    detectors: Iterable[Any],
    num: int | None = 1,
    delay: float | Iterable[float] | None = None,
    *,
    per_shot: PerShot | None = None,
    md: Mapping[str, Any] | None = None,
) -> MsgGenerator:
    """Take one or more readings of detectors.

    Parameters
    ----------
    detectors : list of devices
        What to read.
    num : int or None, optional
        Number of readings; None goes on until it is stopped.
    delay : float or iterable of float, optional
        Seconds from the start of one reading to the start of the next.
    per_shot : callable, optional
        ``f(detectors)`` returns the plan of one reading.
    md : mapping, optional
        Metadata of the run.

    Returns
    -------
    str
        The uid of the run.

    Examples
    --------
    >>> len(planned_positions(count([det], num=5, delay=1)))
    5
    """
    devices = as_devices(detectors)
    num = None if num is None else check_num(num)
    if per_shot is not None:
        _check_per_shot(per_shot)
    _check_delays(num, delay)
    shown_delay = delay if delay is None or isinstance(delay, int | float) else repr(delay)
    full_md = start_md(
        "count",
        devices,
        {"detectors": [repr(device) for device in devices], "num": num, "delay": shown_delay},
        md,
        num_points=num,
        hints={"dimensions": [(("time",), "primary")]},
    )
    run = run_wrapper(_shots(devices, num, delay, per_shot), md=full_md)
    return (yield from stage_wrapper(run, devices))


def _shots(
    devices: list[Any],
    num: int | None,
    delay: float | Iterable[float] | None,
    per_shot: PerShot | None,
) -> MsgGenerator:
    if per_shot is None:
        yield from predeclare(devices)
        yield from repeat(Bundle(devices).take, num, delay)
        return
    yield from repeat(partial(_one_shot, per_shot, devices), num, delay)


def _one_shot(per_shot: PerShot, devices: list[Any]) -> MsgGenerator:
    return ensure_generator(per_shot(list(devices)))


def _check_delays(num: int | None, delay: Any) -> None:
    """Refuse before the run what :func:`repeat` would refuse in it."""
    if isinstance(delay, str) or not isinstance(delay, Iterable):
        check_number(delay or 0.0, "delay")
    elif isinstance(delay, Sized) and num is not None and len(delay) < num - 1:
        raise ValueError(f"delay has {len(delay)} entries, but num={num} points need {num - 1} between them")


def _check_per_shot(per_shot: PerShot) -> None:
    signature = signature_of(per_shot, "per_shot", "(detectors)")
    try:
        signature.bind([])
    except TypeError:
        raise TypeError(
            "per_shot must be a function of (detectors), all further parameters need defaults; "
            f"got {signature}"
        ) from None
