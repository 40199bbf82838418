"""The engines: messages, points, plans; zero-latency devices, no subscribers, no signal handlers."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from types import SimpleNamespace
from typing import Any

from tests.bench import messages
from tests.bench.devices import Detector, Motor, SlowMotor
from tests.bench.figures import NO_BOUND, Bound, Measurement
from tests.bench.measure import cpu_row

__all__ = ["engine_rows"]

MESSAGE = (Bound(6), Bound(10))
POINT = (Bound(20), Bound(40))
STOCK = (Bound(50), Bound(120))
FAIR = (Bound(15), Bound(35))


def engine_rows(scale: float) -> list[Measurement]:
    """Return the rows about the engine; ``scale`` makes every round longer or shorter."""
    engines = _Engines(scale)
    return [*_message_rows(engines), *_point_rows(engines), *_plan_rows(engines), _empty_call(engines)]


class _Engines:
    """One engine of each side, and rows in which both run the same plan."""

    def __init__(self, scale: float) -> None:
        from bluesky import RunEngine as TheirEngine
        from bluesky.utils import Msg as TheirMsg

        from bsh import Msg as OurMsg
        from bsh import RunEngine as OurEngine

        self.theirs, self.ours = TheirEngine({}, context_managers=[]), OurEngine({}, context_managers=[])
        self.strict = OurEngine({}, context_managers=[])
        self.strict.validate = "all"
        self._msgs = TheirMsg, OurMsg
        self._scale = scale

    def units(self, n: int) -> int:
        return max(2, int(n * self._scale))

    def raw(
        self,
        name: str,
        unit: str,
        n: int,
        plan: Callable[..., Iterator[Any]],
        *args: Any,
        bounds: tuple[Bound, Bound] = (NO_BOUND, NO_BOUND),
        cost: str = "",
        strict: bool = False,
    ) -> Measurement:
        """Both engines run the same generator of messages."""
        units = self.units(n)
        their_msg, our_msg = self._msgs
        ours = self.strict if strict else self.ours
        return cpu_row(
            name,
            unit,
            units,
            lambda: self.theirs(plan(their_msg, units, *args)),
            lambda: ours(plan(our_msg, units, *args)),
            must=bounds[0],
            aim=bounds[1],
            cost=cost,
        )

    def stock(
        self,
        name: str,
        n: int,
        their_plan: Callable[[int], Any],
        our_plan: Callable[[int], Any],
        *,
        bounds: tuple[Bound, Bound] = (NO_BOUND, NO_BOUND),
        cost: str = "",
        patched: bool = False,
        points: Callable[[int], int] = lambda units: units,
    ) -> Measurement:
        """Each engine runs the plan of its own library."""
        units = self.units(n)
        patch = _no_stack_formatting if patched else contextlib.nullcontext

        def theirs() -> None:
            with patch():
                self.theirs(their_plan(units))

        return cpu_row(
            name,
            "point",
            points(units),
            theirs,
            lambda: self.ours(our_plan(units)),
            must=bounds[0],
            aim=bounds[1],
            cost=cost,
        )


def _message_rows(engines: _Engines) -> list[Measurement]:
    motor, slow = Motor(), SlowMotor()
    slow.work = _worker()
    return [
        engines.raw(
            "null",
            "message",
            20000,
            messages.nulls,
            bounds=MESSAGE,
            cost="most of it is the making of the message, which the engine has no hand in.",
        ),
        engines.raw("null, message object reused", "message", 20000, messages.same_null, bounds=MESSAGE),
        engines.raw(
            "checkpoint",
            "message",
            20000,
            messages.checkpoints,
            bounds=MESSAGE,
            cost="half of it is the making of the message; the rest empties the replay cache and marks "
            "statuses and streams.",
        ),
        engines.raw("sleep 0", "message", 5000, messages.sleeps),
        engines.raw(
            "set + wait, status done",
            "move",
            5000,
            messages.sets,
            motor,
            bounds=(Bound(12), Bound(25)),
            cost="two messages are made a move, with keyword arguments, which the engine copies to take the "
            "group out.",
        ),
        engines.raw("set + wait, status finished by a thread", "move", 1000, messages.sets, slow),
    ]


def _worker() -> SimpleQueue[Any]:
    """Start a thread that finishes every status that is put into the queue."""
    work: SimpleQueue[Any] = SimpleQueue()

    def finish() -> None:
        while True:
            work.get().finish()

    Thread(target=finish, name="bench-worker", daemon=True).start()
    return work


def _point_rows(engines: _Engines) -> list[Measurement]:
    motor, many = Motor(), [Detector(f"d{i}") for i in range(100)]
    one, wide = Detector("one"), Detector("wide", 100)
    messages_cost = "six messages are made a point, which the engine has no hand in, and cost a third of it."
    return [
        engines.raw(
            "point, 1 signal", "point", 2000, messages.points, [one], bounds=POINT, cost=messages_cost
        ),
        engines.raw(
            'point, 1 signal, every event validated by bsh too (`RE.validate = "all"`)',
            "point",
            2000,
            messages.points,
            [one],
            strict=True,
            bounds=POINT,
            cost="six messages a point and the schema check of the event.",
        ),
        engines.raw(
            "point, 100 signals in one device",
            "point",
            1000,
            messages.points,
            [wide],
            bounds=(Bound(12), Bound(20)),
            cost="the device's own read() makes a hundred dicts, and two more of a hundred keys are the event: "
            "both sides pay them.",
        ),
        engines.raw(
            "point, 100 signals, every event validated by bsh too",
            "point",
            1000,
            messages.points,
            [wide],
            strict=True,
        ),
        engines.raw(
            "point, 100 one-signal devices",
            "point",
            100,
            messages.points,
            many,
            bounds=(Bound(15), Bound(25)),
            cost="two hundred messages are made a point.",
        ),
        engines.raw(
            "scan point, motor + detector, raw messages",
            "point",
            1500,
            messages.points,
            [one],
            motor,
            bounds=POINT,
            cost="nine messages are made a point, which the engine has no hand in.",
        ),
    ]


def _plan_rows(engines: _Engines) -> list[Measurement]:
    import bluesky.plans as their_plans
    from ophyd.sim import SynAxis, SynGauss

    import bsh.plans as our_plans

    one, x, y = Detector("one"), Motor("x"), Motor("y")
    axis = SynAxis(name="axis")
    gauss = SynGauss("gauss", axis, "axis", center=0, Imax=1, sigma=1)

    def both(name: str, n: int, plan: str, call: Callable[[Any, int], Any], **options: Any) -> Measurement:
        their_plan, our_plan = getattr(their_plans, plan), getattr(our_plans, plan)
        return engines.stock(
            name, n, lambda units: call(their_plan, units), lambda units: call(our_plan, units), **options
        )

    def count(plan: Any, units: int) -> Any:
        return plan([one], units)

    def scan(plan: Any, units: int) -> Any:
        return plan([one], x, 0, 1, units)

    def grid(plan: Any, side: int) -> Any:
        return plan([one], x, 0, 1, side, y, 0, 1, side)

    def ophyd(plan: Any, units: int) -> Any:
        return plan([gauss], axis, -1, 1, units)

    cost = "the engine's handling of nine messages is 60 % of it, the plan's generators 30 %, the event 10 %."
    fair = "as above; bluesky's own `@plan` is left out here."
    return [
        both("count, stock plans", 1000, "count", count, bounds=STOCK, cost=cost),
        both(
            "count, bluesky's `@plan` patched out", 1000, "count", count, bounds=FAIR, patched=True, cost=fair
        ),
        both("scan, stock plans", 700, "scan", scan, bounds=STOCK, cost=cost),
        both("scan, bluesky's `@plan` patched out", 700, "scan", scan, bounds=FAIR, patched=True, cost=fair),
        both("grid_scan 40x40, stock plans", 40, "grid_scan", grid, points=lambda side: side * side),
        both(
            "scan, ophyd.sim motor and detector",
            200,
            "scan",
            ophyd,
            bounds=(Bound(3), Bound(5)),
            cost="ophyd itself: a thread for each status, and locks and callbacks at each put.",
        ),
    ]


@contextlib.contextmanager
def _no_stack_formatting() -> Iterator[None]:
    """Let bluesky's ``@plan`` remember nothing: the call that costs it most is replaced."""
    import bluesky.utils

    before = bluesky.utils.traceback
    bluesky.utils.traceback = SimpleNamespace(**{**vars(traceback), "format_stack": lambda: ["", "", ""]})
    try:
        yield
    finally:
        bluesky.utils.traceback = before


def _empty_call(engines: _Engines) -> Measurement:
    calls = engines.units(200)

    def many(engine: Any) -> None:
        for _ in range(calls):
            engine([])

    return cpu_row(
        "RE([]), fixed cost",
        "call",
        calls,
        lambda: many(engines.theirs),
        lambda: many(engines.ours),
        must=Bound(2),
        aim=Bound(4),
        cost="two switches between threads: the plan runs on the engine's thread, the caller waits on its own.",
    )
