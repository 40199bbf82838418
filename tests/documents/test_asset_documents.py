"""Asset documents: what a device cannot know is filled in, and what does not fit is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bsh.documents import AssetDocuments, EventStream, ObjectDescription


def stream_of(*streamed: str) -> EventStream:
    keys: dict[str, Any] = {"x": {"dtype": "number", "shape": [], "source": "test"}}
    for key in streamed:
        keys[key] = {"dtype": "array", "shape": [1, 4], "source": "test", "external": "STREAM:"}
    return EventStream("main", "run", [], [ObjectDescription("dev", keys)], time=1.0, next_seq_num=4)


def resource(key: str) -> tuple[str, dict[str, Any]]:
    return "stream_resource", {"uid": f"r-{key}", "data_key": key}


def datum(key: str, start: int, stop: int) -> tuple[str, dict[str, Any]]:
    indices = {"start": start, "stop": stop}
    return "stream_datum", {"uid": "d", "stream_resource": f"r-{key}", "indices": indices}


def test_run_descriptor_and_numbers_are_filled_in_and_the_devices_documents_left_alone() -> None:
    stream = stream_of("a", "b")
    given = [resource("a"), resource("b"), datum("a", 0, 2), datum("b", 0, 2)]
    completed, frames = AssetDocuments("run").complete(given, stream)
    assert frames == 2
    assert [doc["run_start"] for name, doc in completed if name == "stream_resource"] == ["run", "run"]
    for _, doc in completed[2:]:
        assert doc["descriptor"] == stream.descriptor_uid
        assert doc["seq_nums"] == {"start": 4, "stop": 6}
    assert "run_start" not in given[0][1]


def test_frames_given_in_pieces_are_numbered_one_after_the_other() -> None:
    assets = AssetDocuments("run")
    completed, frames = assets.complete([resource("a"), datum("a", 0, 2), datum("a", 2, 3)], stream_of("a"))
    assert [doc["seq_nums"] for _, doc in completed[1:]] == [
        {"start": 4, "stop": 6},
        {"start": 6, "stop": 7},
    ]
    assert frames == 3


def test_a_resource_for_a_key_that_is_not_streamed_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"stream_resource was given for 'x', but .* are a\."):
        AssetDocuments("run").complete([resource("x")], stream_of("a"))


def test_a_datum_without_its_resource_is_refused() -> None:
    with pytest.raises(RuntimeError, match="refers to the stream_resource r-a, which was not given"):
        AssetDocuments("run").complete([datum("a", 0, 1)], stream_of("a"))


@pytest.mark.parametrize("others", [[], [datum("b", 0, 2)]])
def test_frames_that_do_not_go_together_are_refused(others: list[Any]) -> None:
    given = [resource("a"), resource("b"), datum("a", 0, 1), *others]
    with pytest.raises(RuntimeError, match=r"do not go together \(a: 1, b: [02]\)"):
        AssetDocuments("run").complete(given, stream_of("a", "b"))


def test_frames_of_an_event_that_never_was_can_be_left_out() -> None:
    given = [resource("a"), datum("a", 0, 1), resource("b"), datum("a", 1, 3), datum("b", 0, 1)]
    completed, frames = AssetDocuments("run").complete(given, stream_of("a", "b"), last_frame_only=True)
    assert frames == 1
    told = [(doc["stream_resource"], doc["indices"]) for name, doc in completed if name == "stream_datum"]
    assert told == [("r-a", {"start": 2, "stop": 3}), ("r-b", {"start": 0, "stop": 1})]


def test_any_other_document_is_refused() -> None:
    with pytest.raises(RuntimeError, match="A device gave a document 'event'"):
        AssetDocuments("run").complete([("event", {})], None)


def test_resources_of_the_older_kind_get_their_run() -> None:
    given = [("resource", {"uid": "r"}), ("datum", {"datum_id": "r/0"})]
    completed, frames = AssetDocuments("run").complete(given, None)
    assert completed == [("resource", {"uid": "r", "run_start": "run"}), ("datum", {"datum_id": "r/0"})]
    assert frames == 0
