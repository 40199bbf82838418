"""Documents that the engine emits: order, contents, checks."""

from __future__ import annotations

from typing import Any

import event_model
import numpy as np
import pytest

from bsh import Msg, RunEngine
from tests.engine.parts import Collector, Detector, Motor, scan
from tests.engine.test_messages import bundle, run


def test_documents_come_in_order_and_pass_the_schemas(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    engine(scan(motor, detector, points=2))
    assert [name for name, _ in collector.documents] == ["start", "descriptor", "event", "event", "stop"]
    for name, doc in collector.documents:
        event_model.schema_validators[event_model.DocumentNames[name]].validate(doc)


def test_the_descriptor_names_objects_hints_and_configuration(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector
) -> None:
    engine(scan(motor, detector, points=1))
    descriptor = collector.named("descriptor")[0]
    assert descriptor["object_keys"] == {"m1": ["m1"], "det": ["det"]}
    assert descriptor["data_keys"]["det"]["object_name"] == "det"
    assert descriptor["hints"] == {"m1": {"fields": ["m1"]}, "det": {"fields": ["det"]}}
    assert set(descriptor["configuration"]["m1"]) == {"data", "timestamps", "data_keys"}


def test_a_device_is_described_once_a_run(engine: RunEngine, motor: Motor) -> None:
    described: list[str] = []
    original = motor.describe

    def describe() -> Any:
        described.append("described")
        return original()

    motor.describe = describe  # type: ignore[method-assign]
    engine(run(*bundle(motor), *bundle(motor), *bundle(motor, name="other")))
    assert described == ["described"]


def test_the_same_key_is_fine_in_two_streams_but_not_in_one_event(engine: RunEngine) -> None:
    one, two = Motor("m1"), Motor("m1")
    two.name = "twin"
    two.read = one.read  # type: ignore[method-assign]
    two.describe = one.describe  # type: ignore[method-assign]
    engine(run(*bundle(one), *bundle(two, name="other")))
    with pytest.raises(ValueError, match="twin and m1 both have the data keys m1"):
        engine(run(*bundle(one, two)))


def test_other_objects_in_a_known_stream_are_refused(engine: RunEngine) -> None:
    one, two = Motor("one"), Motor("two")
    with pytest.raises(RuntimeError, match=r"Mismatched objects read .* expected one; got two"):
        engine(run(*bundle(one), *bundle(two)))


def test_the_order_of_objects_may_change(engine: RunEngine, collector: Collector) -> None:
    one, two = Motor("one"), Motor("two")
    engine(run(*bundle(one, two), *bundle(two, one)))
    assert len(collector.named("event")) == 2
    assert len(collector.named("descriptor")) == 1


def test_a_reading_that_differs_from_its_description_is_named(engine: RunEngine, motor: Motor) -> None:
    motor.read = lambda: {"other": {"value": 1, "timestamp": 1.0}}  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="of m1 do not agree: missing m1; not described other"):
        engine(run(*bundle(motor)))


