from typing import Any

from bsh.callbacks import DocumentRouter


class Recorder(DocumentRouter):
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def start(self, doc: dict[str, Any]) -> None:
        self.seen.append(("start", doc["uid"]))

    def event(self, doc: dict[str, Any]) -> str:
        self.seen.append((doc["seq_num"], doc["data"], doc["filled"], doc["uid"]))
        return "kept"


def test_a_document_reaches_the_method_of_its_name_and_its_result_comes_back() -> None:
    recorder = Recorder()
    event = {"seq_num": 1, "data": {"det": 3}, "filled": {}, "uid": "e"}
    assert recorder("start", {"uid": "a"}) is None
    assert recorder("event", event) == "kept"
    assert recorder.seen == [("start", "a"), (1, {"det": 3}, {}, "e")]


def test_documents_without_a_method_and_private_names_are_ignored() -> None:
    recorder = Recorder()
    assert recorder("stream_resource", {}) is None
    assert recorder("__init__", {}) is None
    assert recorder.seen == []


def test_an_event_page_is_handed_on_event_by_event() -> None:
    recorder = Recorder()
    page = {
        "descriptor": "d",
        "uid": ["a", "b"],
        "seq_num": [1, 2],
        "time": [10.0, 11.0],
        "data": {"det": [5, 6], "img": ["x", "y"]},
        "timestamps": {"det": [10.0, 11.0], "img": [10.0, 11.0]},
        "filled": {"img": [False, True]},
    }
    recorder("event_page", page)
    assert recorder.seen == [
        (1, {"det": 5, "img": "x"}, {"img": False}, "a"),
        (2, {"det": 6, "img": "y"}, {"img": True}, "b"),
    ]
