"""Data that devices keep elsewhere: which documents come, in which order, with which numbers."""

from __future__ import annotations

from typing import Any

import event_model
import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.documents.consolidators import ExternalData
from tests.engine.parts import Collector, HandStatus
from tests.engine.test_documents import Flyer
from tests.engine.test_logs_and_loops import Frames
from tests.engine.test_messages import bundle, run


class Camera:
    """Writes one frame, or more, for each reading; has a value of its own in the event."""

    parent = None

    def __init__(self, name: str = "cam", frames: int = 1) -> None:
        self.name = name
        self.frames = frames
        self.written = 0

    def trigger(self) -> HandStatus:
        status = HandStatus()
        status.finish()
        return status

    def read(self) -> Any:
        return {f"{self.name}_sum": {"value": 1, "timestamp": 1.0}}

    def describe(self) -> Any:
        frame = {"dtype": "array", "shape": [1, 4, 4], "source": "test", "external": "STREAM:"}
        return {
            self.name: {**frame, "dtype_numpy": "<u2"},
            f"{self.name}_sum": {"dtype": "integer", "shape": [], "source": "test"},
        }

    def collect_asset_docs(self) -> Any:
        if self.written == 0:
            document = {"uid": "r", "data_key": self.name, "mimetype": "application/x-hdf5"}
            document |= {"uri": "file://localhost/x.h5", "parameters": {"dataset": "/d"}}
            yield "stream_resource", document
        indices = {"start": self.written, "stop": self.written + self.frames}
        self.written += self.frames
        yield "stream_datum", {"uid": f"r/{self.written}", "stream_resource": "r", "indices": indices}


def test_frames_of_a_scan_are_numbered_as_its_events_and_can_be_described(
    engine: RunEngine, collector: Collector
) -> None:
    external = ExternalData()
    engine.subscribe(external)
    camera = Camera()
    engine(run(*bundle(camera), *bundle(camera)))
    names = [name for name, _ in collector.documents]
    assert names[1:] == [
        "descriptor", "stream_resource", "stream_datum", "event", "stream_datum", "event", "stop",
    ]  # fmt: skip
    for name, doc in collector.documents:
        event_model.schema_validators[event_model.DocumentNames[name]].validate(doc)
    assert [doc["seq_nums"] for doc in collector.named("stream_datum")] == [
        {"start": 1, "stop": 2},
        {"start": 2, "stop": 3},
    ]
    assert [doc["data"] for doc in collector.named("event")] == [{"cam_sum": 1}] * 2
    source = external.data_sources()["primary", "cam"]
    assert (source.structure.shape, source.structure.dtype) == ((2, 4, 4), "<u2")


def test_after_a_pause_in_a_point_the_frame_that_was_taken_again_is_the_events(
    engine: RunEngine, collector: Collector
) -> None:
    external = ExternalData()
    engine.subscribe(external)
    camera = Camera()
    reads: list[Msg] = []

    def hook(msg: Msg) -> None:
        if msg.command == "save" and not reads:
            reads.append(msg)
            engine.request_pause()

    engine.msg_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine(run(Msg("checkpoint"), *bundle(camera), Msg("checkpoint"), *bundle(camera)))
    engine.resume()
    assert [doc["seq_num"] for doc in collector.named("event")][-1] == 2
    consolidator = external.consolidators["primary", "cam"]
    assert consolidator.shape[0] == camera.written == 3
    assert (consolidator.row_of(1), consolidator.row_of(2)) == (1, 2)


def test_a_resource_told_in_an_event_that_was_dropped_is_told_with_the_next(
    engine: RunEngine, collector: Collector
) -> None:
    camera = Camera()
    dropped = [Msg("create", None, name="primary"), Msg("trigger", camera), Msg("read", camera), Msg("drop")]
    engine(run(*dropped, *bundle(camera)))
    assert len(collector.named("stream_resource")) == 1
    assert [doc["indices"] for doc in collector.named("stream_datum")] == [{"start": 1, "stop": 2}]


def test_of_frames_taken_before_a_rewind_only_the_last_is_the_events(
    engine: RunEngine, collector: Collector
) -> None:
    camera = Camera(frames=2)
    with pytest.raises(RunEngineInterrupted):
        engine(run(Msg("checkpoint"), Msg("pause"), *bundle(camera)))
    engine.resume()
    (datum,) = collector.named("stream_datum")
    assert (datum["indices"], datum["seq_nums"]) == ({"start": 1, "stop": 2}, {"start": 1, "stop": 2})


def test_two_frames_for_one_event_are_refused(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(RuntimeError, match="More than one frame was given for one event of the stream"):
        engine(run(*bundle(Camera(frames=2))))
    assert collector.named("event") == []


def test_an_asset_document_that_fails_the_schema_is_refused(engine: RunEngine, collector: Collector) -> None:
    camera = Camera()
    camera.collect_asset_docs = lambda: iter([("datum", {"datum_id": "d"})])  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="datum document is not valid"):
        engine(run(*bundle(camera)))
    assert collector.named("datum") == []


def test_what_a_flyer_keeps_elsewhere_is_told_before_its_events(
    engine: RunEngine, collector: Collector
) -> None:
    flyer = Flyer()
    resource = {"uid": "r", "spec": "x", "root": "/", "resource_path": "p", "resource_kwargs": {}}
    datum = {"datum_id": "r/0", "resource": "r", "datum_kwargs": {}}
    flyer.collect_asset_docs = lambda: iter([("resource", resource), ("datum", datum)])  # type: ignore[attr-defined]
    engine(run(Msg("kickoff", flyer), Msg("collect", flyer)))
    names = [name for name, _ in collector.documents]
    assert names == [
        "start", "descriptor", "descriptor", "resource", "datum", "event_page", "event_page", "stop",
    ]  # fmt: skip


def test_frames_and_events_of_one_flyer_share_their_numbers(engine: RunEngine, collector: Collector) -> None:
    class Both(Frames):
        def kickoff(self) -> Any:
            status = HandStatus()
            status.finish()
            return status

        def describe_collect(self) -> Any:
            return {
                "main": {**super().describe_collect(), "x": {"dtype": "number", "shape": [], "source": "t"}}
            }

        def collect(self) -> Any:
            for i in range(2):
                yield {"time": 1.0, "data": {"x": i}, "timestamps": {"x": 1.0}}

    both = Both("frames", 3)
    engine(run(Msg("kickoff", both), Msg("collect", both)))
    assert [doc["seq_nums"] for doc in collector.named("stream_datum")] == [{"start": 1, "stop": 4}]
    assert collector.named("event_page")[0]["seq_num"] == [1, 2]
    assert collector.named("stop")[0]["num_events"] == {"main": 3}


def test_several_writers_need_no_declaration_when_the_stream_is_named(
    engine: RunEngine, collector: Collector
) -> None:
    one, two = Frames("one", 2), Frames("two", 2)
    engine(run(Msg("collect", one, two, name="main")))
    (descriptor,) = collector.named("descriptor")
    assert (descriptor["name"], list(descriptor["data_keys"])) == ("main", ["one", "two"])
    assert [doc["seq_nums"]["stop"] for doc in collector.named("stream_datum")] == [3, 3]
