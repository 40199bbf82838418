"""NeXus files are valid for the readers of others, and have our numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import silx.io
from silx.io import nxdata

from bsh.export import export_run
from bsh.store import RunStore
from tests.export.test_spec import ascan
from tests.export.test_tables import exported, many_kinds
from tests.store.runs import descriptor_doc, event_doc, run_documents, save, start_doc, stop_doc

Documents = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


def mesh(points: int = 12, *, snaking: bool = False) -> Documents:
    head = start_doc(
        motors=["y", "x"],
        detectors=["det"],
        shape=[3, 4],
        extents=[[0, 2], [0, 3]],
        snaking=[False, snaking],
        hints={"dimensions": [[["y"], "primary"], [["x"], "primary"]], "gridding": "rectilinear"},
    )
    number = {"dtype": "number", "shape": [], "source": "", "units": "mm"}
    stream = descriptor_doc(head) | {"data_keys": {"x": number, "y": number, "det": number}}
    events = []
    for index in range(points):
        y, x = divmod(index, 4)
        x = 3 - x if snaking and y % 2 else x
        events.append(("event", event_doc(stream, index + 1) | {"data": {"x": x, "y": y, "det": 10 * y + x}}))
    return [("start", head), ("descriptor", stream), *events, ("stop", stop_doc(head))]


def problems(path: Path) -> str:
    """Return what nxvalidate's checker of base classes says; its exit code says nothing."""
    checker = Path(sys.executable).with_name("nxcheck")
    answer = subprocess.run([sys.executable, checker, path], capture_output=True, text=True, check=True)
    return re.sub(r"\x1b\[[0-9;]*m", "", answer.stdout)


def test_validators_find_no_error_and_silx_the_plot(store: RunStore) -> None:
    documents = ascan(scan_id=142, sample="Fe3O4", title="a title", user="A. B.")
    path = exported(store, documents, "nexus")
    assert "Total number of errors: 0" in problems(path)
    with silx.io.open(str(path)) as file:
        plot = nxdata.get_default(file)
        assert plot.is_valid
        assert plot.signal_name == "det"
        assert plot.auxiliary_signals_names == ["mon"]
        assert plot.axes_names == ["th"]
        assert plot.signal[()].tolist() == [1, 4, 9, 16, 25]
        assert plot.axes[0][()].tolist() == [doc["data"]["th"] for _, doc in documents[4:9]]


def test_the_checker_does_find_what_is_wrong(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "bad.nxs", "w") as file:
        entry = file.create_group("entry")
        entry.attrs["NX_class"] = "NXentry"
        entry.create_group("data").attrs["NX_class"] = "NXdata"
    assert "Total number of errors: 0" not in problems(tmp_path / "bad.nxs")


def test_times_metadata_and_positions_are_where_nexus_wants_them(store: RunStore) -> None:
    documents = ascan(scan_id=142, sample="Fe3O4", user="A. B.", proposal={"id": 7})
    with h5py.File(exported(store, documents, "nexus")) as file:
        entry = file["entry"]
        assert entry["title"].asstr()[()] == "ascan th 0 1 4 0.1"
        assert entry["entry_identifier"].asstr()[()] == "142"
        assert entry["start_time"].asstr()[()].startswith("2023-11-14T")
        assert entry["duration"][()] == 100
        assert entry["sample/name"].asstr()[()] == "Fe3O4"
        assert entry["user/name"].asstr()[()] == "A. B."
        assert entry["instrument/samx"].attrs["NX_class"] == "NXpositioner"
        assert entry["instrument/samx/value"][()].tolist() == [-1.5, 9.0], "before and after"
        assert entry["instrument/det"].attrs["NX_class"] == "NXdetector"
        assert entry["instrument/bsh/start/proposal"].asstr()[()] == '{"id":7}'
        assert entry["instrument/bsh/stop/exit_status"].asstr()[()] == "success"


def test_links_lead_to_datasets_that_say_where_they_are(store: RunStore) -> None:
    with h5py.File(exported(store, ascan(), "nexus")) as file:
        for name in ("data/det", "data/th", "instrument/det/data", "instrument/th/value"):
            link = file["entry"].get(name, getlink=True)
            assert isinstance(link, h5py.SoftLink)
            assert file["entry"][name].attrs["target"] == link.path


def test_every_column_of_every_stream_is_there(store: RunStore) -> None:
    path = exported(store, many_kinds(), "nexus")
    assert "Total number of errors: 0" in problems(path)
    with h5py.File(path) as file:
        streams = file["entry/instrument/bsh/streams"]
        assert set(streams) == {"baseline", "primary"}
        primary = streams["primary"]
        assert set(primary) == {"time", "seq_num", "det", "mon", "th", "th_setpoint", "mode", "mca", "gone"}
        assert primary["mca"].shape == (3, 2)
        assert primary["mode"].asstr()[0] == 'a "b", c\nd'
        assert np.isnan(primary["gone"][1])
        assert primary["gone"].attrs["units"] == "mm"
        assert primary["time"][()].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("snaking", [False, True])
