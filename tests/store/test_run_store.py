from __future__ import annotations

import gc
import json
import sqlite3
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bsh.errors import StoreError
from bsh.protocols import DurableSink
from bsh.store import RunStore
from bsh.store.writer import GROUP_WINDOW_S
from tests.store.runs import (
    START_TIME,
    WAIT_S,
    descriptor_doc,
    event_doc,
    run_documents,
    save,
    start_doc,
    stop_doc,
    stored,
    wait_durable,
)  # fmt: skip


def test_store_is_a_durable_sink(store: RunStore) -> None:
    assert isinstance(store, DurableSink)


def test_documents_come_back_in_the_order_of_emission(store: RunStore) -> None:
    documents = run_documents(700)
    save(store, documents)
    assert list(stored(store)) == documents
    assert store.run(-1).start == documents[0][1]
    assert store.run(-1).stop == documents[-1][1]


def test_summary_says_what_the_run_was(store: RunStore) -> None:
    documents = run_documents(21, scan_id=142, command="ascan th -1 1 20 0.1")
    save(store, documents)
    assert [one.as_dict() for one in store.runs()] == [
        {
            "scan_id": 142,
            "uid": documents[0][1]["uid"],
            "time": START_TIME,
            "plan_name": "ascan",
            "command": "ascan th -1 1 20 0.1",
            "num_points": 21,
            "exit_status": "success",
            "reason": "",
            "profile": "sim",
        }
    ]
    assert store.run(142).summary == store.runs()[0]


def test_summary_is_kept_current_while_the_run_is_taken(store: RunStore) -> None:
    documents = run_documents(2)
    save(store, documents[:3])
    assert (store.runs()[0].num_points, store.runs()[0].exit_status) == (1, None)
    assert store.runs()[0].reason == "running"
    save(store, documents[3:])
    assert (store.runs()[0].num_points, store.runs()[0].exit_status) == (2, "success")


def test_reason_of_a_failed_run_is_in_its_summary(store: RunStore) -> None:
    start = start_doc()
    save(store, [("start", start), ("stop", stop_doc(start, exit_status="fail", reason="m1: limit"))])
    assert (store.runs()[0].exit_status, store.runs()[0].reason) == ("fail", "m1: limit")


def test_point_taken_again_is_a_new_document_and_counts_once(store: RunStore) -> None:
    start = start_doc()
    stream = descriptor_doc(start)
    events = [event_doc(stream, seq_num) for seq_num in (1, 2, 3, 2, 3, 4)]
    save(store, [("start", start), ("descriptor", stream), *(("event", event) for event in events)])
    assert store.runs()[0].num_points == 4
    assert [doc for name, doc in stored(store) if name == "event"] == events


def test_points_are_the_events_of_primary_if_there_is_such_a_stream(store: RunStore) -> None:
    start = start_doc()
    baseline, primary = descriptor_doc(start, "baseline"), descriptor_doc(start)
    save(store, [("start", start), ("descriptor", baseline), ("event", event_doc(baseline, 1))])
    assert store.runs()[0].num_points == 0, "the baseline is no point of a scan"
    save(
        store, [("descriptor", primary), ("event", event_doc(baseline, 2)), ("event", event_doc(primary, 1))]
    )
    assert store.runs()[0].num_points == 1


def test_points_are_the_events_of_all_streams_if_there_is_no_primary(store: RunStore) -> None:
    start = start_doc()
    one, two = descriptor_doc(start, "one"), descriptor_doc(start, "two")
    save(store, [("start", start), ("descriptor", one), ("event", event_doc(one, 1))])
    save(store, [("descriptor", two), ("event", event_doc(two, 1)), ("event", event_doc(two, 2))])
    assert store.runs()[0].num_points == 3


