import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bsh.callbacks import BufferingWrapper, JSONLinesWriter, JSONWriter
from tests.callbacks.documents import descriptor_doc, event_doc, number, scan_documents, start_doc, stop_doc


def odd_documents() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("start", start_doc(sample={"π": (1, 2)})),
        ("descriptor", descriptor_doc({"det": number("det")})),
        ("event", event_doc(1, {"det": np.float32(1.5), "image": np.zeros((2, 2)), "nan": float("nan")})),
        ("stop", stop_doc(5.0)),
    ]


def test_a_run_becomes_one_json_array_named_after_its_uid(tmp_path: Path) -> None:
    writer = JSONWriter(str(tmp_path / "new"))
    for name, doc in odd_documents():
        writer(name, doc)
    entries = json.loads((tmp_path / "new" / "run-a.json").read_text())
    assert [entry["name"] for entry in entries] == ["start", "descriptor", "event", "stop"]
    assert entries[0]["doc"]["sample"] == {"π": [1, 2]}
    assert entries[2]["doc"]["data"]["det"] == 1.5
    assert entries[2]["doc"]["data"]["image"] == [[0, 0], [0, 0]]


def test_the_array_is_written_as_it_grows_and_begun_anew_by_the_next_run(tmp_path: Path) -> None:
    writer = JSONWriter(str(tmp_path), "last.json")
    for _ in range(2):
        for name, doc in odd_documents()[:3]:
            writer(name, doc)
        text = (tmp_path / "last.json").read_text()
        assert len(json.loads(text + "]")) == 3
        writer(*odd_documents()[3])
        assert len(json.loads((tmp_path / "last.json").read_text())) == 4


def test_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    for _ in range(2):
        writer = JSONLinesWriter(str(tmp_path), "all.jsonl")
        for name, doc in scan_documents([(0.0, 1.0, 1.0)]):
            writer(name, doc)
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [line["name"] for line in lines] == ["start", "descriptor", "event", "stop"] * 2
    assert lines[0]["doc"]["uid"] == "run-a"
    JSONLinesWriter(str(tmp_path))("start", start_doc())
    assert (tmp_path / "run-a.jsonl").exists()


@pytest.mark.parametrize("kind", [JSONWriter, JSONLinesWriter])
def test_a_run_must_begin_with_its_start(kind: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not 'event'"):
        kind(str(tmp_path))("event", event_doc(1, {}))


def test_a_buffered_callback_gets_everything_in_order_on_another_thread() -> None:
    seen: list[Any] = []
    wrapper = BufferingWrapper(lambda name, doc: seen.append((doc["n"], threading.current_thread())))
    for n in range(1000):
        wrapper("event", {"n": n})
    wrapper.shutdown()
    assert [n for n, _ in seen] == list(range(1000))
    assert {thread for _, thread in seen}.isdisjoint({threading.current_thread()})


def test_a_buffered_callback_that_hangs_does_not_hold_its_caller_and_what_is_lost_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    free, entered, seen = threading.Event(), threading.Event(), []

    def hang(name: str, doc: dict[str, Any]) -> None:
        entered.set()
        free.wait(30)
        seen.append(doc["n"])

    wrapper = BufferingWrapper(hang, queue_size=2)
    wrapper("event", {"n": 0})
    assert entered.wait(10)
    for n in range(1, 6):
        wrapper("event", {"n": n})
    assert wrapper.lost == 3
    assert len([record for record in caplog.records if "too slow" in record.getMessage()]) == 1
    wrapper.shutdown(wait=False)
    free.set()
    wrapper.shutdown()
    assert seen == [0, 1, 2]


def test_a_buffered_callback_that_fails_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fragile(name: str, doc: dict[str, Any]) -> None:
        if name == "descriptor":
            raise ValueError("disk full")
        seen.append(name)

    wrapper = BufferingWrapper(fragile)
    for name, doc in scan_documents([(0.0, 1.0, 1.0)]):
        wrapper(name, doc)
    wrapper.shutdown()
    assert seen == ["start", "event", "stop"]
    assert "failed on a descriptor document" in caplog.text


def test_after_its_end_a_buffer_takes_nothing() -> None:
    wrapper = BufferingWrapper(lambda name, doc: None)
    wrapper.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        wrapper("start", {})


def test_wrong_arguments_of_a_buffer_are_named() -> None:
    with pytest.raises(TypeError, match="callable"):
        BufferingWrapper(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 or more, not 0"):
        BufferingWrapper(print, 0)
