"""Streams of events: shapes, sequence numbers, keys."""

from __future__ import annotations

from typing import Any

import event_model
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.documents import (
    EventStream,
    ObjectDescription,
    compose_start,
    compose_stop,
    find_collision,
    new_uid,
    short_uid,
    uid_sequence,
    validate,
)


def stream_of(**dtypes: str) -> EventStream:
    data_keys = {key: {"dtype": dtype, "shape": [], "source": "test"} for key, dtype in dtypes.items()}
    return EventStream("primary", new_uid(), ["dev"], [ObjectDescription("dev", data_keys)], time=1.0)


def reading(**values: Any) -> dict[str, Any]:
    return {key: {"value": value, "timestamp": 2.0} for key, value in values.items()}


class Model:
    """What a stream should have emitted, kept in the simplest way."""

    def __init__(self) -> None:
        self.emitted = 0
        self.checkpoint = 0


@given(st.lists(st.sampled_from(["event", "checkpoint", "rewind"]), max_size=60))
def test_sequence_numbers_count_up_and_fall_back_to_the_checkpoint(actions: list[str]) -> None:
    stream, model = stream_of(x="number"), Model()
    for action in actions:
        if action == "event":
            model.emitted += 1
            assert stream.event([reading(x=1)], 3.0)["seq_num"] == model.emitted
        elif action == "checkpoint":
            stream.mark_checkpoint()
            model.checkpoint = model.emitted
        else:
            stream.rewind()
            model.emitted = model.checkpoint
        assert stream.num_events == model.emitted


scalars = st.one_of(st.integers(), st.floats(), st.text(), st.booleans())
keys = st.text(st.characters(blacklist_characters="./", codec="ascii", categories=["L", "N"]), min_size=1)


@given(st.dictionaries(keys, scalars, min_size=1, max_size=5))
def test_an_event_has_exactly_what_was_read(values: dict[str, Any]) -> None:
    stream = stream_of(**dict.fromkeys(values, "number"))
    event = stream.event([reading(**values)], 3.0)
    assert list(event["data"]) == list(values)
    assert set(event["timestamps"].values()) == {2.0}
    validate("event", event)
    validate("descriptor", stream.descriptor)


@given(st.sets(keys, min_size=1, max_size=5), st.sets(keys, max_size=5))
def test_keys_that_differ_from_the_description_are_refused(described: set[str], read: set[str]) -> None:
    stream = stream_of(**dict.fromkeys(described, "number"))
    if described == read:
        assert stream.event([reading(**dict.fromkeys(read, 1))], 3.0)["seq_num"] == 1
        return
    with pytest.raises(ValueError, match=r"read\(\) and describe\(\) of dev do not agree"):
        stream.event([reading(**dict.fromkeys(read, 1))], 3.0)
    assert stream.num_events == 0


def test_a_new_descriptor_of_a_stream_goes_on_counting() -> None:
    first = stream_of(x="number")
    first.event([reading(x=1)], 3.0)
    second = EventStream("primary", "run", [], [], time=1.0, next_seq_num=first.next_seq_num)
    assert second.next_seq_num == 2
    assert second.descriptor_uid != first.descriptor_uid


def test_streamed_external_keys_have_no_value_in_events() -> None:
    data_keys = {
        "x": {"dtype": "number", "shape": [], "source": "test"},
        "frames": {"dtype": "array", "shape": [4, 4], "source": "test", "external": "STREAM:"},
    }
    stream = EventStream("primary", "run", [], [ObjectDescription("dev", data_keys)], time=1.0)
    event = stream.event([reading(x=1)], 3.0)
    assert event["data"] == {"x": 1}
    assert event["filled"] == {}
    assert "frames" in stream.data_keys


def test_a_collision_names_the_other_device_and_the_keys() -> None:
    one = ObjectDescription("one", {"a": {}, "b": {}})
    two = ObjectDescription("two", {"b": {}, "c": {}})
    assert find_collision([one], two) == ("one", ["b"])
    assert find_collision([two], ObjectDescription("three", {"d": {}})) is None


def test_start_and_stop_documents_pass_the_schemas() -> None:
    start = compose_start(uid=new_uid(), time=1.0, scan_id=7, metadata={"uid": "forged", "sample": "LaB6"})
    assert start["uid"] != "forged"
    assert (start["scan_id"], start["sample"]) == (7, "LaB6")
    stop = compose_stop(
        run_start=start["uid"], time=2.0, exit_status="success", reason="", num_events={"primary": 3}
    )
    for name, doc in (("start", start), ("stop", stop)):
        event_model.schema_validators[event_model.DocumentNames[name]].validate(doc)


def test_a_run_may_have_no_number() -> None:
    assert "scan_id" not in compose_start(uid="u", time=1.0, scan_id=None, metadata={})


def test_an_invalid_document_is_refused_with_the_place() -> None:
    with pytest.raises(ValueError, match="The stop document is not valid at exit_status"):
        validate("stop", {"uid": "u", "run_start": "r", "time": 1.0, "exit_status": "splendid"})


def test_uids_of_a_sequence_are_well_formed_and_different() -> None:
    one, two = uid_sequence(), uid_sequence()
    uids = [one() for _ in range(1000)] + [two() for _ in range(1000)]
    assert len(set(uids)) == 2000
    assert {len(uid) for uid in uids} == {36}


def test_short_uids_can_carry_a_label() -> None:
    assert len(short_uid()) == 6
    assert short_uid("move", 4).startswith("move-")
