"""Descriptions of external data: shape, chunks, type and files, from documents alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh.documents.consolidators import (
    CONSOLIDATOR_REGISTRY,
    Asset,
    ConsolidatorBase,
    CSVConsolidator,
    DataSource,
    ExternalData,
    HDF5Consolidator,
    JPEGConsolidator,
    NPYConsolidator,
    TIFFConsolidator,
    consolidator_factory,
)

HDF5 = "application/x-hdf5"
CSV = "text/csv;header=absent"
TIFF = "multipart/related;type=image/tiff"
JPEG = "multipart/related;type=image/jpeg"
NPY = "multipart/related;type=application/x-npy"


def resource(mimetype: str = HDF5, uid: str = "r", uri: str = "file://localhost/d.h5", **kw: Any) -> Any:
    if mimetype == HDF5:
        kw.setdefault("dataset", "/entry/data")
    return {"uid": uid, "data_key": "img", "mimetype": mimetype, "uri": uri, "parameters": kw}


def descriptor(*shape: int | None, dtype: Any = "<u2", name: str = "primary") -> Any:
    key = {"shape": list(shape), "dtype": "array", "dtype_numpy": dtype, "source": "s", "external": "STREAM:"}
    return {"uid": "d", "name": name, "data_keys": {"img": key}}


def datum(start: int, stop: int, events: tuple[int, int] | None = None, uid: str = "r") -> Any:
    first, last = (start + 1, stop + 1) if events is None else events
    return {
        "uid": f"{uid}/{start}",
        "stream_resource": uid,
        "descriptor": "d",
        "indices": {"start": start, "stop": stop},
        "seq_nums": {"start": first, "stop": last},
    }


def consolidated(stream_resource: Any, descriptor_: Any, *datums: Any) -> ConsolidatorBase:
    consolidator = consolidator_factory(stream_resource, descriptor_)
    for doc in datums:
        consolidator.consume_stream_datum(doc)
    return consolidator


@pytest.mark.parametrize(
    ("mimetype", "kind", "parameters"),
    [
        (HDF5, HDF5Consolidator, {"dataset": "/d"}),
        (CSV, CSVConsolidator, {}),
        (TIFF, TIFFConsolidator, {"template": "%s_%06d.tif"}),
        (JPEG, JPEGConsolidator, {"template": "{:05d}.jpeg"}),
        (NPY, NPYConsolidator, {}),
        ("application/octet-stream", ConsolidatorBase, {}),
    ],
)
def test_each_mimetype_has_a_consolidator(mimetype: str, kind: type, parameters: Any) -> None:
    consolidator = consolidator_factory(resource(mimetype, **parameters), descriptor(1, 4))
    assert type(consolidator) is kind
    assert consolidator.get_data_source().mimetype == mimetype


def test_an_unknown_mimetype_is_refused_until_a_class_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(ConsolidatorBase):
        supported_mimetypes = frozenset({"application/x-own"})

    with pytest.raises(ValueError, match="nothing describes files of application/x-own"):
        consolidator_factory(resource("application/x-own"), descriptor(1, 4))
    monkeypatch.setitem(CONSOLIDATOR_REGISTRY, "application/x-own", Own)
    assert type(consolidator_factory(resource("application/x-own"), descriptor(1, 4))) is Own
    with pytest.raises(ValueError, match=r"HDF5Consolidator describes application/x-hdf5, not text/csv"):
        HDF5Consolidator(resource(CSV), descriptor(1))


def test_rows_add_up_and_type_and_parameters_are_described() -> None:
    consolidator = consolidated(
        resource(chunk_shape=(3, 10), swmr=False, slice=":,0"),
        descriptor(1, 10, 15),
        datum(0, 2),
        datum(2, 7),
    )
    assert consolidator.shape == (7, 10, 15)
    assert consolidator.get_data_source().as_dict() == {
        "mimetype": HDF5,
        "structure": {"dtype": "<u2", "shape": (7, 10, 15), "chunks": ((3, 3, 1), (10,), (15,))},
        "parameters": {"dataset": "/entry/data", "swmr": False, "slice": ":,0"},
        "assets": (
            {"data_uri": "file://localhost/d.h5", "is_directory": False, "parameter": "data_uris", "num": 0},
        ),
        "structure_family": "array",
        "management": "external",
    }


def test_nothing_written_is_an_empty_array() -> None:
    assert consolidated(resource(chunk_shape=(2,)), descriptor(1, 4)).chunks == ((0,), (4,))


def test_with_no_chunk_shape_everything_is_one_chunk() -> None:
    assert consolidated(resource(), descriptor(1, 4), datum(0, 5)).chunks == ((5,), (4,))


def test_chunks_may_end_with_each_event() -> None:
    apart = resource(chunk_shape=(3,), join_chunks=False)
    assert consolidated(apart, descriptor(7), datum(0, 2)).chunks == ((3, 3, 1, 3, 3, 1),)
    joined = resource(chunk_shape=(3,))
    assert consolidated(joined, descriptor(7), datum(0, 2)).chunks == ((3, 3, 3, 3, 2),)


def test_events_may_be_stacked_in_a_dimension_of_their_own() -> None:
    stacked = consolidated(resource(join_method="stack", chunk_shape=(2, 3)), descriptor(5, 4), datum(0, 3))
    assert stacked.shape == (3, 5, 4)
    assert stacked.chunks == ((2, 1), (3, 2), (4,))


@pytest.mark.parametrize(
    ("described", "shape"),
    [((), (6,)), ((1,), (6,)), ((3,), (6,)), ((1, 4), (6, 4)), ((3, 4), (6, 4)), ((5, 4), (6, 5, 4))],
)
def test_a_multiplier_says_how_many_frames_an_event_has(
    described: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    assert consolidated(resource(multiplier=3), descriptor(*described), datum(0, 2)).shape == shape


@pytest.mark.parametrize(
    ("stream_resource", "described", "error", "words"),
    [
        (resource(), descriptor(None, 4), NotImplementedError, r"img: its shape \(None, 4\) is open"),
        (resource(chunk_shape=(0,)), descriptor(1, 4), ValueError, r"img: .*chunk_shape=\(0,\)"),
        (resource(TIFF, template="%d.png"), descriptor(1, 4), ValueError, r"end in \.tif, \.tiff.*'%d\.png'"),
        (
            resource(TIFF, template="%d.tif", chunk_shape=(2,)),
            descriptor(5, 4),
            ValueError,
            "5 frames an event cannot be put into files of 2 frames",
        ),
    ],
)
def test_what_cannot_be_described_is_refused(
    stream_resource: Any, described: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        consolidator_factory(stream_resource, described)


def test_an_hdf5_file_needs_a_dataset() -> None:
    lost = resource()
    del lost["parameters"]["dataset"]
    with pytest.raises(ValueError, match=r"img: .*which dataset of file://localhost/d\.h5"):
        consolidator_factory(lost, descriptor(1, 4))


def test_more_chunk_sizes_than_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"chunk_shape=\(1, 2, 3\) has more dimensions"):
        _ = consolidated(resource(chunk_shape=(1, 2, 3)), descriptor(1, 4)).chunks


def test_a_type_may_be_a_record_or_unsaid() -> None:
    record = consolidator_factory(resource(), descriptor(1, dtype=[["a", "<f8"], ["b", "<i4"]]))
    assert record.structure().dtype == [("a", "<f8"), ("b", "<i4")]
    unsaid = descriptor(1)
    del unsaid["data_keys"]["img"]["dtype_numpy"]
    assert consolidator_factory(resource(), unsaid).structure().dtype == "<f8"


def test_rows_that_belong_to_no_event_are_known() -> None:
    consolidator = consolidated(resource(), descriptor(1, 4), datum(0, 3))
    assert not consolidator.has_skips
    consolidator.consume_stream_datum(datum(3, 5, events=(4, 5)))
    assert consolidator.has_skips
    assert (consolidator.shape, consolidator.row_of(4)) == ((5, 4), 3)
    with pytest.raises(KeyError):
        consolidator.row_of(5)


def test_rows_of_an_event_that_was_dropped_are_in_the_file_all_the_same() -> None:
    told = (datum(0, 1, (1, 2)), datum(2, 3, (2, 3)), datum(3, 4, (2, 3)))
    file = consolidated(resource(), descriptor(1, 4), *told)
    assert file.shape == (4, 4)
    assert (file.row_of(1), file.row_of(2), file.has_skips) == (0, 3, True)
    images = consolidated(resource(TIFF, template="%d.tif"), descriptor(1, 4), *told)
    assert images.shape == (3, 4)  # one for each file that is listed
    assert (images.row_of(1), images.row_of(2), len(images.assets)) == (0, 2, 3)


@pytest.mark.parametrize("first_index", [0, 2])
def test_rows_go_on_in_the_next_file_whether_its_indices_do_or_not(first_index: int) -> None:
    consolidator = consolidated(resource(), descriptor(1, 4), datum(0, 2))
    consolidator.update_from_stream_resource(resource(uid="r2", uri="file://localhost/d2.h5"))
    consolidator.consume_stream_datum(datum(first_index, first_index + 3, (3, 6), uid="r2"))
    assert consolidator.shape == (5, 4)
    assert [consolidator.row_of(number) for number in (2, 3, 5)] == [1, 2, 4]


def test_the_parameters_of_a_text_file_are_the_reading_programs() -> None:
    table = consolidated(resource(CSV, uri="file://localhost/t.csv", sep=";"), descriptor(2, 3), datum(0, 2))
    assert table.adapter_parameters() == {"sep": ";"}
    assert (table.shape, table.chunks) == ((4, 3), ((4,), (3,)))
    assert table.assets == [Asset("file://localhost/t.csv")]


@pytest.mark.parametrize(
    ("template", "filename", "name"),
    [
        ("%s%s_%06d.tif", "img", "img_000007.tif"),
        ("%s_%6.6d.tif", "100%", "100%_000007.tif"),
        ("{:s}_{:03d}.tif", "a{b", "a{b_007.tif"),
        ("frame%d.tiff", "unused", "frame7.tiff"),
        ("only.tif", "", "only.tif"),
    ],
)
def test_the_names_of_files_follow_their_template(template: str, filename: str, name: str) -> None:
    images = resource(TIFF, uri="file://localhost/x/", template=template, filename=filename)
    consolidator = consolidated(images, descriptor(1, 4), datum(7, 8))
    assert consolidator.assets == [Asset(f"file://localhost/x/{name}", num=1)]


def test_an_event_may_be_several_files() -> None:
    images = resource(TIFF, uri="file://localhost/", template="%d.tif", chunk_shape=(2,))
    consolidator = consolidated(images, descriptor(6, 5, 4), datum(0, 1), datum(1, 2))
    assert [asset.data_uri[-5:] for asset in consolidator.assets] == [f"{i}.tif" for i in range(6)]
    assert consolidator.chunks == ((2,) * 6, (5,), (4,))


def test_numpy_files_are_stacked_and_the_document_is_left_alone() -> None:
    stream_resource = resource(NPY, uri="file://localhost/", filename="det")
    before = copy.deepcopy(stream_resource)
    consolidator = consolidated(stream_resource, descriptor(5, 4), datum(0, 2))
    assert (consolidator.shape, consolidator.chunks) == ((2, 5, 4), ((1, 1), (5,), (4,)))
    assert [asset.data_uri for asset in consolidator.assets] == [
        "file://localhost/det_0.npy",
        "file://localhost/det_1.npy",
    ]
    assert stream_resource == before
    assert consolidated(stream_resource, descriptor(1), datum(0, 2)).shape == (2,)


def test_an_hdf5_dataset_may_go_on_in_another_file() -> None:
    consolidator = consolidated(resource(), descriptor(1, 4), datum(0, 2))
    consolidator.update_from_stream_resource(resource(uri="file://localhost/d2.h5"))
    assert [(asset.data_uri[-5:], asset.num) for asset in consolidator.assets] == [("/d.h5", 0), ("d2.h5", 1)]
    with pytest.raises(ValueError, match=r"d3\.h5 has dataset='/other', but .* '/entry/data'"):
        consolidator.update_from_stream_resource(resource(uri="file://localhost/d3.h5", dataset="/other"))
    with pytest.raises(ValueError, match=r"has chunk_shape=\(5,\)"):
        consolidator.update_from_stream_resource(resource(chunk_shape=[5]))
    with pytest.raises(NotImplementedError, match="CSVConsolidator cannot go on"):
        consolidator_factory(resource(CSV), descriptor(1)).update_from_stream_resource(resource(CSV))


def test_a_subscriber_keeps_the_data_of_all_streams() -> None:
    external = ExternalData()
    external("start", {"uid": "run"})
    external("descriptor", descriptor(1, 4))
    external("stream_resource", resource())
    external("event", {"uid": "e"})
    assert external.data_sources() == {}  # which stream it belongs to is not known before
    external("stream_datum", datum(0, 2))
    external("stream_resource", resource(uid="r2", uri="file://localhost/d2.h5"))
    external("stream_datum", datum(2, 5, uid="r2"))
    (place,) = external.data_sources()
    source = external.data_sources()[place]
    assert place == ("primary", "img")
    assert isinstance(source, DataSource)
    assert source.structure.shape == (5, 4)
    assert len(source.assets) == 2


@given(
    shape=st.lists(st.integers(1, 6), max_size=3),
    chunk_shape=st.lists(st.integers(1, 5), max_size=3),
    multiplier=st.one_of(st.none(), st.integers(1, 5)),
    join_method=st.sampled_from(["concat", "stack"]),
    join_chunks=st.booleans(),
    counts=st.lists(st.integers(0, 4), max_size=4),
)
def test_chunks_always_add_up_to_the_shape(
    shape: list[int],
    chunk_shape: list[int],
    multiplier: int | None,
    join_method: str,
    join_chunks: bool,
    counts: list[int],
) -> None:
    stream_resource = resource(
        chunk_shape=chunk_shape, multiplier=multiplier, join_method=join_method, join_chunks=join_chunks
    )
    consolidator = consolidator_factory(stream_resource, descriptor(*shape))
    written = 0
    for count in counts:
        consolidator.consume_stream_datum(datum(written, written + count))
        written += count
    rows = written * (
        consolidator.datum_shape[0] if join_method == "concat" and consolidator.datum_shape else 1
    )
    assert consolidator.shape[0] == rows
    assert not consolidator.has_skips
    if len(chunk_shape) <= len(consolidator.shape):
        assert tuple(sum(sizes) for sizes in consolidator.chunks) == consolidator.shape