def test_external_keys_are_marked_as_not_filled(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    motor.describe = lambda: {  # type: ignore[method-assign]
        "m1": {"dtype": "array", "shape": [2], "source": "test", "external": "FILESTORE:"}
    }
    motor.read = lambda: {"m1": {"value": "datum/0", "timestamp": 1.0}}  # type: ignore[method-assign]
    engine(run(*bundle(motor)))
    assert collector.named("event")[0]["filled"] == {"m1": False}


def test_asset_documents_come_between_descriptor_and_event(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    motor.describe = lambda: {  # type: ignore[method-assign]
        "m1": {"dtype": "array", "shape": [2], "source": "test", "external": "FILESTORE:"}
    }
    motor.read = lambda: {"m1": {"value": "r/0", "timestamp": 1.0}}  # type: ignore[method-assign]

    def assets() -> Any:
        yield "resource", {"uid": "r", "spec": "x", "root": "/", "resource_path": "p", "resource_kwargs": {}}
        yield "datum", {"datum_id": "r/0", "resource": "r", "datum_kwargs": {}}

    motor.collect_asset_docs = assets  # type: ignore[attr-defined]
    engine(run(*bundle(motor)))
    assert [name for name, _ in collector.documents] == [
        "start",
        "descriptor",
        "resource",
        "datum",
        "event",
        "stop",
    ]
    assert collector.named("resource")[0]["run_start"] == collector.named("start")[0]["uid"]


def test_a_buffer_that_a_device_uses_again_does_not_change_what_was_emitted(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    buffer = np.zeros(2)
    motor.describe = lambda: {"m1": {"dtype": "array", "shape": [2], "source": "test"}}  # type: ignore[method-assign]

    def read() -> Any:
        buffer[:] += 1
        return {"m1": {"value": buffer, "timestamp": 1.0}}

    motor.read = read  # type: ignore[method-assign]
    engine(run(*bundle(motor), *bundle(motor)))
    assert [list(doc["data"]["m1"]) for doc in collector.named("event")] == [[1, 1], [2, 2]]


@pytest.mark.parametrize(("validate", "passes"), [("first", True), ("all", False)])
def test_full_validation_of_every_event_is_a_switch(
    engine: RunEngine, motor: Motor, validate: str, passes: bool
) -> None:
    stamps = iter([1.0, "yesterday"])
    motor.read = lambda: {"m1": {"value": 1, "timestamp": 1.0}}  # type: ignore[method-assign]
    engine.validate = validate
    engine.msg_hook = None

    def plan() -> Any:
        yield Msg("open_run")
        for _ in range(2):
            yield Msg("create", None, "primary")
            yield Msg("read", motor)
            run_bundler = engine.execution.runs[None]
            stream = run_bundler.streams.get("primary")
            next(stamps)
            if stream is not None:
                stream.descriptor_uid = 5  # no valid event can be made of this
            yield Msg("save")
        yield Msg("close_run")

    if passes:
        engine(plan())
    else:
        with pytest.raises(ValueError, match="event document is not valid at descriptor"):
            engine(plan())


def test_an_asynchronous_device_is_awaited(engine: RunEngine, collector: Collector, motor: Motor) -> None:
    class Async(Motor):
        async def read(self) -> Any:  # type: ignore[override]
            return Motor.read(self)

        async def describe(self) -> Any:  # type: ignore[override]
            return Motor.describe(self)

        async def read_configuration(self) -> Any:  # type: ignore[override]
            return {}

        async def describe_configuration(self) -> Any:  # type: ignore[override]
            return {}

    engine(run(*bundle(Async("a")), *bundle(Async("b"), name="other")))
    assert [list(doc["data"]) for doc in collector.named("event")] == [["a"], ["b"]]


def test_a_monitored_device_makes_events_from_any_thread(engine: RunEngine, collector: Collector) -> None:
    from bsh.devices.sim import SimSignal

    signal = SimSignal("ring", value=1.0)

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("monitor", signal, name="ring_monitor")
        yield Msg("set", signal, 2.0, group="g")
        yield Msg("wait", None, group="g")
        yield Msg("sleep", None, 0.01)
        yield Msg("unmonitor", signal)
        yield Msg("set", signal, 3.0)
        yield Msg("sleep", None, 0.01)
        yield Msg("close_run")

    engine(plan())
    assert [doc["name"] for doc in collector.named("descriptor")] == ["ring_monitor"]
    assert [doc["data"]["ring"] for doc in collector.named("event")] == [1.0, 2.0]
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2]


class Flyer:
    """Collects two partial events in each of two streams."""

    name = "flyer"
    parent = None

    def __init__(self) -> None:
        self.calls: list[str] = []

    def kickoff(self) -> Any:
        self.calls.append("kickoff")
        return Motor("k").set(0)

    def complete(self) -> Any:
        self.calls.append("complete")
        return Motor("c").set(0)

    def describe_collect(self) -> Any:
        return {
            name: {name: {"dtype": "number", "shape": [], "source": "test"}}
            for name in ("stream_a", "stream_b")
        }

    def collect(self) -> Any:
        self.calls.append("collect")
        for i in range(2):
            for name in ("stream_a", "stream_b"):
                yield {"time": float(i), "data": {name: i}, "timestamps": {name: float(i)}}


@pytest.mark.parametrize("stream", [True, False])
def test_a_flyer_is_collected_into_its_streams(engine: RunEngine, collector: Collector, stream: bool) -> None:
    flyer = Flyer()
    payload: list[Any] = []

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("kickoff", flyer, group="k")
        yield Msg("wait", None, group="k")
        yield Msg("complete", flyer, group="c")
        yield Msg("wait", None, group="c")
        payload.extend((yield Msg("collect", flyer, stream=stream)))
        yield Msg("close_run")

    engine(plan())
    assert flyer.calls == ["kickoff", "complete", "collect"]
    assert [event["seq_num"] for event in payload] == [1, 1, 2, 2]
    assert collector.named("stop")[0]["num_events"] == {"stream_a": 2, "stream_b": 2}
    emitted = "event" if stream else "event_page"
    assert len(collector.named(emitted)) == (4 if stream else 2)
    for doc in collector.named(emitted):
        event_model.schema_validators[event_model.DocumentNames[emitted]].validate(doc)


def test_a_flyer_that_was_not_collected_is_collected_at_the_end(
    engine: RunEngine, collector: Collector
) -> None:
    flyer = Flyer()
    engine([Msg("open_run"), Msg("kickoff", flyer)])
    assert flyer.calls == ["kickoff", "collect"]
    assert len(collector.named("event")) == 4


def test_later_changes_of_the_metadata_do_not_reach_a_document(
    engine: RunEngine, collector: Collector
) -> None:
    engine.md["sample"] = {"name": "LaB6", "tags": ["a"]}
    engine(run())
    engine.md["sample"]["tags"].append("b")
    engine.md["sample"]["name"] = "Si"
    assert collector.named("start")[0]["sample"] == {"name": "LaB6", "tags": ["a"]}
