"""Stubs for one point of a scan or a count, and the loops around them."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.messages import CHECKPOINT, short_uid
from bsh.plan_patterns.plan import plan
from bsh.plan_stubs.events import trigger_and_read

__all__ = [
    "caching_repeater",
    "moment_of",
    "move_per_step",
    "one_1d_step",
    "one_nd_step",
    "one_shot",
    "repeat",
    "repeater",
]

TakeReading = Callable[[list[Any]], AnyPlan]


def _reading(take_reading: TakeReading | None, devices: list[Any]) -> MsgGenerator:
    return ensure_generator((take_reading or trigger_and_read)(devices))


@plan
def one_shot(detectors: Sequence[Any], take_reading: TakeReading | None = trigger_and_read) -> MsgGenerator:
    """Take one point of a count.

    Parameters
    ----------
    detectors : sequence of devices
        What to read.
    take_reading : callable, optional
        ``f(devices)`` returns the plan that takes the event.
    """
    yield CHECKPOINT
    yield from _reading(take_reading, list(detectors))


@plan
def one_1d_step(
    detectors: Sequence[Any], motor: Any, step: Any, take_reading: TakeReading | None = trigger_and_read
) -> MsgGenerator:
    """Take one point of a scan of one motor.

    Parameters
    ----------
    detectors : sequence of devices
        What to read.
    motor : device
        The axis.
    step : float
        Where to move it, in its own units.
    take_reading : callable, optional
        ``f(devices)`` returns the plan that takes the event.

    Returns
    -------
    dict
        The readings.
    """
    group = short_uid("set")
    yield CHECKPOINT
    yield Msg("set", motor, step, group=group)
    yield Msg("wait", None, group=group)
    return (yield from _reading(take_reading, [*detectors, motor]))


def _moves(step: Mapping[Any, Any], pos_cache: dict[Any, Any]) -> MsgGenerator:
    yield CHECKPOINT
    group = short_uid("set")
    for motor, position in step.items():
        if position == pos_cache[motor]:
            continue  # it is there already
        yield Msg("set", motor, position, group=group)
        pos_cache[motor] = position
    yield Msg("wait", None, group=group)


@plan
def move_per_step(step: Mapping[Any, Any], pos_cache: dict[Any, Any]) -> MsgGenerator:
    """Move to one point of a scan, only those axes whose position changes.

    Parameters
    ----------
    step : mapping
        Position of each motor.
    pos_cache : dict
        Last position of each motor, a ``defaultdict`` of None; it is kept up to date.
    """
    return (yield from _moves(step, pos_cache))


@plan
def one_nd_step(
    detectors: Sequence[Any],
    step: Mapping[Any, Any],
    pos_cache: dict[Any, Any],
    take_reading: TakeReading | None = trigger_and_read,
) -> MsgGenerator:
    """Take one point of a scan of any number of motors.

    Parameters
    ----------
    detectors : sequence of devices
        What to read.
    step, pos_cache
        As for :func:`move_per_step`.
    take_reading : callable, optional
        ``f(devices)`` returns the plan that takes the event.
    """
    yield from _moves(step, pos_cache)
    yield from _reading(take_reading, [*detectors, *step])


@plan
def repeater(n: int | None, gen_func: Callable[..., AnyPlan], *args: Any, **kwargs: Any) -> MsgGenerator:
    """Run plans of the same function one after the other.

    Parameters
    ----------
    n : int or None
        How many; None goes on until it is stopped.
    gen_func : callable
        Makes one plan.
    *args, **kwargs
        Its arguments.
    """
    for _ in itertools.count() if n is None else range(n):
        yield from ensure_generator(gen_func(*args, **kwargs))


@plan
def caching_repeater(n: int | None, plan: Iterable[Msg]) -> MsgGenerator:
    """Send the messages of one plan again and again.

    .. deprecated:: 0.1
        Use :func:`repeater`: a plan that looks at the results of its messages cannot be repeated so.

    Parameters
    ----------
    n : int or None
        How many times; None goes on until it is stopped.
    plan : iterable of Msg
        The plan.
    """
    warnings.warn("caching_repeater is deprecated, use repeater instead", DeprecationWarning, stacklevel=2)
    messages = list(plan)
    for _ in itertools.count() if n is None else range(n):
        for msg in messages:  # noqa: UP028 - a list takes no results
            yield msg


@plan
def repeat(
    plan: Callable[[], AnyPlan], num: int | None = 1, delay: float | Iterable[float] | None = None
) -> MsgGenerator:
    """Run plans of the same function with a checkpoint before, and a delay between them.

    Parameters
    ----------
    plan : callable
        Makes one plan.
    num : int or None, optional
        How many; None goes on until it is stopped, or until the delays end.
    delay : float or iterable of float, optional
        Seconds from the start of one to the start of the next; shorter than the plan takes is no delay.

    Raises
    ------
    ValueError
        There are fewer delays than pauses between the plans.
    """
    delays = _delays(num, delay)
    for index in itertools.count() if num is None else range(num):
        answer = yield CHECKPOINT
        # Only now: a deferred pause ends at the checkpoint, and must not eat up the delay.
        started = moment_of(answer, time.monotonic())
        yield from ensure_generator(plan())
        if num is not None and index + 1 == num:
            return
        pause = next(delays, None)
        if pause is None:
            if num is None:
                return
            raise _too_few_delays(num, index)
        if pause > 0:
            ended = time.monotonic()
            answer = yield CHECKPOINT  # a pause during the delay must not take the point again
            left = pause - (moment_of(answer, ended) - started)
            if left > 0:
                yield Msg("sleep", None, left)


def moment_of(answer: Any, otherwise: float) -> float:
    """Return when a checkpoint was: an engine answers with a time in which no pause is counted.

    Parameters
    ----------
    answer : object
        To the checkpoint; None when the plan is only listed.
    otherwise : float
        The time in seconds for where nobody answers.
    """
    return answer if isinstance(answer, float) else otherwise


def _delays(num: int | None, delay: float | Iterable[float] | None) -> Iterator[float]:
    if not isinstance(delay, Iterable):
        return itertools.repeat(delay or 0.0)
    length = len(delay) if isinstance(delay, Sized) else None
    if num is not None and length is not None and length < num - 1:
        raise _too_few_delays(num, length)
    return (pause or 0.0 for pause in delay)


def _too_few_delays(num: int, given: int) -> ValueError:
    return ValueError(f"num={num} points need {num - 1} delays between them, but only {given} were given")
