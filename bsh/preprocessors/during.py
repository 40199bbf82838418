"""Wrappers that add measurements to every run of a plan: baseline, monitors, flyers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.bundles import Bundle
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.mutation import plan_mutator
from bsh.preprocessors.decorators import make_decorator
from bsh.preprocessors.runs import set_run_key_wrapper

__all__ = [
    "baseline_decorator",
    "baseline_wrapper",
    "fly_during_decorator",
    "fly_during_wrapper",
    "inside_runs",
    "monitor_during_decorator",
    "monitor_during_wrapper",
]

Part = Callable[[], AnyPlan]


def inside_runs(plan: AnyPlan, after_open: Part, before_close: Part) -> MsgGenerator:
    """Run a part at the beginning and one at the end of every run of a plan.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    after_open, before_close : callable
        Return the plan of a part, a fresh one for each run.

    Returns
    -------
    object
        What `plan` returns.
    """

    def in_run(part: Part, msg: Msg) -> AnyPlan:
        return part() if msg.run is None else set_run_key_wrapper(part(), msg.run)

    def close(msg: Msg) -> MsgGenerator:
        yield from ensure_generator(in_run(before_close, msg))
        return (yield msg)

    def process(msg: Msg) -> tuple[AnyPlan | None, AnyPlan | None]:
        if msg.command == "open_run":
            return None, in_run(after_open, msg)
        if msg.command == "close_run":
            return close(msg), None
        return None, None

    return plan_mutator(plan, process)


def baseline_wrapper(plan: AnyPlan, devices: Iterable[Any], name: str = "baseline") -> MsgGenerator:
    """Read devices at the beginning and at the end of every run of a plan.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    devices : iterable of devices
        What to read; none changes nothing.
    name : str, optional
        Name of the event stream.

    Returns
    -------
    object
        What `plan` returns.
    """
    devices = list(devices)
    if not devices:
        return ensure_generator(plan)
    bundle = Bundle(devices, name)
    return inside_runs(plan, bundle.take, bundle.take)


def monitor_during_wrapper(plan: AnyPlan, signals: Iterable[Any]) -> MsgGenerator:
    """Record every change of signals during every run of a plan.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    signals : iterable of devices
        Each gets an event stream of its own, ``<name>_monitor``.

    Returns
    -------
    object
        What `plan` returns.
    """
    signals = list(signals)
    if not signals:
        return ensure_generator(plan)
    begin = [Msg("monitor", signal, name=f"{signal.name}_monitor") for signal in signals]
    end = [Msg("unmonitor", signal) for signal in signals]
    return inside_runs(plan, lambda: begin, lambda: end)


def fly_during_wrapper(plan: AnyPlan, flyers: Iterable[Any]) -> MsgGenerator:
    """Let flyers acquire during every run of a plan.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    flyers : iterable of devices
        Started after the run is opened; completed and collected before it is closed.

    Returns
    -------
    object
        What `plan` returns.
    """
    flyers = list(flyers)
    if not flyers:
        return ensure_generator(plan)
    begin = _in_group("kickoff", flyers)
    end = [*_in_group("complete", flyers), *(Msg("collect", flyer) for flyer in flyers)]
    return inside_runs(plan, lambda: begin, lambda: end)


def _in_group(command: str, flyers: Sequence[Any]) -> list[Msg]:
    group = short_uid(f"flyers-{command}")
    return [*(Msg(command, flyer, group=group) for flyer in flyers), Msg("wait", None, group=group)]


baseline_decorator = make_decorator(baseline_wrapper)
monitor_during_decorator = make_decorator(monitor_during_wrapper)
fly_during_decorator = make_decorator(fly_during_wrapper)
