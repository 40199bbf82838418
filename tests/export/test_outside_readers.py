"""Runs of every kind come back from files as they were, read by programs that others wrote."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import silx.io
from event_model import DocumentNames, schema_validators
from silx.io import nxdata
from silx.io.specfile import SpecFile
from spec2nexus.spec import SpecDataFile

from bsh.callbacks.router import events_of_page
from bsh.export import FORMATS, RunData, export_run
from bsh.export.tables import to_xarray
from bsh.store import RunStore
from tests.export.test_spec import ascan
from tests.store.runs import START_TIME, descriptor_doc, event_doc, save, stop_doc

Documents = list[tuple[str, dict[str, Any]]]


def key(dtype: str = "number", *shape: int, **more: Any) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "source": "", **more}


def with_columns(**columns: tuple[dict[str, Any], list[Any]]) -> Documents:
    """Return a scan of five points with more columns."""
    documents = ascan()
    points = [doc for name, doc in documents if name == "event" and "det" in doc["data"]]
    for name, (about, values) in columns.items():
        documents[3][1]["data_keys"] |= {name: about}
        for doc, value in zip(points, values):
            doc["data"][name] = value
            doc["timestamps"][name] = doc["time"]
    return documents


def ended(exit_status: str, reason: str) -> Documents:
    documents = ascan()
    return [*documents[:7], ("stop", documents[-1][1] | {"exit_status": exit_status, "reason": reason})]


def rewound() -> Documents:
    documents = ascan()
    stream = descriptor_doc(documents[0][1], "interruptions")
    stream["data_keys"] = {"interruption": key("string")}
    told = [
        (
            "event",
            event_doc(stream, number) | {"data": {"interruption": what}, "timestamps": {"interruption": 1.0}},
        )
        for number, what in enumerate(["pause", "resume"], 1)
    ]
    again = documents[6][1] | {"uid": "again", "data": documents[6][1]["data"] | {"det": 1000}}
    return [*documents[:7], ("descriptor", stream), *told, ("event", again), *documents[7:]]


def other_streams() -> Documents:
    documents = ascan()
    streams: Documents = []
    for name, count in (("ring_monitor", 3), ("fly", 12)):
        stream = descriptor_doc(documents[0][1], name)
        streams += [
            ("descriptor", stream),
            *[("event", event_doc(stream, number, number / 3)) for number in range(1, count)],
        ]
    return [*documents[:5], *streams, *documents[5:]]


def without_primary() -> Documents:
    head = ascan()[0][1]
    stream = descriptor_doc(head, "fly")
    stream["data_keys"] = {"x": key(), "det": key("integer")}
    page = {
        "descriptor": stream["uid"],
        "uid": [f"{head['uid']}{number}" for number in range(4)],
        "seq_num": [1, 2, 3, 4],
        "time": [START_TIME + number for number in range(4)],
        "data": {"x": [0.1, 0.2, 0.3, 0.4], "det": [1, 2, 3, 4]},
        "timestamps": {"x": [1.0] * 4, "det": [1.0] * 4},
        "filled": {},
    }
    return [("start", head), ("descriptor", stream), ("event_page", page), ("stop", stop_doc(head))]


def without_points() -> Documents:
    documents = ascan()
    return [*documents[:4], documents[-1]]


def without_streams() -> Documents:
    documents = ascan()
    return [documents[0], documents[-1]]


RUNS: dict[str, Callable[[], Documents]] = {
    "ended": ascan,
    "aborted": lambda: ended("abort", "the beam\nwas  lost"),
    "failed": lambda: ended("fail", "th: move to 12.0 failed: following error"),
    "interrupted": lambda: ascan()[:8],
    "paused and rewound": rewound,
    "monitor and fly streams": other_streams,
    "no stream primary": without_primary,
    "no points": without_points,
    "no streams": without_streams,
    "images in the documents": lambda: with_columns(
        image=(key("array", 3, 4), [[[float(row * point) for row in range(4)]] * 3 for point in range(5)]),
        mca=(key("array", 20), [[point * channel for channel in range(20)] for point in range(5)]),
    ),
    "ragged arrays": lambda: with_columns(
        rois=(key("array", 0), [[1.0], [1.0, 2.0], [], [3.0], [4.0, 5.0, 6.0]])
    ),
    "holes in arrays": lambda: with_columns(
        holes=(key("array", 3), [[1.0, math.nan, 2.0], [math.inf, 1e-300, 1e300], *[[0.5, 0.25, 1e16]] * 3])
    ),
    "texts": lambda: with_columns(
        mode=(key("string"), ['a "b", c\nd', "", "µm  °C", "#S 1  no scan", "nul\0 in it"]),
        flag=(key("boolean"), [True, False, True, True, False]),
    ),
    "odd numbers": lambda: with_columns(
        odd=(key(), [math.nan, math.inf, -math.inf, 1e-300, 0.1 + 0.2]),
        huge=(key("integer"), [2**53 + 1, -(2**62), 0, 1, 2]),
        gone=(key(), [1.5, None, 2.5, None, math.nan]),
    ),
    "names that fall together": lambda: with_columns(
        **{"a b": (key(), [1.0] * 5), "a_b": (key(), [2.0] * 5), "title": (key(), [3.0] * 5)}
    ),
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Give all runs in all formats: for each its documents as stored, and the folder with its files."""
    folder = tmp_path_factory.mktemp("runs")
    found: dict[str, Any] = {}
    with RunStore(folder / "runs.db") as store:
        for index, (name, make) in enumerate(RUNS.items()):
            documents = make()
            save(store, documents)
            run = store.run(documents[0][1]["uid"])
            for format in FORMATS:
                (folder / str(index)).mkdir(exist_ok=True)
                export_run(run, format, folder / str(index) / f"run.{format}")
            found[name] = RunData(run.documents()), folder / str(index)
        yield found


