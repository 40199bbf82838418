"""Detectors that may be read at the same time are, by one message for the point."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.engine import RunEngine
from bsh.engine.readers import ConcurrentReader, ReaderThreads
from bsh.errors import RunEngineInterrupted
from bsh.msg import Msg
from tests.engine.parts import Collector, Motor


class Slow:
    """Takes its time to be read, and opts in."""

    parent = None
    concurrent_read = True

    def __init__(self, name: str, seconds: float = 0.0, error: Exception | None = None) -> None:
        self.name, self.seconds, self.error = name, seconds, error
        self.threads: list[str] = []
        self.under_way = self.most_under_way = self.reads = 0

    def read(self) -> dict[str, Any] | None:
        self.threads.append(threading.current_thread().name)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        time.sleep(self.seconds)  # what a blocking device does
        self.under_way -= 1
        self.reads += 1
        if self.error is not None:
            raise self.error
        return {self.name: {"value": self.reads, "timestamp": 0.0}}

    def describe(self) -> dict[str, Any]:
        return {self.name: {"source": "test", "dtype": "number", "shape": []}}

    def read_configuration(self) -> dict[str, Any]:
        return {}

    describe_configuration = read_configuration


class Asynchronous(Slow):
    """Is read by a coroutine."""

    concurrent_read = False

    async def read(self) -> dict[str, Any]:  # type: ignore[override]
        self.reads += 1
        await asyncio.sleep(self.seconds)
        return {self.name: {"value": self.reads, "timestamp": 0.0}}


class Plain(Slow):
    """Has not opted in."""

    concurrent_read = False


@pytest.mark.parametrize("kind", [Slow, Asynchronous])
def test_twenty_detectors_of_50_ms_are_read_in_less_than_150_ms(
    engine: RunEngine, collector: Collector, kind: type[Slow]
) -> None:
    detectors = [kind(f"d{number}", 0.05) for number in range(20)]
    took: list[float] = []

    def timed():  # type: ignore[no-untyped-def]
        yield from bps.open_run()
        yield from bps.trigger_and_read(detectors)  # descriptors are made at the first point
        started = time.perf_counter()
        yield from bps.trigger_and_read(detectors)
        took.append(time.perf_counter() - started)
        yield from bps.close_run()

    engine(timed())
    assert took[0] < 0.15
    assert [event["data"]["d7"] for event in collector.named("event")] == [1, 2]


def test_the_order_of_the_event_is_the_order_given_whoever_is_ready_first(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    slow, quick, coroutine, plain = Slow("a", 0.03), Slow("b"), Asynchronous("c", 0.01), Plain("d")
    engine(bp.count([slow, motor, quick, coroutine, plain]))
    (descriptor,) = collector.named("descriptor")
    assert list(descriptor["object_keys"]) == ["a", motor.name, "b", "c", "d"]
    assert list(collector.named("event")[0]["data"]) == ["a", motor.name, "b", "c", "d"]


def test_only_those_that_opted_in_are_read_on_other_threads(engine: RunEngine) -> None:
    slow, other, plain = Slow("a"), Slow("b"), Plain("c")
    engine(bp.count([slow, other, plain]))
    assert slow.threads == other.threads == ["bsh-reader"]
    assert plain.threads == ["bsh-engine"]


def test_one_that_opted_in_has_nobody_to_be_read_with(engine: RunEngine) -> None:
    messages: list[str] = []
    engine.msg_hook = lambda msg: messages.append(msg.command)
    engine(bp.count([Slow("a"), Plain("b")]))
    assert messages.count("read") == 2
    assert "read_together" not in messages


def test_outside_of_an_event_the_readings_come_back_in_one_dict(engine: RunEngine) -> None:
    engine.call_returns_result = True
    result = engine(bps.read_together(Slow("a"), Slow("b")))
    assert list(result.plan_result) == ["a", "b"]


def test_the_first_failure_in_the_order_given_fails_the_plan_when_all_have_ended(
    engine: RunEngine, collector: Collector
) -> None:
    late, early = Slow("a", 0.05, ValueError("late")), Slow("b", 0.0, ValueError("early"))
    lasting = Slow("c", 0.1)
    with pytest.raises(ValueError, match="late"):
        engine(bp.count([late, early, lasting]))
    assert lasting.reads == 1
    assert collector.named("event") == []
    assert collector.named("stop")[0]["exit_status"] == "fail"


def test_a_plan_may_catch_a_failure_and_take_the_point_again(engine: RunEngine, collector: Collector) -> None:
    first, second = Slow("a"), Slow("b", error=ValueError("once"))

    def careful():  # type: ignore[no-untyped-def]
        yield from bps.open_run()
        with pytest.raises(ValueError, match="once"):
            yield from bps.trigger_and_read([first, second])
        second.error = None
        yield from bps.trigger_and_read([first, second])
        yield from bps.close_run()

    engine(careful())
    assert len(collector.named("event")) == 1


def test_a_reading_of_none_is_said_to_be_a_bug_of_the_device(engine: RunEngine) -> None:
    empty = Slow("b")
    empty.read = lambda: None  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match=r"b\.read\(\) returned None"):
        engine(bp.count([Slow("a"), empty]))


def test_a_pause_in_the_middle_reads_again_and_never_one_device_twice_at_a_time(
    engine: RunEngine, collector: Collector
) -> None:
    first, second = Slow("a", 0.1), Slow("b", 0.1)
    asked: list[bool] = []

    def hook(msg: Msg) -> None:
        if msg.command == "read_together" and not asked:
            asked.append(True)
            threading.Timer(0.02, engine.request_pause).start()

    engine.msg_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine(bp.count([first, second]))
    assert engine.state == "paused"
    engine.resume()
    assert [event["seq_num"] for event in collector.named("event")] == [1]
    assert (first.reads, first.most_under_way) == (2, 1)


def test_an_abort_does_not_wait_for_a_detector_that_never_answers(
    engine: RunEngine, collector: Collector
) -> None:
    released = threading.Event()
    first, stuck = Slow("a"), Slow("b")
    stuck.read = lambda: released.wait(30) and {}  # type: ignore[assignment,method-assign]

    def hook(msg: Msg) -> None:
        if msg.command == "read_together":
            threading.Timer(0.02, engine.abort, ["enough"]).start()

    engine.msg_hook = hook
    started = time.monotonic()
    with pytest.raises(RunEngineInterrupted):
        engine(bp.count([first, stuck]))
    assert time.monotonic() - started < 5
    released.set()
    assert collector.named("stop")[0]["exit_status"] == "abort"


def test_wrappers_see_every_device_of_the_message(engine: RunEngine, capsys: Any) -> None:
    class Staged(Slow):
        staged = 0

        def stage(self) -> list[Any]:
            self.staged += 1
            return [self]

        def unstage(self) -> list[Any]:
            return [self]

    devices = [Staged("a"), Staged("b")]
    plan = bpp.run_wrapper(bps.trigger_and_read(devices))
    engine(bpp.print_summary_wrapper(bpp.lazily_stage_wrapper(plan)))
    assert [device.staged for device in devices] == [1, 1]
    assert "Read ['a', 'b']" in capsys.readouterr().out


def test_threads_are_used_again_and_end_when_there_is_nothing_to_do() -> None:
    threads = ReaderThreads(idle_s=0.05)
    names: list[threading.Thread] = []
    done = threading.Semaphore(0)

    def job() -> None:
        names.append(threading.current_thread())
        done.release()

    for _ in range(3):
        threads.submit(job)
        assert done.acquire(timeout=5)
        for _ in range(100):  # the thread counts itself as idle a moment after the job
            if threads._idle:
                break
            time.sleep(0.001)
    assert len(set(names)) == 1
    names[0].join(timeout=5)
    assert not names[0].is_alive()


def test_a_reader_does_not_keep_the_loop_of_an_engine_alive() -> None:
    async def read() -> list[Any]:
        return await ConcurrentReader.here().read([Slow("a"), Slow("b")])

    loop = asyncio.new_event_loop()
    assert [list(reading) for reading in loop.run_until_complete(read())] == [["a"], ["b"]]
    loop.close()
    known = weakref.ref(loop)
    del loop
    gc.collect()
    assert known() is None
