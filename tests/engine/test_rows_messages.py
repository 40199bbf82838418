"""Rows of the requirements about messages and documents that no other test would miss."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import threading
from typing import Any

import event_model
import pytest

from bsh import FailedStatus, IllegalMessageSequence, Msg, RunEngine
from bsh.devices.sim import SimSignal
from bsh.engine import CallbackRegistry
from tests.engine.parts import Collector, Detector, HandStatus, Motor
from tests.engine.test_documents import Flyer
from tests.engine.test_messages import bundle, result_of, run


@pytest.mark.parametrize("msg", [Msg("create", None, "primary"), Msg("create", None, name="primary")])
def test_a_bundle_may_be_named_by_position_and_by_keyword(
    engine: RunEngine, collector: Collector, motor: Motor, msg: Msg
) -> None:
    engine(run(msg, Msg("read", motor), Msg("save")))
    assert [doc["name"] for doc in collector.named("descriptor")] == ["primary"]


def test_the_descriptor_of_a_monitor_comes_before_its_subscription(
    engine: RunEngine, collector: Collector
) -> None:
    known: list[list[str]] = []

    class Signal(SimSignal):
        def subscribe(self, *args: Any, **kwargs: Any) -> int:
            known.append([doc["name"] for doc in collector.named("descriptor")])
            return super().subscribe(*args, **kwargs)

    engine(run(Msg("monitor", Signal("ring"), name="ring_monitor")))
    assert known == [["ring_monitor"]]


def test_a_monitor_takes_keywords_only_passes_them_on_and_begins_once(
    engine: RunEngine, collector: Collector
) -> None:
    given: list[Any] = []

    class Signal(SimSignal):
        def subscribe(self, callback: Any, event_type: str | None = None, run: bool = True) -> int:
            given.append((event_type, run))
            return super().subscribe(callback, event_type, run)

    signal = Signal("ring")
    with pytest.raises(ValueError, match="keyword arguments only"):
        engine(run(Msg("monitor", signal, "ring_monitor")))
    with pytest.raises(IllegalMessageSequence, match="ring is monitored already"):
        engine(run(Msg("monitor", signal), Msg("monitor", signal)))
    given.clear()
    engine(run(Msg("monitor", signal, name="m", event_type="value")))
    assert given == [("value", True)]
    assert collector.named("event")[-1]["seq_num"] == 1


def test_what_is_not_monitored_cannot_be_unmonitored(engine: RunEngine) -> None:
    with pytest.raises(IllegalMessageSequence, match="ring is not monitored"):
        engine(run(Msg("unmonitor", SimSignal("ring"))))


def test_each_run_has_monitors_streams_and_numbers_of_its_own(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    signal = SimSignal("ring", value=1.0)
    engine(
        [
            Msg("open_run", run="a"),
            Msg("open_run", run="b"),
            Msg("monitor", signal, run="a", name="ring"),
            Msg("monitor", signal, run="b", name="ring"),
            *[msg._replace(run="a") for msg in [*bundle(motor), *bundle(motor)]],
            *[msg._replace(run="b") for msg in bundle(motor)],
            Msg("unmonitor", signal, run="a"),
            Msg("set", signal, 2.0),
            Msg("close_run", run="a"),
            Msg("close_run", run="b"),
        ]
    )
    first, second = collector.named("stop")
    assert first["num_events"] == {"ring": 1, "primary": 2}
    assert second["num_events"] == {"ring": 2, "primary": 1}


def test_a_monitor_of_several_values_reads_its_device(engine: RunEngine, collector: Collector) -> None:
    class Pair(SimSignal):
        def read(self) -> Any:
            return {key: {"value": 1.0, "timestamp": 1.0} for key in ("a", "b")}

        def describe(self) -> Any:
            return {key: {"dtype": "number", "shape": [], "source": "test"} for key in ("a", "b")}

    engine(run(Msg("monitor", Pair("pair"), name="pair")))
    assert [doc["data"] for doc in collector.named("event")] == [{"a": 1.0, "b": 1.0}]


def test_prepare_is_waited_for_like_a_move(engine: RunEngine, motor: Motor) -> None:
    prepared: list[Any] = []

    def prepare(*args: Any, **kwargs: Any) -> HandStatus:
        prepared.append((args, kwargs))
        status = HandStatus()
        threading.Timer(0.02, lambda: (prepared.append("ready"), status.finish())).start()
        return status

    motor.prepare = prepare  # type: ignore[attr-defined]
    engine([Msg("prepare", motor, 3, mode="fast", group="p"), Msg("wait", None, group="p")])
    assert prepared == [((3,), {"mode": "fast"}), "ready"]


@pytest.mark.parametrize("command", ["kickoff", "complete"])
def test_a_flyers_status_is_returned_and_waited_for(engine: RunEngine, command: str) -> None:
    flyer = Flyer()
    status = HandStatus()
    setattr(flyer, command, lambda: status)
    threading.Timer(0.02, status.finish).start()
    result = result_of(engine, Msg("open_run"), Msg(command, flyer, group="f"))
    assert result is status
    assert engine([Msg("null")])


def test_a_collected_payload_is_kept_only_when_wanted(engine: RunEngine, collector: Collector) -> None:
    flyer = Flyer()
    got = result_of(
        engine, Msg("open_run"), Msg("kickoff", flyer), Msg("collect", flyer, return_payload=False)
    )
    assert got is None
    assert len(collector.named("event_page")) == 2


def test_a_flyer_may_be_collected_again_into_the_same_streams(
    engine: RunEngine, collector: Collector
) -> None:
    flyer = Flyer()
    engine(run(Msg("kickoff", flyer), *[Msg("collect", flyer, stream=True)] * 2))
    assert len(collector.named("descriptor")) == 2
    numbers = [doc["seq_num"] for doc in collector.named("event")]
    assert numbers == [1, 1, 2, 2, 3, 3, 4, 4]


def test_other_keys_in_a_known_stream_are_refused_when_collecting(engine: RunEngine) -> None:
    class Other(Flyer):
        name = "other"

        def describe_collect(self) -> Any:
            return {"stream_a": {"x": {"dtype": "number", "shape": [], "source": "test"}}}

    flyer, other = Flyer(), Other()
    with pytest.raises(RuntimeError, match="Mismatched keys collected for the stream 'stream_a'"):
        engine(
            run(Msg("kickoff", flyer), Msg("collect", flyer), Msg("kickoff", other), Msg("collect", other))
        )


def test_a_flyers_configuration_and_hints_are_in_its_descriptors(
    engine: RunEngine, collector: Collector
) -> None:
    class Configured(Flyer):
        hints = {"fields": ["stream_a"]}  # noqa: RUF012 - nobody changes it

        def read_configuration(self) -> Any:
            return {"speed": {"value": 3, "timestamp": 1.0}}

        def describe_configuration(self) -> Any:
            return {"speed": {"dtype": "integer", "shape": [], "source": "test"}}

    flyer = Configured()
    engine(run(Msg("kickoff", flyer), Msg("collect", flyer)))
    for descriptor in collector.named("descriptor"):
        assert descriptor["configuration"]["flyer"]["data"] == {"speed": 3}
        assert descriptor["hints"]["flyer"] == {"fields": ["stream_a"]}


def test_the_asset_documents_of_a_flyer_are_collected(
    engine: RunEngine, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    flyer = Flyer()

    def assets() -> Any:
        yield "resource", {"uid": "r", "spec": "x", "root": "/", "resource_path": "p", "resource_kwargs": {}}
        yield "datum", {"datum_id": "r/0", "resource": "r", "datum_kwargs": {}}

    flyer.collect_asset_docs = assets  # type: ignore[attr-defined]
    caplog.set_level(logging.DEBUG, logger="bsh.emit_document")
    engine(run(Msg("kickoff", flyer), Msg("collect", flyer)))
    (resource,) = collector.named("resource")
    assert resource["run_start"] == collector.named("start")[0]["uid"]
    assert len(collector.named("datum")) == 1
    # Every document is logged, these as well.
    logged = [record.doc_name for record in caplog.records if record.name == "bsh.emit_document"]
    assert logged == [name for name, _ in collector.documents]


def test_pages_of_events_are_collected(engine: RunEngine, collector: Collector) -> None:
    class Paging:
        name, parent = "pager", None

        def kickoff(self) -> Any:
            return Motor("k").set(0)

        def describe_collect(self) -> Any:
            return {"paged": {"x": {"dtype": "number", "shape": [], "source": "test"}}}

        def collect_pages(self) -> Any:
            yield {"time": [1.0, 2.0], "data": {"x": [1, 2]}, "timestamps": {"x": [1.0, 2.0]}}

    pager = Paging()
    engine(run(Msg("kickoff", pager), Msg("collect", pager)))
    (page,) = collector.named("event_page")
    event_model.schema_validators[event_model.DocumentNames.event_page].validate(page)
    assert (page["seq_num"], page["data"]) == ([1, 2], {"x": [1, 2]})
    assert collector.named("stop")[0]["num_events"] == {"paged": 2}


def test_wait_for_passes_its_keywords_to_asyncio(engine: RunEngine) -> None:
    async def soon() -> None: ...

    async def forever() -> None:
        await asyncio.Event().wait()

    done, pending = result_of(
        engine, Msg("wait_for", None, [soon, forever], return_when=asyncio.FIRST_COMPLETED, timeout=30)
    )
    assert (len(done), len(pending)) == (1, 1)
    for task in pending:
        engine.loop.call_soon_threadsafe(task.cancel)


def test_a_wait_fails_early_when_a_watched_group_fails(engine: RunEngine) -> None:
    slow, failing = Motor("slow", by_hand=True), Motor("failing", by_hand=True)
    threading.Timer(0.02, lambda: failing.statuses[0].finish(OSError("no"))).start()
    with pytest.raises(FailedStatus, match="failing: move to 2 failed"):
        engine(
            [
                Msg("set", slow, 1, group="a"),
                Msg("set", failing, 2, group="b"),
                Msg("wait", None, group="a", timeout=30, watch=["b"]),
            ]
        )


@pytest.mark.parametrize("command", ["stage", "unstage"])
def test_staging_may_take_its_time(engine: RunEngine, motor: Motor, command: str) -> None:
    status = HandStatus()
    order: list[str] = []
    setattr(motor, command, lambda: status)
    threading.Timer(0.02, lambda: (order.append("ready"), status.finish())).start()
    engine.msg_hook = lambda msg: order.append(msg.command)
    engine([Msg(command, motor, group="s"), Msg("wait", None, group="s"), Msg("null")])
    assert order == [command, "wait", "ready", "null"]


def test_an_asynchronous_device_is_staged_before_the_next_message(engine: RunEngine, motor: Motor) -> None:
    order: list[str] = []

    async def stage() -> list[Any]:
        await asyncio.sleep(0.01)
        order.append("staged")
        return [motor]

    motor.stage = stage  # type: ignore[method-assign, assignment]
    engine.msg_hook = lambda msg: order.append(msg.command)
    engine([Msg("stage", motor), Msg("null")])
    assert order == ["stage", "staged", "null"]


def test_locate_waits_for_asynchronous_devices(engine: RunEngine, motor: Motor) -> None:
    async def locate() -> Any:
        await asyncio.sleep(0)
        return {"setpoint": 1.0, "readback": 1.1}

    motor.locate = locate  # type: ignore[attr-defined]
    assert result_of(engine, Msg("locate", motor)) == {"setpoint": 1.0, "readback": 1.1}


def test_hints_are_left_out_for_a_device_that_has_none(engine: RunEngine, collector: Collector) -> None:
    class Bare:
        name, parent = "bare", None

        def read(self) -> Any:
            return {"bare": {"value": 1, "timestamp": 1.0}}

        def describe(self) -> Any:
            return {"bare": {"dtype": "integer", "shape": [], "source": "test"}}

    engine(run(*bundle(Bare())))
    (descriptor,) = collector.named("descriptor")
    assert descriptor["hints"] == {}
    assert descriptor["configuration"] == {"bare": {"data": {}, "timestamps": {}, "data_keys": {}}}


def test_configuration_is_asked_once_a_run_and_again_in_the_next(engine: RunEngine, motor: Motor) -> None:
    asked: list[str] = []
    motor.read_configuration = lambda: asked.append("asked") or {}  # type: ignore[method-assign, func-returns-value]
    engine(run(*bundle(motor), *bundle(motor), *bundle(motor, name="other")))
    assert asked == ["asked"]
    engine(run(*bundle(motor)))
    assert asked == ["asked", "asked"]


def test_a_descriptor_that_fails_the_schema_is_refused(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    motor.describe = lambda: {"m1": {"dtype": "rainbow", "shape": [], "source": "test"}}  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="descriptor document is not valid"):
        engine(run(*bundle(motor)))
    assert collector.named("descriptor") == collector.named("event") == []
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


def test_documents_of_a_refused_event_leave_no_gap_in_the_numbers(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    original = motor.read
    answers = iter([original(), {"other": {"value": 1, "timestamp": 1.0}}, original()])
    motor.read = lambda: next(answers)  # type: ignore[method-assign]

    def plan() -> Any:
        yield Msg("open_run")
        for _ in range(3):
            try:
                for msg in bundle(motor):  # noqa: UP028 - a list takes no replies
                    yield msg
            except ValueError:
                yield Msg("null")
        yield Msg("close_run")

    engine(plan())
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2]
    assert collector.named("stop")[0]["num_events"] == {"primary": 2}


def test_a_device_may_be_read_in_several_streams_with_its_own_numbers(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    engine(run(*bundle(motor, name="a"), *bundle(motor, name="b"), *bundle(motor, name="a")))
    streams = {doc["uid"]: doc["name"] for doc in collector.named("descriptor")}
    numbers = [(streams[doc["descriptor"]], doc["seq_num"]) for doc in collector.named("event")]
    assert numbers == [("a", 1), ("b", 1), ("a", 2)]


# -- the registry of callbacks -----------------------------------------------------------------------------


def test_the_registry_holds_bound_methods_weakly_and_calls_in_order() -> None:
    seen: list[str] = []

    class Callback:
        def __init__(self, name: str) -> None:
            self.name = name

        def call(self) -> None:
            seen.append(self.name)

    first, second = Callback("first"), Callback("second")
    registry = CallbackRegistry()
    registry.connect("moved", first.call)
    registry.connect("moved", second.call)
    registry.connect("moved", lambda: seen.append("function"))
    registry.process("moved")
    assert seen == ["first", "second", "function"]
    del first
    gc.collect()
    seen.clear()
    registry.process("moved")
    assert seen == ["second", "function"]


def test_the_registry_raises_the_first_exception_after_calling_all() -> None:
    registry = CallbackRegistry()
    seen: list[str] = []

    def fail() -> None:
        raise OSError("first")

    registry.connect("moved", fail)
    registry.connect("moved", lambda: seen.append("called"))
    with pytest.raises(OSError, match="first"):
        registry.process("moved")
    assert seen == ["called"]


def test_subscribing_twice_gives_two_subscriptions(engine: RunEngine) -> None:
    collector = Collector()
    tokens = {engine.subscribe(collector, "start"), engine.subscribe(collector, "start")}
    engine(run())
    assert len(tokens) == len(collector.documents) == 2


def test_the_message_is_a_tuple_that_can_be_changed_into_another() -> None:
    msg = Msg("set", "m", 1, group="g", run="r")
    assert tuple(msg) == ("set", "m", (1,), {"group": "g"}, "r")
    changed = msg._replace(command="trigger", args=())
    assert changed == Msg("trigger", "m", group="g", run="r")
    assert repr(msg) == "Msg('set', obj='m', args=(1,), kwargs={'group': 'g'}, run='r')"
    assert inspect.signature(Msg).parameters["run"].kind is inspect.Parameter.KEYWORD_ONLY
