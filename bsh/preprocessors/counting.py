"""Setting counting times for a plan, and putting the old ones back after it."""

from __future__ import annotations

from typing import Any

from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan, finalize_wrapper
from bsh.plan_patterns.messages import short_uid
from bsh.plan_patterns.mutation import plan_mutator
from bsh.preprocessors.decorators import make_decorator

__all__ = ["configure_count_time_decorator", "configure_count_time_wrapper"]


def configure_count_time_wrapper(plan: AnyPlan, time: float | None) -> MsgGenerator:
    """Set the counting time of each device with a ``count_time`` when a plan first uses it.

    Parameters
    ----------
    plan : iterable or generator of messages
        The plan.
    time : float or None
        Seconds; None changes nothing. The old times are put back at the end.

    Returns
    -------
    object
        What `plan` returns.
    """
    if time is None:
        return (yield from ensure_generator(plan))
    seen: dict[int, Any] = {}  # by identity, and kept alive so that identities stay theirs
    before: dict[Any, Any] = {}

    def move(signal: Any, value: Any) -> MsgGenerator:
        group = short_uid("count_time")
        yield Msg("set", signal, value, group=group)
        yield Msg("wait", None, group=group)

    def set_first(signals: list[Any], msg: Msg) -> MsgGenerator:
        for signal in signals:
            before[signal] = signal.get()
            yield from move(signal, time)
        return (yield msg)

    def process(msg: Msg) -> tuple[AnyPlan | None, None]:
        used = msg.args if msg.command == "read_together" else (msg.obj,)
        new = [obj for obj in used if obj is not None and id(obj) not in seen]
        seen.update((id(obj), obj) for obj in new)
        signals = [obj.count_time for obj in new if hasattr(obj, "count_time")]
        return (set_first(signals, msg) if signals else None), None

    def put_back() -> MsgGenerator:
        for signal, value in before.items():
            yield from move(signal, value)

    return (yield from finalize_wrapper(plan_mutator(plan, process), put_back))


configure_count_time_decorator = make_decorator(configure_count_time_wrapper)
