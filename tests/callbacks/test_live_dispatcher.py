from typing import Any

import event_model
import numpy as np

from bsh.callbacks import LiveDispatcher
from tests.callbacks.documents import scan_documents

ROWS = [(0.0, 1.0, 5.0), (0.5, 4.0, 6.0), (1.0, 9.0, 7.0)]


class Averages(LiveDispatcher):
    """Emit the mean of all points of a run at its end."""

    def start(self, doc: dict[str, Any]) -> None:
        self.values: list[float] = []
        super().start(doc, _md={"purpose": "average"})

    def event(self, doc: dict[str, Any]) -> None:
        self.values.append(doc["data"]["det"])
        self.last = doc

    def stop(self, doc: dict[str, Any]) -> None:
        data = {
            "det": float(np.mean(self.values)),
            "spread": np.std(self.values),
            "all": np.array(self.values),
        }
        self.process_event({**self.last, "data": data}, stream_name="mean", config={"kind": "mean"})
        super().stop(doc, _md={"points": len(self.values)})


def run(dispatcher: LiveDispatcher) -> list[tuple[str, dict[str, Any]]]:
    seen: list[Any] = []
    token = dispatcher.subscribe(lambda name, doc: seen.append((name, doc)))
    for name, doc in scan_documents(ROWS):
        dispatcher(name, doc)
    dispatcher.unsubscribe(token)
    return seen


def test_documents_pass_with_uids_of_their_own() -> None:
    originals = scan_documents(ROWS)
    documents = run(LiveDispatcher())
    assert [name for name, _ in documents] == [name for name, _ in originals]
    start, descriptor, first = (documents[i][1] for i in range(3))
    assert start["original_run_uid"] == "run-a"
    assert start["scan_id"] == 142
    assert start["uid"] != "run-a"
    assert descriptor["run_start"] == documents[-1][1]["run_start"] == start["uid"]
    assert descriptor["data_keys"]["th"]["units"] == "deg"
    assert descriptor["hints"] == {name: {"fields": [name]} for name in ("th", "det", "mon")}
    assert first["descriptor"] == descriptor["uid"] != "desc-a"
    assert [doc["seq_num"] for name, doc in documents if name == "event"] == [1, 2, 3]
    assert first["data"] == originals[2][1]["data"]
    assert documents[-1][1]["num_events"] == {"primary": 3}


def test_what_is_emitted_is_valid() -> None:
    for dispatcher in (LiveDispatcher(), Averages()):
        for name, doc in run(dispatcher):
            event_model.schema_validators[event_model.DocumentNames[name]].validate(doc)


def test_processed_data_have_a_stream_with_a_descriptor_of_their_own() -> None:
    documents = run(Averages())
    assert [name for name, _ in documents] == ["start", "descriptor", "event", "stop"]
    start, descriptor, event, stop = (doc for _, doc in documents)
    assert (start["purpose"], stop["points"]) == ("average", 3)
    assert descriptor["name"] == "mean"
    assert descriptor["configuration"]["stream"]["data"] == {"kind": "mean"}
    assert descriptor["data_keys"]["spread"]["dtype"] == "number"
    assert descriptor["data_keys"]["all"] == {"dtype": "array", "shape": [3], "source": "Stream"}
    assert event["data"]["det"] == np.mean([1.0, 4.0, 9.0])
    assert stop["num_events"] == {"mean": 1}


def test_kinds_of_events_are_told_apart_by_their_keys_or_by_what_is_given() -> None:
    class Halves(LiveDispatcher):
        def event(self, doc: dict[str, Any]) -> None:
            self.process_event({**doc, "data": {"a": 1}}, id_args="first")
            self.process_event({**doc, "data": {"a": 1}}, id_args="second")
            self.process_event({**doc, "data": {"a": 1, "b": "text", "c": True}})

    names = [name for name, _ in run(Halves())]
    assert names.count("descriptor") == 3
    assert names.count("event") == 9


def test_subscribers_choose_documents_and_may_leave() -> None:
    dispatcher = LiveDispatcher()
    events: list[str] = []
    token = dispatcher.subscribe(lambda name, doc: events.append(name), "event")
    run(dispatcher)
    assert events == ["event"] * 3
    dispatcher.unsubscribe(token)
    run(dispatcher)
    assert len(events) == 3
