"""The counting time of a SPEC command: set on all counters before, put back after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bsh.devices.count_time import count_time_signal
from bsh.errors import UsageError
from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.plan import give_up

__all__ = ["count_for", "counting_signals", "set_all"]

Overrides = Mapping[str, str] | None
MONITOR_COUNTS = "monitor_counts"
"""Attribute of a counter that can count until its monitor has seen a number of counts: a settable signal."""


def counting_signals(
    detectors: Sequence[Any], seconds: float | None, overrides: Overrides = None
) -> list[tuple[Any, float]]:
    """Find what has to be set for a counting time.

    Parameters
    ----------
    detectors : sequence of devices
        The counters; those without a counting time are left alone.
    seconds : float or None
        Seconds; negative is a number of monitor counts, as in SPEC; None sets nothing.
    overrides : mapping, optional
        Attribute path of the signal for devices by name, the profile's ``count_time`` key.

    Returns
    -------
    list of (signal, value)
        Each signal once.

    Raises
    ------
    UsageError
        `seconds` is negative, and no counter can count to a number of monitor counts.
    """
    if seconds is None:
        return []
    if seconds < 0:
        return _monitor_signals(detectors, -seconds)
    found = [count_time_signal(device, (overrides or {}).get(device.name)) for device in detectors]
    unique = {id(signal): signal for signal in found if signal is not None}
    return [(signal, seconds) for signal in unique.values()]


def _monitor_signals(detectors: Sequence[Any], counts: float) -> list[tuple[Any, float]]:
    found = [getattr(device, MONITOR_COUNTS, None) for device in detectors]
    signals = [signal for signal in found if callable(getattr(signal, "set", None))]
    if not signals:
        names = ", ".join(str(device.name) for device in detectors) or "no counters"
        raise UsageError(
            f"a count time of {-counts:g} means {counts:g} monitor counts, "
            f"but none of the counters can count to a monitor ({names})",
            hint="give a count time in seconds, 0 or more",
        )
    return [(signal, counts) for signal in signals]


def count_for(
    plan: AnyPlan | Callable[[], AnyPlan],
    detectors: Sequence[Any],
    seconds: float | None,
    overrides: Overrides = None,
) -> MsgGenerator:
    """Run a plan with a counting time, and put the old ones back, however it ends.

    Parameters
    ----------
    plan : plan
        What to run.
    detectors, seconds, overrides
        As for :func:`counting_signals`.

    Returns
    -------
    object
        What `plan` returns.
    """
    wanted = counting_signals(detectors, seconds, overrides)
    if not wanted:
        return (yield from ensure_generator(plan() if callable(plan) else plan))
    before: list[tuple[Any, Any]] = []

    def counting() -> MsgGenerator:
        for signal, _ in wanted:
            before.append((signal, (yield from _value_now(signal))))
        yield from ensure_generator(set_all(wanted))
        return (yield from ensure_generator(plan() if callable(plan) else plan))

    def put_back() -> list[Msg]:
        return set_all([(signal, old) for signal, old in before if old is not None])

    try:
        return (yield from finalize_wrapper(counting(), put_back))
    finally:
        give_up(plan)  # it was not begun if a counting time could not be read


def _value_now(signal: Any) -> MsgGenerator:
    """Read a value that decides nothing and is only put back, so that who looks ahead can still foresee the plan."""
    for reading in ((yield Msg("read", signal)) or {}).values():
        return dict(reading)["value"]  # of a copy: made-up readings tell when somebody looks at them
    return None


def set_all(values: Sequence[tuple[Any, Any]]) -> list[Msg]:
    """Return the messages that set signals and wait for all of them.

    Parameters
    ----------
    values : sequence of (signal, value)
        What is set to what.
    """
    if not values:
        return []
    group = short_uid("set")
    return [
        *(Msg("set", signal, value, group=group) for signal, value in values),
        Msg("wait", None, group=group),
    ]
