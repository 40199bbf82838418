"""Every callback takes every kind of document: any dtype and shape, any name, from the engine or a file."""

import itertools
import math
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import event_model
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bsh.callbacks import (
    BestEffortCallback,
    CallbackCounter,
    LiveDispatcher,
    LiveFit,
    LiveFitPlot,
    LiveGrid,
    LivePlot,
    LiveScatter,
    LiveTable,
    PeakStats,
    RunFigures,
    TableModel,
)
from bsh.store import RunStore
from tests.callbacks.documents import START_TIME, scan_documents, stop_doc

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
FLOATS = st.floats(width=64) | st.floats(-1e3, 1e3)


def key(dtype: str, shape: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "source": "TEST", **more}


COLUMNS: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "number": (key("number", units="mm", precision=3), FLOATS),
    "numpy number": (key("number"), FLOATS.map(np.float64)),
    "zero-dimensional": (key("number"), FLOATS.map(np.array)),
    "integer": (key("integer"), st.integers()),
    "string": (key("string"), st.text(max_size=20)),
    "boolean": (key("boolean"), st.booleans()),
    "enum": (key("integer", choices=["out", "in"]), st.integers(-1, 3)),
    "list": (key("array", (3,)), st.lists(FLOATS, max_size=4)),
    "array": (key("array", (2, 3)), st.just(np.arange(6.0).reshape(2, 3))),
    "nothing": (key("number"), st.none()),
    "not a number": (key("number"), st.just(math.nan)),
    "datetime": (key("string"), st.just(datetime(2024, 5, 1, 12, tzinfo=UTC))),
    "external": (key("array", (5,), external="FILE:"), st.just("datum/1")),
    "wrong": (key("number"), st.text(max_size=5) | st.binary(max_size=5) | st.just({"a": 1})),
    "no dtype": ({"source": ""}, FLOATS),
}
NUMERIC = ("number", "numpy number", "zero-dimensional", "integer")


@st.composite
def runs(draw: st.DrawFn, uid: str = "run-a") -> list[tuple[str, dict[str, Any]]]:
    """The documents of a run with some columns of any kind, hinted or not, over any number of axes."""
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5))
    names = draw(st.lists(NAMES, min_size=len(kinds), max_size=len(kinds), unique=True))
    axes = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    shape = tuple(draw(st.integers(1, 3)) for _ in axes)
    hints = draw(
        st.sampled_from([None, {}, {"dimensions": [[[axis], "primary"] for axis in axes], "gridding": "rectilinear"},
                         {"dimensions": [[[axis], "primary"] for axis in axes]}, {"dimensions": "nonsense"}])
    )  # fmt: skip
    start: dict[str, Any] = {"uid": uid, "time": START_TIME, "hints": hints}
    if draw(st.booleans()):
        start |= {"scan_id": 7, "motors": axes, "shape": shape, "num_points": math.prod(shape)}
        start |= {"extents": [[0, 1] for _ in axes], "snaking": [False for _ in axes]}
    is_hinted = draw(st.booleans())
    descriptor = {
        "uid": f"{uid}-d",
        "run_start": uid,
        "time": START_TIME,
        "name": "primary",
        "data_keys": {name: COLUMNS[kind][0] for name, kind in zip(names, kinds)},
        "object_keys": {name: [name] for name in names} if draw(st.booleans()) else {},
        "hints": {name: {"fields": [name]} for name in names} if is_hinted else {},
        "configuration": {},
    }
    documents = [("start", start), ("descriptor", descriptor)]
    for n in range(1, draw(st.integers(0, 5)) + 1):
        data = {name: draw(COLUMNS[kind][1]) for name, kind in zip(names, kinds)}
        event = {
            "uid": f"{uid}-{n}",
            "descriptor": f"{uid}-d",
            "seq_num": n,
            "time": START_TIME + n,
            "data": data,
            "timestamps": dict.fromkeys(data, START_TIME + n),
            "filled": {name: False for name, kind in zip(names, kinds) if kind == "external"},
        }
        documents.append(("event", event))
    return [*documents, ("stop", stop_doc(START_TIME + 9, run=uid))]