@pytest.fixture(params=list(RUNS))
def run(request: pytest.FixtureRequest, stored: dict[str, Any]) -> tuple[RunData, Path]:
    found: tuple[RunData, Path] = stored[request.param]
    return found


def same(theirs: Any, ours: list[Any]) -> bool:
    """Whether a column of numbers is the same, NaN where nothing was taken."""
    numbers = np.array([math.nan if value is None else value for value in ours], dtype=float)
    return np.array_equal(np.asarray(theirs, dtype=float), numbers, equal_nan=True)


def numeric(data: RunData) -> list[str]:
    columns = data.main.columns
    return [name for name, values in columns.items() if values and all(_is_number(value) for value in values)]


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def test_nxvalidate_finds_no_error_in_any(stored: dict[str, Any]) -> None:
    code = (
        "import sys\nfrom nexusformat.scripts.nxcheck import main\n"
        "for file in sys.argv[1:]:\n    sys.argv = ['nxcheck', file]\n    main()\n"
    )
    files = [str(folder / "run.nexus") for _, folder in stored.values()]
    answer = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    told = re.findall(r"Total number of errors: (\d+)", answer.stdout)
    assert dict(zip(stored, told, strict=True)) == dict.fromkeys(stored, "0"), answer.stdout


def test_h5py_finds_every_column_of_every_stream(run: tuple[RunData, Path]) -> None:
    data, folder = run
    with h5py.File(folder / "run.nexus") as file:
        streams = file["entry/instrument/bsh/streams"]
        assert list(streams) == sorted(data.streams)
        for name, stream in data.streams.items():
            assert streams[name]["seq_num"][()].tolist() == stream.seq_nums
            assert len(streams[name]) == len(stream.columns) + 2
            for key_, values in stream.columns.items():
                if values and all(isinstance(value, str) for value in values):
                    expected = [value.replace("\0", "\\0") for value in values]
                    assert list(streams[name][key_].asstr()[()]) == expected
                elif values and all(_is_number(value) for value in values) and " " not in key_:
                    stored_as = (
                        streams[name].get(f"{key_}_") if key_ in ("title", "a_b") else streams[name][key_]
                    )
                    assert same(stored_as, values), key_
                    if all(isinstance(value, int) for value in values):
                        assert stored_as[()].tolist() == values
                elif key_ in ("image", "mca"):
                    assert streams[name][key_][()].tolist() == values


