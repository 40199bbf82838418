"""What is measured: for each row the work on both sides, how much of it, and the ratios wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench import messages
from tests.bench.devices import Detector, Motor

__all__ = ["Row", "engine_rows"]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ``must`` and ``aim`` are ratios bluesky / bsh; ``units`` is how many messages, points or calls one
    round of the work is.
    """

    name: str
    unit: str
    units: int
    bluesky: Callable[[], Any]
    bsh: Callable[[], Any]
    must: float
    aim: float


def engine_rows(scale: float = 1.0) -> list[Row]:
    """Return the rows about the engine; ``scale`` makes every round longer or shorter."""
    import bluesky.plans as their_plans
    from bluesky import RunEngine as TheirEngine
    from bluesky.utils import Msg as TheirMsg

    import bsh.plans as our_plans
    from bsh import Msg as OurMsg
    from bsh import RunEngine as OurEngine

    theirs, ours = TheirEngine({}, context_managers=[]), OurEngine({}, context_managers=[])
    motor, many = Motor(), [Detector(f"d{i}") for i in range(100)]
    one, wide = Detector("one"), Detector("wide", 100)

    def raw(name: str, unit: str, n: int, plan: Any, *args: Any, must: float, aim: float) -> Row:
        units = max(1, int(n * scale))
        return Row(
            name,
            unit,
            units,
            lambda: theirs(plan(TheirMsg, units, *args)),
            lambda: ours(plan(OurMsg, units, *args)),
            must,
            aim,
        )

    def stock(name: str, n: int, theirs_plan: Any, ours_plan: Any, *args: Any, must: float, aim: float) -> Row:
        units = max(2, int(n * scale))
        return Row(
            name,
            "point",
            units,
            lambda: theirs(theirs_plan([one], *args, units)),
            lambda: ours(ours_plan([one], *args, units)),
            must,
            aim,
        )

    empty = max(1, int(200 * scale))

    def many_calls(engine: Any) -> None:
        for _ in range(empty):
            engine([])

    return [
        raw("null", "message", 20000, messages.nulls, must=6, aim=10),
        raw("null, message object reused", "message", 20000, messages.same_null, must=6, aim=10),
        raw("checkpoint", "message", 20000, messages.checkpoints, must=6, aim=10),
        raw("set + wait, done status", "move", 5000, messages.sets, motor, must=12, aim=25),
        raw("point, 1 signal", "point", 2000, messages.points, [one], must=20, aim=40),
        raw("point, 100 signals in one device", "point", 1000, messages.points, [wide], must=12, aim=20),
        raw("point, 100 one-signal devices", "point", 100, messages.points, many, must=15, aim=25),
        raw("scan point, motor + detector, raw", "point", 1500, messages.points, [one], motor, must=20, aim=40),
        stock("count, stock plans", 1000, their_plans.count, our_plans.count, must=50, aim=120),
        stock("scan, stock plans", 700, their_plans.scan, our_plans.scan, motor, 0, 1, must=50, aim=120),
        Row("RE([]), fixed cost", "call", empty, lambda: many_calls(theirs), lambda: many_calls(ours), 2, 4),
    ]
