import io
import struct
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bsh.callbacks import (
    BrokerCallbackBase,
    LiveImage,
    LiveTiffExporter,
    make_restreamer,
    post_run,
    verify_files_saved,
)
from bsh.errors import StoreError, UsageError
from bsh.store import RunStore
from tests.callbacks.documents import descriptor_doc, event_doc, number, scan_documents, start_doc, stop_doc
from tests.callbacks.views import seen_views

ROWS = [(0.0, 1.0, 5.0), (0.5, 4.0, 6.0)]
IMAGE = {"dtype": "array", "shape": [2, 3], "source": "", "external": "FILE:"}


class Broker:
    """A databroker, as far as callbacks need one."""

    def __init__(self, documents: list[tuple[str, dict[str, Any]]]) -> None:
        self._documents = documents
        self.fills: list[Any] = []

    def __getitem__(self, uid: str) -> Any:
        if uid != "run-a":
            raise KeyError(uid)
        return self

    def documents(self, *, fill: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
        self.fills.append(fill)
        yield from self._documents

    def fill_events(self, events: Any, descriptors: Any, fields: Any) -> Iterator[dict[str, Any]]:
        for event in events:
            for key in fields:
                event["data"][key] = np.arange(6.0).reshape(2, 3) + event["seq_num"]
                event["filled"][key] = True
            yield event


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs.db")
    yield store
    store.close(10)


def test_each_run_is_replayed_once_it_has_ended_from_the_store_of_the_shell(store: RunStore) -> None:
    seen: list[Any] = []
    replay = post_run(lambda name, doc: seen.append((name, doc)), store)
    documents = scan_documents(ROWS)
    for name, doc in documents:
        store(name, doc)
        replay(name, doc)
        assert bool(seen) == (name == "stop")
    assert [name for name, _ in seen] == [name for name, _ in documents]
    assert seen[2][1]["data"] == documents[2][1]["data"]


def test_a_broker_is_asked_to_fill_if_that_is_wanted() -> None:
    broker = Broker(scan_documents(ROWS))
    seen: list[str] = []
    for fill in (False, True):
        post_run(lambda name, doc: seen.append(name), broker, fill)("stop", stop_doc(0.0))
    assert broker.fills == [False, True]
    assert seen == ["start", "descriptor", "event", "event", "stop"] * 2


def test_a_run_is_restreamed_by_uid_or_at_its_end() -> None:
    seen: list[str] = []
    restream = make_restreamer(lambda name, doc: seen.append(name), Broker(scan_documents(ROWS)))
    restream("run-a")
    assert seen == ["start", "descriptor", "event", "event", "stop"]
    restream("start", start_doc())
    assert len(seen) == 5
    restream("stop", stop_doc(0.0))
    assert len(seen) == 10


def test_a_run_that_is_not_there_is_named(store: RunStore) -> None:
    for db in (store, Broker([])):
        with pytest.raises(StoreError, match="run-x"):
            make_restreamer(print, db)("run-x")


def test_what_was_saved_is_verified(store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    documents = scan_documents(ROWS)
    stop = {**documents[-1][1], "num_events": {"primary": 2}}
    for name, doc in [*documents[:-1], ("stop", stop)]:
        store(name, doc)
    verify = partial(verify_files_saved, db=store)
    verify("event", documents[2][1])
    assert capsys.readouterr().out == ""
    verify("stop", stop)
    assert "All documents and files of run run-a are saved" in capsys.readouterr().out
    with pytest.raises(
        StoreError, match="Of the 3 events of stream primary of run run-a, 2 are stored"
    ) as error:
        verify("stop", {**stop, "num_events": {"primary": 3}})
    assert "doctor" in error.value.hint


def image_documents(**data_key: Any) -> list[tuple[str, dict[str, Any]]]:
    keys = {"img": {**IMAGE, **data_key}, "det": number("det")}
    documents = [("start", start_doc()), ("descriptor", descriptor_doc(keys))]
    documents += [
        ("event", event_doc(n, {"img": f"datum/{n}", "det": 1.0}, filled={"img": False})) for n in (1, 2)
    ]
    return [*documents, ("stop", stop_doc(0.0))]


def test_external_data_are_filled_in_without_a_change_to_the_event() -> None:
    documents = image_documents()
    callback = BrokerCallbackBase(["img"], db=Broker(documents))
    callback(*documents[1])
    event = documents[2][1]
    assert callback.filled(event)["img"].shape == (2, 3)
    assert (event["data"]["img"], event["filled"]["img"]) == ("datum/1", False)
    callback("stop", stop_doc(0.0))
    assert callback.descriptors == {}


def test_external_data_without_a_database_are_an_error_that_says_so() -> None:
    documents = image_documents()
    callback = BrokerCallbackBase(["img"])
    callback(*documents[1])
    with pytest.raises(UsageError, match="img lie outside of the documents") as error:
        callback.filled(documents[2][1])
    assert "db=" in error.value.hint


def test_the_last_image_is_shown() -> None:
    image = LiveImage(
        "img", db=Broker([]), limit_func=lambda data: (0.0, float(data.max())), window_title="CCD"
    )
    with seen_views() as views:
        for name, doc in image_documents():
            image(name, doc)
    figures = views[0].figures
    assert len(figures) == 2
    assert np.array_equal(figures[-1].values, [[2, 3, 4], [5, 6, 7]])
    assert (figures[-1].title, figures[-1].y_positive, figures[-1].limits) == ("CCD", "down", (0.0, 7.0))
    assert views[0].ends == 1
    image.update(np.zeros((4, 2, 2)) + np.arange(4)[:, None, None])
    assert np.array_equal(image.figure().values, [[3, 3], [3, 3]])


def test_images_are_saved_as_tiff_files(tmp_path: Path) -> None:
    template = str(tmp_path / "{start[scan_id]}" / "{event[seq_num]}_{i}.tiff")
    exporter = LiveTiffExporter("img", template, db=Broker([]))
    for name, doc in image_documents():
        exporter(name, doc)
    assert [Path(name).name for name in exporter.filenames] == ["1_0.tiff", "2_0.tiff"]
    assert np.array_equal(read_tiff(Path(exporter.filenames[1])), [[2, 3, 4], [5, 6, 7]])
    exporter("start", start_doc())
    exporter(*image_documents()[1])
    with pytest.raises(FileExistsError, match="overwrite=True"):
        exporter(*image_documents()[2])
    exporter.overwrite = True
    exporter(*image_documents()[2])


def read_tiff(path: Path) -> Any:
    """Read one strip of grey pixels, by the tags that TIFF 6.0 defines."""
    content = path.read_bytes()
    mark, version, directory = struct.unpack_from("<2sHI", content)
    assert (mark, version) == (b"II", 42)
    (count,) = struct.unpack_from("<H", content, directory)
    entries = [struct.unpack_from("<HHII", content, directory + 2 + 12 * i) for i in range(count)]
    tags = {tag: value for tag, _, _, value in entries}
    assert list(tags) == sorted(tags)
    dtype = np.dtype({1: "u", 2: "i", 3: "f"}[tags[339]] + str(tags[258] // 8)).newbyteorder("<")
    pixels = np.frombuffer(content[tags[273] : tags[273] + tags[279]], dtype)
    return pixels.reshape(tags[257], tags[256])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int64", "float32", "float64", "bool", ">u2"])
def test_every_kind_of_number_survives_a_tiff_file(dtype: str, tmp_path: Path) -> None:
    from bsh.callbacks.tiff import write_tiff

    pixels = (np.arange(15).reshape(3, 5) % 2 if dtype == "bool" else np.arange(15).reshape(3, 5)).astype(
        dtype
    )
    write_tiff(tmp_path / "image.tiff", pixels)
    assert np.array_equal(read_tiff(tmp_path / "image.tiff"), pixels)


def test_image_programs_read_the_files(tmp_path: Path) -> None:
    from PIL import Image

    from bsh.callbacks.tiff import write_tiff

    for dtype in ("uint8", "uint16", "float32"):
        write_tiff(tmp_path / "image.tiff", np.arange(15).reshape(3, 5).astype(dtype))
        with Image.open(tmp_path / "image.tiff") as image:
            assert np.array_equal(np.asarray(image), np.arange(15).reshape(3, 5))


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    from bsh.callbacks.tiff import write_tiff

    with pytest.raises(ValueError, match="table of numbers"):
        write_tiff(tmp_path / "image.tiff", np.array(["text"]))


def test_a_stack_gets_a_file_an_image_and_a_dry_run_none(tmp_path: Path) -> None:
    exporter = LiveTiffExporter("img", str(tmp_path / "{i}.tiff"), dryrun=True)
    exporter("start", start_doc())
    exporter("event", event_doc(1, {"img": np.zeros((3, 2, 2))}))
    assert [Path(name).name for name in exporter.filenames] == ["0.tiff", "1.tiff", "2.tiff"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_printed_on_the_way() -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        post_run(lambda name, doc: None, Broker(scan_documents(ROWS)))("stop", stop_doc(0.0))
    assert out.getvalue() == ""