def test_silx_plots_what_can_be_plotted(run: tuple[RunData, Path]) -> None:
    data, folder = run
    with silx.io.open(str(folder / "run.nexus")) as file:
        plot = nxdata.get_default(file)
        if not data.main.seq_nums:
            assert plot is None or not plot.signal.size
            return
        assert plot.is_valid
        assert same(plot.signal[()], data.main.columns[plot.signal_name])


def test_silx_and_spec2nexus_read_the_numbers_from_spec(run: tuple[RunData, Path]) -> None:
    data, folder = run
    path = folder / "run.spec"
    (ours,) = SpecFile(str(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (theirs,) = SpecDataFile(str(path)).scans.values()
        theirs.interpret()
    names = [name for name in numeric(data) if name not in ("odd", "gone", "huge")]
    for name in names:
        label = " ".join(name.split())
        assert same(ours.data_column_by_name(label), data.main.columns[name]), name
        assert same(theirs.data[label], data.main.columns[name]), name
    assert len(ours.data) == 0 or ours.data.shape[1] == len(data.main.seq_nums)
    arrays = [name for name in ("image", "mca", "rois", "holes") if name in data.main.columns]
    for index, name in enumerate(arrays):
        written = [
            [0.0 if math.isnan(value) else value for value in np.ravel(point).tolist()]
            for point in data.main.columns[name]
        ]
        assert theirs.data["_mca_"]["mca"][index :: len(arrays)] == written
    if data.stop_doc is not None:
        end = {"abort": "aborted", "fail": "failed", "success": "ended"}[data.stop_doc["exit_status"]]
        assert any(f"Scan {end} after" in comment for comment in theirs.comments), theirs.comments


def test_spec_has_the_odd_numbers_to_the_last_digit(stored: dict[str, Any]) -> None:
    data, folder = stored["odd numbers"]
    lines = (folder / "run.spec").read_text().splitlines()
    labels = next(line for line in lines if line.startswith("#L "))[3:].split("  ")
    rows = [line.split() for line in lines if line and line[0] not in "#@"]
    for name in ("odd", "huge", "gone"):
        column = [row[labels.index(name)] for row in rows]
        assert same([float(word) for word in column], data.main.columns[name])
    assert [int(row[labels.index("huge")]) for row in rows] == data.main.columns["huge"]


def test_pandas_reads_csv_and_parquet(run: tuple[RunData, Path]) -> None:
    data, folder = run
    stream = data.main
    for frame in (pd.read_csv(folder / "run.csv"), pd.read_parquet(folder / "run.parquet")):
        assert frame["seq_num"].tolist() == stream.seq_nums
        assert frame["time"].tolist() == stream.times
        assert list(frame.columns) == ["seq_num", "time", *stream.ordered]
        for name in numeric(data):
            assert same(frame[name], stream.columns[name]), name
        if "huge" in frame:
            assert frame["huge"].tolist() == stream.columns["huge"]
        if "mode" in frame:
            assert frame["mode"].fillna("").tolist() == stream.columns["mode"]
        for name in {"image", "mca", "rois"} & set(frame.columns):
            read = [json.loads(cell) if isinstance(cell, str) else list(cell) for cell in frame[name]]
            assert read == stream.columns[name]


def test_json_lines_are_the_documents_and_pass_the_schemas(run: tuple[RunData, Path]) -> None:
    data, folder = run
    documents = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    for name, doc in documents:
        schema_validators[DocumentNames[name]].validate(doc)
    assert RunData(documents).main.seq_nums == data.main.seq_nums
    assert list(RunData(documents).streams) == list(data.streams)


def test_xarray_has_all_columns_along_time(run: tuple[RunData, Path]) -> None:
    data, _ = run
    for stream in data.streams.values():
        table = to_xarray(data, stream)
        assert table.sizes["time"] == len(stream.seq_nums)
        assert set(stream.columns) <= set(table.variables)
        for name in set(numeric(data)) & set(stream.columns):
            if stream is data.main:
                assert same(table[name], stream.columns[name])


def test_pages_and_points_are_the_same(stored: dict[str, Any]) -> None:
    data, _ = stored["no stream primary"]
    page = next(doc for name, doc in without_primary() if name == "event_page")
    assert data.main.columns["x"] == [event["data"]["x"] for event in events_of_page(page)]
