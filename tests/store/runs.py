"""Documents of whole runs, and waiting for a store, for the tests of store and export."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from bsh.store import RunStore

START_TIME = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC
WAIT_S = 20.0


def start_doc(**extra: Any) -> dict[str, Any]:
    return {"uid": str(uuid4()), "time": START_TIME, "scan_id": 1, "plan_name": "ascan", **extra}


def descriptor_doc(start: dict[str, Any], name: str = "primary") -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "run_start": start["uid"],
        "name": name,
        "time": START_TIME,
        "data_keys": {"det": {"dtype": "number", "shape": [], "source": "SIM"}},
        "configuration": {},
        "hints": {},
        "object_keys": {},
    }


def event_doc(descriptor: dict[str, Any], seq_num: int, value: Any = 1.5) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "descriptor": descriptor["uid"],
        "time": START_TIME + seq_num,
        "seq_num": seq_num,
        "data": {"det": value},
        "timestamps": {"det": START_TIME + seq_num},
        "filled": {},
    }


def stop_doc(start: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {
        "uid": str(uuid4()),
        "run_start": start["uid"],
        "time": START_TIME + 100,
        "exit_status": "success",
        "reason": "",
        "num_events": {},
        **extra,
    }


def run_documents(
    points: int = 3, *, values: Iterable[Any] | None = None, stop: bool = True, **start: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Return a scan's documents: start, one stream ``primary``, stop."""
    head = start_doc(**start)
    stream = descriptor_doc(head)
    given = [1.5] * points if values is None else list(values)
    events = [("event", event_doc(stream, number, value)) for number, value in enumerate(given, start=1)]
    tail = [("stop", stop_doc(head))] if stop else []
    return [("start", head), ("descriptor", stream), *events, *tail]


def save(store: RunStore, documents: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Hand documents to the store and wait until they are on disk."""
    for name, doc in documents:
        store(name, doc)
    assert wait_durable(store) is None


def wait_durable(store: RunStore) -> BaseException | None:
    """Wait until the store says yes or no, and return what it says."""
    answers: list[BaseException | None] = []
    answered = threading.Event()

    def answer(error: BaseException | None) -> None:
        answers.append(error)
        answered.set()

    store.when_durable(answer)
    assert answered.wait(WAIT_S), "the store does not answer"
    return answers[0]


def stored(store: RunStore, ref: int | str = -1) -> Iterator[tuple[str, dict[str, Any]]]:
    return store.run(ref).documents()