def test_rows_of_pages_and_of_bulk_events_are_points(store: RunStore) -> None:
    start = start_doc()
    stream = descriptor_doc(start)
    page = {
        "uid": ["a", "b"], "descriptor": stream["uid"], "time": [1.0, 2.0], "seq_num": [1, np.int64(2)],
        "data": {"det": [1, 2]}, "timestamps": {"det": [1.0, 2.0]}, "filled": {},
    }  # fmt: skip
    bulk = {stream["uid"]: [event_doc(stream, 2), event_doc(stream, 3)]}
    save(store, [("start", start), ("descriptor", stream), ("event_page", page), ("bulk_events", bulk)])
    assert store.runs()[0].num_points == 3
    assert [name for name, _ in stored(store)] == ["start", "descriptor", "event_page", "bulk_events"]


def test_two_open_runs_keep_their_documents_apart(store: RunStore) -> None:
    one, other = run_documents(2, scan_id=1), run_documents(3, scan_id=2)
    save(store, [document for pair in zip(one, other) for document in pair] + other[len(one) :])
    assert list(stored(store, 1)) == one
    assert list(stored(store, 2)) == other


def test_assets_belong_to_the_run_that_they_name_directly_or_not(store: RunStore) -> None:
    documents = run_documents(1)
    start, stream = documents[0][1], documents[1][1]
    assets: list[tuple[str, dict[str, Any]]] = [
        ("resource", {"uid": "r", "run_start": start["uid"]}),
        ("datum", {"datum_id": "r/0", "resource": "r", "datum_kwargs": {}}),
        ("datum_page", {"datum_id": ["r/1"], "resource": "r", "datum_kwargs": {}}),
        ("stream_resource", {"uid": "s", "run_start": start["uid"]}),
        ("stream_datum", {"uid": "s/0", "stream_resource": "s", "descriptor": stream["uid"]}),
    ]
    save(store, [*documents[:2], *assets, *documents[2:]])
    assert list(stored(store)) == [*documents[:2], *assets, *documents[2:]]


def test_what_names_no_known_run_is_kept_all_the_same(store: RunStore) -> None:
    odd: list[tuple[str, Any]] = [
        ("event", {"descriptor": "unknown", "seq_num": 1, "data": {}, "timestamps": {}}),
        ("event", {}),
        ("descriptor", {"uid": [], "run_start": {}}),
        ("start", {"no": "uid"}),
        ("something", {"else": 1}),
    ]
    save(store, odd)
    assert [(one.name, one.doc) for one in store.documents_after(0)] == odd
    assert store.runs() == []


def test_strange_start_documents_neither_fail_nor_stop_the_writing(store: RunStore) -> None:
    strange = start_doc(
        scan_id=10**30, time="yesterday", plan_name=None, command="\ud800", motors={"th": 1}, sample=object
    )
    save(store, [("start", strange), *run_documents(1, scan_id="7", motors="th")])
    assert [one.scan_id for one in store.runs()] == [7, None]
    assert (store.runs()[1].plan_name, store.runs()[1].command) == ("", "\\ud800")
    assert store.runs(motor="th")[0].scan_id == 7
    assert store.error is None


def test_copies_are_taken_when_a_document_is_handed_in(store: RunStore) -> None:
    sample = {"name": "Cu", "layers": [1, 2]}
    documents = run_documents(1, sample=sample)
    expected = json.loads(json.dumps(documents))
    for name, doc in documents:
        store(name, doc)
        doc.setdefault("data", {})["late"] = 1
        doc.setdefault("timestamps", {})["late"] = 1
        doc["late"] = 1
    sample["name"] = "Ag"
    sample["layers"].append(3)  # type: ignore[attr-defined]  # a list in a dict of mixed values
    assert wait_durable(store) is None
    assert [list(document) for document in stored(store)] == expected


def test_durable_means_that_another_process_can_read_it(store: RunStore, path: Path) -> None:
    for name, doc in run_documents(5):
        store(name, doc)
        if name == "start":
            assert wait_durable(store) is None
            other = sqlite3.connect(path)
            assert other.execute("SELECT count(*) FROM documents").fetchone() == (1,)
            other.close()
    assert wait_durable(store) is None
    assert store.accepted == store.committed == 8


def test_events_wait_for_no_more_than_a_fifth_of_the_50_ms_in_which_they_are_to_be_on_disk() -> None:
    assert GROUP_WINDOW_S <= 0.01, "the disk needs the rest; make bench measures both"


