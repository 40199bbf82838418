"""Callbacks that only show something never touch the thread that hands documents over."""

from __future__ import annotations

import gc
import logging
import threading
from time import perf_counter
from typing import Any

import pytest

from bsh.callbacks import display_callback
from bsh.callbacks.isolated import MOST_WAITING, DisplayCallback
from tests.callbacks.documents import scan_documents, start_doc
from tests.callbacks.test_progress import Clock

ROWS = [(float(i), 100.0 + i, 1.0) for i in range(8)]


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_documents_come_in_order_on_another_thread() -> None:
    seen: list[tuple[str, Any]] = []
    threads: set[threading.Thread] = set()

    @display_callback
    def show(name: str, doc: Any) -> None:
        """Show it."""
        threads.add(threading.current_thread())
        seen.append((name, doc))

    assert (show.__name__, show.__doc__) == ("show", "Show it.")  # type: ignore[attr-defined]  # as a wrapped one
    for name, doc in scan_documents(ROWS):
        show(name, doc)
    assert show.wait(timeout_s=20)
    assert seen == scan_documents(ROWS)
    assert threading.current_thread() not in threads
    assert len(threads) == 1


def test_one_that_raises_costs_one_warning_and_is_off_until_the_next_run(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []
    failed = threading.Event()

    @display_callback
    def fragile(name: str, doc: Any) -> None:
        seen.append(name)
        if name == "descriptor":
            failed.set()
            raise RuntimeError("no such colour")

    documents = scan_documents(ROWS)
    for name, doc in documents[:2]:
        fragile(name, doc)
    assert failed.wait(20)
    while not warnings_of(caplog):
        threading.Event().wait(0.001)
    for name, doc in documents[2:]:
        fragile(name, doc)
    fragile("start", start_doc())
    assert fragile.wait(timeout_s=20)
    assert seen == ["start", "descriptor", "start"]
    [warning] = warnings_of(caplog)
    assert warning.endswith("fragile failed and is off for the rest of this run")


def test_one_that_hangs_costs_one_warning_and_the_next_run_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock(0.0)
    hanging, go_on, shown = threading.Event(), threading.Event(), threading.Event()

    def show(name: str, doc: Any) -> None:
        if name == "descriptor" and not hanging.is_set():
            hanging.set()
            go_on.wait(20)
        elif name == "stop":
            shown.set()

    callback = DisplayCallback(show, patience_s=5.0, monotonic=clock)
    documents = scan_documents(ROWS)
    for name, doc in documents[:2]:
        callback(name, doc)
    assert hanging.wait(20)
    callback(*documents[2])
    assert warnings_of(caplog) == []
    clock.now += 5.1
    for name, doc in documents[3:]:
        callback(name, doc)
    [warning] = warnings_of(caplog)
    assert "show has not returned for 5 s and is off" in warning
    assert not shown.is_set()
    for name, doc in documents:  # while the first thread still hangs
        callback(name, doc)
    assert shown.wait(20)
    go_on.set()
    assert len(warnings_of(caplog)) == 1


def test_one_that_is_far_behind_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def slow(name: str, doc: Any) -> None:
        busy.set()
        go_on.wait(20)

    callback = DisplayCallback(slow)
    callback("start", start_doc())
    assert busy.wait(20)
    event = {"uid": "e"}
    for _ in range(MOST_WAITING + 2):
        callback("event", event)
    go_on.set()
    assert f"is {MOST_WAITING} documents behind" in warnings_of(caplog)[0]


def test_a_document_costs_the_giver_little() -> None:
    callback = DisplayCallback(lambda name, doc: None)
    callback("start", start_doc())
    event = {"uid": "e"}
    best = min(_cost(callback, event) for _ in range(7))
    assert best < 3e-6  # about 0.4 µs on a quiet machine
    assert callback.wait(timeout_s=20)


def _cost(callback: DisplayCallback, event: Any) -> float:
    began = perf_counter()
    for _ in range(500):
        callback("event", event)
    return (perf_counter() - began) / 500


def test_the_thread_ends_with_the_callback() -> None:
    callback = DisplayCallback(lambda name, doc: None)
    callback("start", start_doc())
    assert callback.wait(timeout_s=20)
    [thread] = [each for each in threading.enumerate() if each.name == "bsh-display-callback"][-1:]
    del callback
    gc.collect()
    thread.join(20)
    assert not thread.is_alive()