def callbacks_for(names: list[str]) -> list[Callable[[str, dict[str, Any]], Any]]:
    """One of each kind; the first and the last key play axis and counter."""
    x, y = names[0], names[-1]
    lines: list[str] = []
    return [
        TableModel(),
        RunFigures(),
        LiveTable(names, out=lines.append),
        LivePlot(y, x),
        LivePlot(y, "time"),
        LiveScatter(x, y, y),
        LiveGrid((2, 3), y),
        LiveFitPlot(LiveFit("gaussian", y, {"x": x}, update_every=None)),
        PeakStats(x, y),
        BestEffortCallback(),
        LiveDispatcher(),
        CallbackCounter(),
    ]


def data_names(documents: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return next(list(doc["data_keys"]) for name, doc in documents if name == "descriptor")


@pytest.fixture(autouse=True)
def _errors_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", "1")


ANY = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ANY
@given(documents=runs())
def test_no_callback_fails_on_any_run(
    documents: list[tuple[str, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    for callback in callbacks_for(data_names(documents)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # those that say what is left out
            for name, doc in documents:
                callback(name, doc)
                for method in ("figure", "figures"):
                    if hasattr(callback, method):
                        getattr(callback, method)()
    capsys.readouterr()


@ANY
@given(documents=runs())
def test_every_event_is_a_row_and_no_document_is_changed(
    documents: list[tuple[str, dict[str, Any]]],
) -> None:
    before = repr(documents)
    model, figures = TableModel(), RunFigures()
    rows = [row for name, doc in documents if (row := model(name, doc)) is not None]
    for name, doc in documents:
        figures(name, doc)
    figures.figures()
    assert len(rows) == sum(name == "event" for name, _ in documents)
    assert all(len(row.cells()) == len(row.table.columns) >= 1 for row in rows)
    assert repr(documents) == before


@ANY
@given(one=runs("run-a"), other=runs("run-b"), seed=st.randoms(use_true_random=False))
def test_interleaved_runs_do_not_disturb_each_other(one: Any, other: Any, seed: Any) -> None:
    """A model for each run sees in a mixture what it sees of its run alone."""
    merged, queues = [], [list(one), list(other)]
    while any(queues):
        queue = seed.choice([queue for queue in queues if queue])
        merged.append(queue.pop(0))

    def drawn(documents: Any, uid: str) -> str:
        model = RunFigures()
        for name, doc in documents:
            if name != "start" or doc["uid"] == uid:
                model(name, doc)
        return repr(model.figures())

    for uid, alone in (("run-a", one), ("run-b", other)):
        assert drawn(merged, uid) == drawn(alone, uid)
    together = rows_of(merged)
    for uid, alone in (("run-a", one), ("run-b", other)):
        ours = [row.cells() for row in together if row.table.start["uid"] == uid]
        assert ours == [row.cells() for row in rows_of(alone)]


def rows_of(documents: Any) -> list[Any]:
    model = TableModel()
    return [row for name, doc in documents if (row := model(name, doc)) is not None]


def results_of(documents: Any, names: list[str]) -> list[str]:
    """What all callbacks show of a run, as text."""
    from contextlib import redirect_stdout
    from io import StringIO

    shown = []
    for callback in callbacks_for(names):
        out = StringIO()
        with warnings.catch_warnings(), redirect_stdout(out):
            warnings.simplefilter("ignore", UserWarning)
            rows = [callback(name, doc) for name, doc in documents]
            cells = [row.cells() for row in rows if hasattr(row, "cells")]
            methods = [method for method in ("figures", "figure") if hasattr(callback, method)]
            with np.printoptions(precision=9):
                figures = [repr(getattr(callback, method)()) for method in methods]
        stats = repr(callback) if isinstance(callback, PeakStats) else ""
        shown.append(f"{type(callback).__name__} {cells} {figures} {out.getvalue()} {stats}")
    return shown


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Callable[[Any], list[Any]]]:
    numbers = itertools.count()
    stores = []

    def keep(documents: Any) -> list[Any]:
        store = RunStore(tmp_path / f"runs-{next(numbers)}.db")
        stores.append(store)
        for name, doc in documents:
            store(name, doc)
        store.close(30)
        reading = RunStore(
            store.path if hasattr(store, "path") else tmp_path / f"runs-{next(numbers) - 1}.db"
        )
        stores.append(reading)
        return list(reading.run(documents[0][1]["uid"]).documents())

    yield keep
    for store in stores:
        store.close(30)


def scan_with_everything() -> list[tuple[str, dict[str, Any]]]:
    x = np.linspace(-1, 1, 21)
    documents = scan_documents([(float(a), float(99 * np.exp(-(a**2) / 0.05)), 1.0) for a in x])
    keys = {**documents[1][1]["data_keys"], "image": key("array", (2, 2)), "state": key("string")}
    documents[1] = ("descriptor", {**documents[1][1], "data_keys": keys})
    for name, doc in documents:
        if name == "event":
            doc["data"] |= {"image": np.zeros((2, 2)), "state": "open", "mon": np.float64(doc["seq_num"])}
    return documents


def test_a_stored_run_shows_what_it_showed_when_it_was_taken(stored: Callable[[Any], list[Any]]) -> None:
    live = scan_with_everything()
    names = ["th", "image", "state", "mon", "det"]
    assert results_of(stored(live), names) == results_of(live, names)


def test_a_stored_run_that_was_rewound_shows_each_point_once(stored: Callable[[Any], list[Any]]) -> None:
    live = scan_documents([(float(i), float(9 - abs(i - 5)), 1.0) for i in range(11)])
    live.insert(7, ("event", {**live[6][1], "uid": "again"}))
    [figure] = figures_of(stored(live))
    assert list(figure.curves[0].x) == [float(i) for i in range(11)]


def figures_of(documents: Any) -> list[Any]:
    model = RunFigures()
    for name, doc in documents:
        model(name, doc)
    return model.figures()


def test_pages_show_what_single_events_show() -> None:
    live = scan_documents([(float(i), float(9 - abs(i - 5)), 1.0) for i in range(11)])
    events = [doc for name, doc in live if name == "event"]
    paged = [*live[:2], ("event_page", event_model.pack_event_page(*events)), live[-1]]
    names = ["th", "det"]
    table_and_dispatcher = ("TableModel", "CallbackCounter")  # they return or count single events
    for one, other in zip(results_of(live, names), results_of(paged, names)):
        if not one.startswith(table_and_dispatcher):
            assert one == other


def test_documents_of_event_models_own_composer_are_taken() -> None:
    run = event_model.compose_run(metadata={"motors": ["th"], "hints": {"dimensions": [[["th"], "primary"]]}})
    keys = {"th": key("number"), "det": key("number")}
    stream = run.compose_descriptor(name="primary", data_keys=keys, object_keys={"th": ["th"], "det": ["det"]},
                                    hints={"th": {"fields": ["th"]}, "det": {"fields": ["det"]}},
                                    configuration={})  # fmt: skip
    documents: list[Any] = [("start", run.start_doc), ("descriptor", stream.descriptor_doc)]
    for i in range(9):
        data = {"th": float(i), "det": float(99 * math.exp(-((i - 4) ** 2)))}
        documents.append(
            ("event", stream.compose_event(data=data, timestamps=dict.fromkeys(data, START_TIME)))
        )
    documents.append(("stop", run.compose_stop()))
    stats = PeakStats("th", "det")
    for name, doc in documents:
        stats(name, doc)
    assert stats.cen == pytest.approx(4.0)
    [figure] = figures_of(documents)
    assert [marker.x for marker in figure.markers if marker.name == "cen"] == pytest.approx([4.0])


def test_documents_of_the_engine_are_taken_by_all() -> None:
    from bsh.devices.sim import SimDetector, SimMotor
    from bsh.engine import RunEngine
    from bsh.plans import grid_scan, scan

    engine = RunEngine()
    th, tth = SimMotor("th", velocity=1e6), SimMotor("tth", velocity=1e6)
    det = SimDetector("det")
    for plan, count in ((scan([det], th, -1, 1, 11), 11), (grid_scan([det], th, 0, 1, 2, tth, 0, 1, 3), 6)):
        documents: list[Any] = []
        engine(plan, lambda name, doc, kept=documents: kept.append((name, doc)))
        shown = results_of(documents, ["th", "det"])
        assert len(shown) == 12
        figures = figures_of(documents)
        assert figures
        assert sum(name == "event" for name, _ in documents) == count
