"""CSV, Parquet, pandas and xarray have the points of a run, each once, with their types."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr
from pyarrow import parquet

from bsh.errors import CommandError, UsageError
from bsh.export import export_run
from bsh.export.run_data import RunData
from bsh.export.tables import to_pandas, to_xarray
from bsh.store import RunStore
from tests.export.test_spec import ascan
from tests.store.runs import descriptor_doc, run_documents, save, start_doc, stop_doc


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


def exported(store: RunStore, documents: list[tuple[str, dict[str, Any]]], format: str) -> Path:
    save(store, documents)
    path = store.path.with_suffix(f".{format}")
    export_run(store.run(-1), format, path)
    return path


def many_kinds() -> list[tuple[str, dict[str, Any]]]:
    documents = ascan(points=3)
    keys = documents[3][1]["data_keys"]
    documents[3][1]["data_keys"] = keys | {
        "mode": {"dtype": "string", "shape": [], "source": ""},
        "mca": {"dtype": "array", "shape": [2], "source": ""},
        "gone": {"dtype": "number", "shape": [], "source": "", "units": "mm"},
    }
    for index, (name, doc) in enumerate(documents):
        if name == "event" and "det" in doc["data"]:
            doc["data"] |= {
                "mode": 'a "b", c\nd',
                "mca": [index, 0.5],
                "gone": None if index == 5 else index / 7,
            }
    return documents


def test_csv_opens_in_pandas_with_the_same_numbers(store: RunStore) -> None:
    documents = many_kinds()
    path = exported(store, documents, "csv")
    frame = pd.read_csv(path)
    assert list(frame.columns)[:5] == ["seq_num", "time", "th", "det", "mon"]
    events = [doc for name, doc in documents if name == "event" and "det" in doc["data"]]
    assert frame["th"].tolist() == [doc["data"]["th"] for doc in events]
    assert frame["time"].tolist() == [doc["time"] for doc in events]
    assert frame["mode"].tolist() == ['a "b", c\nd'] * 3
    assert [json.loads(text) for text in frame["mca"]] == [doc["data"]["mca"] for doc in events]
    assert frame["gone"].isna().tolist() == [False, True, False]
    assert len(list(csv.reader(path.read_text().splitlines(keepends=True)))) == 4


def test_parquet_opens_in_pandas_with_types_units_and_documents(store: RunStore) -> None:
    documents = many_kinds()
    path = exported(store, documents, "parquet")
    frame = pd.read_parquet(path)
    events = [doc for name, doc in documents if name == "event" and "det" in doc["data"]]
    assert frame["det"].dtype == "int64"
    assert frame["th"].tolist() == [doc["data"]["th"] for doc in events]
    assert [list(value) for value in frame["mca"]] == [doc["data"]["mca"] for doc in events]
    assert frame["gone"].isna().tolist() == [False, True, False]
    schema = parquet.read_schema(path)
    assert schema.field("gone").metadata == {b"units": b"mm"}
    assert json.loads(schema.metadata[b"bsh.start"]) == documents[0][1]


def test_a_point_that_was_taken_again_is_there_once_as_taken_last(store: RunStore) -> None:
    documents = ascan()
    again = documents[6][1] | {"uid": "again", "data": documents[6][1]["data"] | {"det": 1000}}
    documents.insert(8, ("event", again))
    frame = pd.read_csv(exported(store, documents, "csv"))
    assert frame["seq_num"].tolist() == [1, 2, 3, 4, 5]
    assert frame["det"].tolist() == [1, 4, 1000, 16, 25]
    text = exported(store, documents, "spec").read_text()
    assert " 1000\n" in text
    assert "again" not in text


def test_pages_are_points(store: RunStore) -> None:
    head = start_doc()
    stream = descriptor_doc(head)
    page = {
        "descriptor": stream["uid"],
        "uid": ["a", "b"],
        "seq_num": [1, 2],
        "time": [1.0, 2.0],
        "data": {"det": [5, 6]},
        "timestamps": {"det": [1.0, 2.0]},
        "filled": {},
    }
    documents = [("start", head), ("descriptor", stream), ("event_page", page), ("stop", stop_doc(head))]
    assert RunData(documents).main.columns == {"det": [5, 6]}


def test_xarray_has_coordinates_units_and_the_axes_of_arrays() -> None:
    data = RunData(many_kinds())
    dataset = to_xarray(data, data.main)
    assert isinstance(dataset, xr.Dataset)
    assert set(dataset.coords) == {"time", "seq_num", "th"}
    assert dataset["mca"].dims == ("time", "mca_dim_0")
    assert dataset["gone"].attrs == {"units": "mm"}
    assert dataset["det"].values.tolist() == [1, 4, 9]
    assert json.loads(dataset.attrs["start"])["command"] == "ascan th 0 1 2 0.1"


def test_pandas_is_indexed_by_the_number_of_the_point() -> None:
    data = RunData(many_kinds())
    frame = to_pandas(data.main)
    assert frame.index.tolist() == [1, 2, 3]
    assert frame.loc[2, "det"] == 4
    assert frame.attrs["units"] == {"gone": "mm"}
    assert to_pandas(data.streams["baseline"])["th"].tolist() == [0.25, 9.0]


@pytest.mark.parametrize("format", ["csv", "parquet", "nexus", "spec", "jsonl"])
def test_runs_without_points_and_without_an_end_can_be_exported(store: RunStore, format: str) -> None:
    head = start_doc()
    assert exported(store, [("start", head), ("stop", stop_doc(head))], format).stat().st_size > 0
    assert exported(store, run_documents(2, stop=False), format).stat().st_size > 0


def test_files_that_are_no_text_need_a_name(store: RunStore) -> None:
    import io

    save(store, run_documents())
    with pytest.raises(UsageError, match="nexus files are no text") as caught:
        export_run(store.run(-1), "nexus", io.StringIO())
    assert caught.value.hint == "write them to a file: -o FILE"


@pytest.mark.parametrize(("format", "package"), [("parquet", "pyarrow"), ("nexus", "h5py")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, format: str, package: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(CommandError, match=f"needs {package}, which is not installed") as caught:
        exported(store, run_documents(), format)
    assert caught.value.hint == "pip install 'bsh[export]'"
