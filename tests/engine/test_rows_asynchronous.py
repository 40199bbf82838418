"""Asynchronous devices, by duck typing: whatever they offer may have to be awaited."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from bsh import FailedStatus, Msg, RunEngine, RunEngineInterrupted
from tests.engine.parts import Collector, HandStatus, Motor
from tests.engine.test_documents import Flyer
from tests.engine.test_messages import bundle, result_of, run


class Signal:
    """A signal whose verbs are coroutines and whose callback gets a reading."""

    parent = None

    def __init__(self, name: str) -> None:
        self.name = name
        self.callback: Any = None

    def reading(self, value: float) -> Any:
        return {self.name: {"value": value, "timestamp": 7.0}}

    async def read(self) -> Any:
        await asyncio.sleep(0)
        return self.reading(0.0)

    async def describe(self) -> Any:
        return {self.name: {"dtype": "number", "shape": [], "source": "test"}}

    async def read_configuration(self) -> Any:
        return {}

    async def describe_configuration(self) -> Any:
        return {}

    def subscribe(self, function: Any) -> None:
        self.callback = function
        function(self.reading(1.0))

    def clear_sub(self, function: Any) -> None:
        assert function == self.callback
        self.callback = None


class Newer(Signal):
    """Has only the newer name of ``subscribe``."""

    subscribe = None  # type: ignore[assignment]

    def subscribe_reading(self, function: Any) -> None:
        Signal.subscribe(self, function)


@pytest.mark.parametrize("kind", [Signal, Newer])
def test_a_monitored_signal_may_call_back_with_a_reading(
    engine: RunEngine, collector: Collector, kind: type[Signal]
) -> None:
    signal = kind("ring")
    engine.register_command("change", lambda msg: signal.callback(signal.reading(2.0)))
    engine(run(Msg("monitor", signal, name="ring"), Msg("change"), Msg("unmonitor", signal)))
    events = collector.named("event")
    assert [doc["data"] for doc in events] == [{"ring": 1.0}, {"ring": 2.0}]
    assert [doc["timestamps"] for doc in events] == [{"ring": 7.0}] * 2
    assert signal.callback is None


def test_an_asynchronous_read_that_returns_none_is_the_devices_bug(engine: RunEngine) -> None:
    signal = Signal("ring")

    async def read() -> Any:
        return None

    signal.read = read  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match=r"ring\.read\(\) returned None"):
        engine(run(*bundle(signal)))


def test_configuring_may_take_its_time(engine: RunEngine, motor: Motor) -> None:
    async def configure(**kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return {}, kwargs

    motor.configure = configure  # type: ignore[attr-defined]
    assert result_of(engine, Msg("configure", motor, speed=3)) == ({}, {"speed": 3})


@pytest.mark.parametrize("command", ["kickoff", "complete"])
def test_a_flyer_may_be_started_by_a_coroutine(engine: RunEngine, command: str) -> None:
    flyer = Flyer()
    order: list[str] = []

    async def start() -> None:
        await asyncio.sleep(0.01)
        order.append("started")

    setattr(flyer, command, start)
    engine.msg_hook = lambda msg: order.append(msg.command)
    engine([Msg("open_run"), Msg(command, flyer), Msg("null")])
    assert order == ["open_run", command, "started", "null"]


def test_a_flyer_may_give_its_events_asynchronously(engine: RunEngine, collector: Collector) -> None:
    class AsyncFlyer(Flyer):
        async def describe_collect(self) -> Any:  # type: ignore[override]
            return Flyer.describe_collect(self)

        async def collect(self) -> Any:
            for partial in Flyer.collect(self):
                yield {**partial, "filled": {}}

    engine(run(Msg("collect", AsyncFlyer())))
    assert collector.named("stop")[0]["num_events"] == {"stream_a": 2, "stream_b": 2}


def test_a_flyer_may_give_a_coroutine_for_its_events(engine: RunEngine, collector: Collector) -> None:
    class LateFlyer(Flyer):
        async def collect(self) -> Any:  # type: ignore[override]
            return list(Flyer.collect(self))

    engine(run(Msg("collect", LateFlyer())))
    assert collector.named("stop")[0]["num_events"] == {"stream_a": 2, "stream_b": 2}


def test_events_that_no_stream_describes_are_refused(engine: RunEngine) -> None:
    class Lying(Flyer):
        def collect(self) -> Any:
            yield {"time": 1.0, "data": {"other": 1}, "timestamps": {"other": 1.0}}

    with pytest.raises(RuntimeError, match=r"flyer collected the keys other, .* streams stream_a, stream_b"):
        engine(run(Msg("collect", Lying())))


def test_stopping_and_pausing_may_be_coroutines(engine: RunEngine) -> None:
    calls: list[str] = []

    class Async(Motor):
        async def stop(self, success: bool = True) -> None:  # type: ignore[override]
            calls.append("stop")

        async def pause(self) -> None:
            calls.append("pause")

        async def resume(self) -> None:
            calls.append("resume")

    motor = Async("m1")
    engine([Msg("checkpoint"), Msg("set", motor, 1.0), Msg("stop", motor)])
    assert calls == ["stop", "stop"]  # the message, and the end of the call
    calls.clear()
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", motor, 1.0), Msg("pause"), Msg("null")])
    engine.resume()
    assert calls == ["stop", "pause", "resume", "stop"]


# -- how statuses say why they failed -------------------------------------------------------------------


def failing(motor: Motor, **attributes: Any) -> None:
    class Status(HandStatus):
        pass

    for name, value in attributes.items():
        setattr(Status, name, value)

    def set_(value: float) -> HandStatus:
        status = Status()
        threading.Timer(0.01, status.finish, [OSError("own")]).start()
        return status

    motor.set = set_  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("exception", "words"),
    [
        (lambda self, seconds, /: OSError("stuck"), "stuck"),
        (property(lambda self: OSError("stuck")), "stuck"),
        (None, "the device gave no reason"),
        (lambda self, timeout=0: 1 / 0, "the device gave no reason"),
    ],
)
def test_a_status_may_say_in_several_ways_why_it_failed(
    engine: RunEngine, motor: Motor, exception: Any, words: str
) -> None:
    failing(motor, exception=exception)
    with pytest.raises(FailedStatus, match=f"m1: move to 3 failed after .*: {words}"):
        engine([Msg("set", motor, 3, group="g"), Msg("wait", None, group="g")])


def test_the_cause_of_a_failed_status_is_the_exceptions_cause(engine: RunEngine, motor: Motor) -> None:
    failing(motor)
    with pytest.raises(FailedStatus) as raised:
        engine([Msg("set", motor, 3, group="g"), Msg("wait", None, group="g")])
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.args[0] is raised.value.status
