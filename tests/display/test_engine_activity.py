"""What the engine's thread is busy with, seen from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.devices.sim import SimSignal
from bsh.display import EngineActivity
from bsh.display.engine_activity import SURE_AFTER, Busy
from bsh.engine import RunEngine
from bsh.msg import Msg, MsgGenerator
from tests.display.test_board import Stage


class Gate:
    """Blocks whoever comes, until somebody opens it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.is_open = threading.Event()

    def block(self) -> None:
        self.reached.set()
        self.is_open.wait(20)


class Looker:
    """A during-task that looks at the engine while it is blocked."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.seen: list[Any] = []
        self.activity: Callable[[], Any] = lambda: None

    def block(self, blocking_event: threading.Event) -> None:
        assert self.gate.reached.wait(20)
        self.seen = [self.activity() for _ in range(SURE_AFTER + 1)]
        self.gate.is_open.set()
        assert blocking_event.wait(20)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.is_open.set()


def seen_during(gate: Gate, plan: MsgGenerator, *subscribers: Any) -> list[Any]:
    looker = Looker(gate)
    engine = RunEngine({}, during_task=looker)
    looker.activity = EngineActivity(engine)
    assert looker.activity() is None
    engine(plan, list(subscribers))
    assert looker.activity() is None
    return looker.seen


class Stuck(SimSignal):
    gate: Gate

    def read(self) -> dict[str, Any]:
        self.gate.block()
        return super().read()


def test_a_device_that_blocks_the_engines_thread_is_named(gate: Gate) -> None:
    device = Stuck("det")
    device.gate = gate

    def plan() -> MsgGenerator:
        yield from bps.null()
        yield Msg("read", device)

    first, *others = seen_during(gate, plan())
    assert isinstance(first, Busy)
    assert all(busy is first for busy in others)  # so that the time since when can be told
    assert first.what == "det.read"


def test_a_plan_that_blocks_the_engines_thread_is_named_with_the_line(gate: Gate) -> None:
    def settling() -> MsgGenerator:
        yield from bps.null()
        gate.block()

    busy = seen_during(gate, settling())[-1]
    assert busy.in_plan
    assert busy.what.startswith("the plan: settling (test_engine_activity.py:")


def test_a_callback_that_blocks_the_engines_thread_is_named_with_what_called_it(gate: Gate) -> None:
    def slow_callback(name: str, doc: Any) -> None:
        if name == "event":
            gate.block()

    def plan() -> MsgGenerator:
        yield from bps.open_run()
        yield from bps.create("primary")
        yield Msg("read", SimSignal("det"))
        yield from bps.save()
        yield from bps.close_run()

    busy = seen_during(gate, plan(), slow_callback)[-1]
    assert busy.what.startswith("slow_callback (test_engine_activity.py:")
    assert busy.what.endswith(", called at save")


def test_a_callback_that_was_typed_at_the_prompt_is_named_too(gate: Gate) -> None:
    names: dict[str, Any] = {"gate": gate}
    typed = "def slow(name, doc):\n    if name == 'start':\n        gate.block()\n"
    exec(compile(typed, "<ipython-input-3-a9cfd4bb8810>", "exec"), names)

    busy = seen_during(gate, bps.open_run(), names["slow"])[-1]

    assert busy.what == "slow (typed), called at open_run"


def test_a_message_that_is_waited_for_is_the_engines_own_word(gate: Gate) -> None:
    async def waiting() -> None:
        gate.reached.set()
        while not gate.is_open.is_set():  # opened by another thread
            await asyncio.sleep(0.01)

    import asyncio

    message = Msg("wait_for", None, [waiting])

    def plan() -> MsgGenerator:
        yield message

    assert seen_during(gate, plan()) == [message] * (SURE_AFTER + 1)


def test_what_blocks_the_engine_stands_below_the_scan_after_a_second() -> None:
    stage = Stage()
    busy = Busy(Msg("trigger", SimSignal("cam")), False, "")
    stage.board.works_on(busy)
    assert stage.footer() == []
    stage.later(12.0)
    stage.board.works_on(busy)
    assert stage.footer() == ["engine busy in cam.trigger · 0:12"]
