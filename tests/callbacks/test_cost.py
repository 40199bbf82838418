"""What a callback costs does not grow with the points that it has seen."""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from bsh.callbacks import (
    LiveGrid,
    LivePlot,
    LiveScatter,
    LiveTable,
    PeakStats,
    RunFigures,
    TableModel,
)
from tests.callbacks.documents import event_doc, scan_documents

MAKERS: dict[str, Callable[[], Any]] = {
    "TableModel": TableModel,
    "LiveTable": lambda: LiveTable(["th", "det"], out=lambda line: None),
    "RunFigures": RunFigures,
    "LivePlot": lambda: LivePlot("det", "th"),
    "LiveScatter": lambda: LiveScatter("th", "mon", "det"),
    "LiveGrid": lambda: LiveGrid((200, 200), "det"),
    "PeakStats": lambda: PeakStats("th", "det"),
}


def calls_of(function: Callable[[], Any]) -> int:
    """Count the calls of functions, of Python and of C, that one call takes."""
    calls = [0]

    def count(frame: Any, kind: str, argument: Any) -> None:
        calls[0] += kind in ("call", "c_call")

    gc.disable()  # what it collects of other tests is none of our calls
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls[0]


def point(n: int) -> dict[str, Any]:
    return event_doc(n, {"th": 0.5, "det": 2.5, "mon": 1.0})


@pytest.mark.parametrize("name", MAKERS)
def test_the_ten_thousandth_event_takes_what_the_tenth_took(name: str) -> None:
    callback = MAKERS[name]()
    for document in scan_documents([(0.0, 1.0, 1.0)] * 10)[:-1]:
        callback(*document)
    costs = []
    for n in range(11, 10_016):
        event = point(n)
        if n in (12, 10_012):
            costs.append(calls_of(lambda doc=event: callback("event", doc)))
        else:
            callback("event", event)
    assert costs[0] == costs[1]
    assert costs[0] < 90


@pytest.mark.parametrize("name", ["TableModel", "LiveTable", "RunFigures"])
def test_memory_is_bounded_however_long_a_run_is(name: str) -> None:
    callback = MAKERS[name]()
    for document in scan_documents([(0.0, 1.0, 1.0)] * 2)[:-1]:
        callback(*document)
    if name == "RunFigures":
        from bsh.callbacks.points import PointColumns

        callback._stream._points = PointColumns(["th", "det", "mon"], most=1000)
    for n in range(3, 3000):
        callback("event", point(n))
    gc.collect()
    tracemalloc.start()
    for n in range(3000, 9000):
        callback("event", point(n))
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 60_000