def test_a_mesh_is_a_map(store: RunStore, snaking: bool) -> None:
    path = exported(store, mesh(snaking=snaking), "nexus")
    assert "Total number of errors: 0" in problems(path)
    with silx.io.open(str(path)) as file:
        plot = nxdata.get_default(file)
        assert plot.is_valid
        assert plot.signal[()].tolist() == [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]
        assert [axis[()].tolist() for axis in plot.axes] == [[0, 1, 2], [0, 1, 2, 3]]


def test_a_mesh_that_was_aborted_has_nothing_where_it_did_not_come(store: RunStore) -> None:
    with h5py.File(exported(store, mesh(6), "nexus")) as file:
        values = file["entry/data/det"][()]
        assert np.isnan(values).sum() == 6
        assert file["entry/data/y"][()].tolist() == [0, 1, 2]
        assert file["entry/instrument/bsh/streams/primary/det"].shape == (6,)


def test_a_run_that_cannot_be_plotted_is_valid_too(store: RunStore) -> None:
    head = start_doc()
    assert "Total number of errors: 0" in problems(
        exported(store, [("start", head), ("stop", stop_doc(head))], "nexus")
    )


def test_images_in_files_of_their_own_are_links(store: RunStore, tmp_path: Path) -> None:
    images = tmp_path / "a b.h5"
    with h5py.File(images, "w") as file:
        file["entry/data/data"] = np.arange(24.0).reshape(2, 3, 4)
    documents = run_documents(2)
    head, stream = documents[0][1], documents[1][1]
    stream["data_keys"]["cam"] = {"dtype": "array", "shape": [3, 4], "source": "", "external": "FILESTORE:"}
    resource = {
        "uid": "res",
        "run_start": head["uid"],
        "root": str(tmp_path),
        "resource_path": images.name,
        "resource_kwargs": {},
        "spec": "AD_HDF5",
    }
    documents[2:2] = [
        ("resource", resource),
        *(("datum", {"datum_id": f"res/{n}", "resource": "res", "datum_kwargs": {}}) for n in (0, 1)),
    ]
    for index, (name, doc) in enumerate(documents):
        if name == "event":
            doc["data"]["cam"] = f"res/{index - 5}"
    with h5py.File(exported(store, documents, "nexus")) as file:
        assert file["entry/instrument/cam/data"].shape == (2, 3, 4)


def test_streamed_files_are_links(store: RunStore, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "fly 1.h5", "w") as file:
        file["det/frames"] = np.arange(6.0)
    documents = run_documents(1)
    head, stream = documents[0][1], documents[1][1]
    stream["data_keys"]["cam"] = {"dtype": "array", "shape": [1], "source": "", "external": "STREAM:"}
    resource = {
        "uid": "res",
        "run_start": head["uid"],
        "data_key": "cam",
        "mimetype": "application/x-hdf5",
        "uri": f"file://localhost{tmp_path}/fly%201.h5",
        "parameters": {"dataset": "det/frames"},
    }
    datum = {
        "uid": "res/0",
        "stream_resource": "res",
        "descriptor": stream["uid"],
        "seq_nums": {"start": 1, "stop": 7},
        "indices": {"start": 0, "stop": 6},
    }
    documents[2:2] = [("stream_resource", resource), ("stream_datum", datum)]
    with h5py.File(exported(store, documents, "nexus")) as file:
        assert file["entry/instrument/cam/data"][()].tolist() == [0, 1, 2, 3, 4, 5]


def test_odd_names_are_allowed(store: RunStore) -> None:
    documents = run_documents(1, **{"a/b c": 1})
    documents[1][1]["data_keys"]["x:y-z"] = {"dtype": "number", "shape": [], "source": ""}
    documents[2][1]["data"]["x:y-z"] = 5
    path = exported(store, documents, "nexus")
    assert "Total number of errors: 0" in problems(path)
    with h5py.File(path) as file:
        assert file["entry/instrument/bsh/streams/primary/x_y_z"][()].tolist() == [5]


def test_the_run_that_is_written_is_the_one_that_was_asked_for(store: RunStore, tmp_path: Path) -> None:
    save(store, [*run_documents(1, scan_id=1), *run_documents(1, scan_id=2)])
    export_run(store.run(1), "nexus", tmp_path / "1.nxs")
    with h5py.File(tmp_path / "1.nxs") as file:
        assert file["entry/entry_identifier"].asstr()[()] == "1"