def test_every_commit_is_told_with_the_number_of_documents_on_disk(store: RunStore) -> None:
    told: list[int] = []
    complete = threading.Event()

    def note(committed: int) -> None:
        told.append(committed)
        if committed == 5:
            complete.set()

    store.on_commit(note)
    for name, doc in run_documents(2):
        store(name, doc)
    assert complete.wait(WAIT_S)
    assert told == sorted(set(told))


def test_durable_is_answered_at_once_when_nothing_is_queued(store: RunStore) -> None:
    answers: list[Any] = []
    store.when_durable(answers.append)
    assert answers == [None]


def test_call_backs_that_fail_are_noted_and_the_writing_goes_on(store: RunStore) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("mine")

    store.on_commit(broken)
    store("start", start_doc())
    store.when_durable(broken)
    save(store, run_documents(1))
    assert store.error is None
    assert any("ZeroDivisionError: mine" in warning for warning in store.warnings)


def test_store_is_congested_when_too_much_is_queued(path: Path) -> None:
    with RunStore(path, max_queued=3) as store:
        held, go_on = threading.Event(), threading.Event()

        def hold(_: object) -> None:
            held.set()
            assert go_on.wait(WAIT_S)

        store("start", start_doc())
        store.when_durable(hold)
        assert held.wait(WAIT_S)
        documents = run_documents(1)
        seen = []
        for name, doc in documents:
            store(name, doc)
            seen.append(store.congested)
        assert seen == [False, False, True, True]
        go_on.set()
        assert wait_durable(store) is None
        assert not store.congested


def test_run_that_comes_again_is_not_stored_twice(store: RunStore, path: Path) -> None:
    documents = run_documents(3)
    save(store, documents[:4])
    with RunStore(path) as other:  # a partial copy there, the whole run comes from elsewhere
        save(other, documents)
        save(other, documents)
        assert list(stored(other)) == documents
        assert len(other.runs()) == 1
        assert other.runs()[0].num_points == 3
        assert other.runs()[0].exit_status == "success"


def test_closed_store_takes_nothing(path: Path) -> None:
    store = RunStore(path)
    store("start", start_doc())
    store.close()
    store.close()
    assert store.committed == 1
    for use in (
        lambda: store("start", start_doc()),
        store.runs,
        lambda: store.take_scan_id().result(WAIT_S),
        lambda: store.metadata.update(a=1),
    ):
        with pytest.raises(StoreError, match="closed"):
            use()
    assert wait_durable(store) is None
    assert store.accepted == 1
    with RunStore(path) as again:
        assert len(again.runs()) == 1


def test_closed_store_leaves_one_file_and_the_copy_of_its_metadata(path: Path) -> None:
    with RunStore(path) as store:
        save(store, run_documents())
        store.metadata["a"] = 1
        assert store.runs()
    assert sorted(file.name for file in path.parent.iterdir()) == ["runs.db", "runs.db.last-good.json"]


def test_store_that_is_forgotten_saves_what_it_accepted(path: Path) -> None:
    store = RunStore(path)
    for name, doc in run_documents(50):
        store(name, doc)
    gone = weakref.ref(store)
    del store
    gc.collect()
    assert gone() is None
    with RunStore(path) as again:
        assert again.runs()[0].num_points == 50


def test_store_can_be_read_from_one_thread_while_another_writes(store: RunStore) -> None:
    documents = run_documents(2000)
    failures: list[BaseException] = []

    def emit() -> None:
        try:
            save(store, documents)
        except BaseException as error:
            failures.append(error)

    writing = threading.Thread(target=emit)
    writing.start()
    seen = []
    while writing.is_alive():
        seen += [run.num_points for run in store.runs()]
    writing.join(WAIT_S)
    assert failures == []
    assert seen == sorted(seen)
    assert list(stored(store)) == documents


def test_file_of_a_newer_bsh_is_left_alone_and_named(path: Path) -> None:
    RunStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer bsh") as caught:
        RunStore(path)
    assert "pip install" in str(caught.value.hint)
