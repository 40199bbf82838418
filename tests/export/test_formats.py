from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from event_model import DocumentNames, schema_validators

from bsh.errors import CommandError, UsageError
from bsh.export import FORMATS, export_run
from bsh.export.appended_file import AppendedFile
from bsh.export.formats import write_run
from bsh.store import RunStore, StoredRun
from tests.store.runs import run_documents, save


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(tmp_path / "runs.db") as store:
        yield store


def lines(run: StoredRun) -> list[Any]:
    """Return what a strict JSON reader makes of the export."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    file = io.StringIO()
    export_run(run, "jsonl", file)
    return [json.loads(line, parse_constant=refuse) for line in file.getvalue().splitlines()]


def test_jsonl_has_one_name_and_document_a_line_in_the_order_of_emission(store: RunStore) -> None:
    documents = run_documents(5, command="ascan th -1 1 4 0.1", sample="Müller ±\u2028")
    save(store, documents)
    assert lines(store.run(-1)) == [list(document) for document in documents]


def test_jsonl_passes_the_event_model_schemas(store: RunStore) -> None:
    save(store, run_documents(values=[1, np.float32(2.5), np.arange(4).reshape(2, 2), float("nan"), "in"]))
    exported = lines(store.run(-1))
    assert [name for name, _ in exported] == ["start", "descriptor", *["event"] * 5, "stop"]
    for name, doc in exported:
        schema_validators[DocumentNames[name]].validate(doc)


def test_values_that_json_does_not_have_become_null(store: RunStore) -> None:
    inf = float("inf")
    save(store, run_documents(values=[float("nan"), -inf, np.array([1.0, np.nan])], note={"x": [inf]}))
    exported = lines(store.run(-1))
    assert [doc["data"]["det"] for name, doc in exported if name == "event"] == [None, None, [1.0, None]]
    assert exported[0][1]["note"] == {"x": [None]}


def test_interrupted_run_is_exported_without_a_made_up_stop_document(store: RunStore) -> None:
    documents = run_documents(2, stop=False)
    save(store, documents)
    assert lines(store.run(-1)) == [list(document) for document in documents]


def test_file_is_written_whole(store: RunStore, tmp_path: Path) -> None:
    save(store, run_documents(2))
    target = tmp_path / "scan.jsonl"
    target.write_text("old")
    export_run(store.run(-1), "jsonl", target)
    assert [json.loads(line)[0] for line in target.read_text().splitlines()] == [
        "start", "descriptor", "event", "event", "stop",
    ]  # fmt: skip
    assert [file.name for file in tmp_path.iterdir() if "jsonl" in file.name] == ["scan.jsonl"]


def test_export_that_fails_leaves_the_old_file(store: RunStore, tmp_path: Path) -> None:
    save(store, run_documents(2))
    run = store.run(-1)
    store.close()
    target = tmp_path / "scan.jsonl"
    target.write_text("old")
    with pytest.raises(Exception, match="closed"):
        export_run(run, "jsonl", target)
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir() if "jsonl" in file.name] == ["scan.jsonl"]


def test_export_to_a_device_does_not_replace_it(store: RunStore) -> None:
    save(store, run_documents(1))
    export_run(store.run(-1), "jsonl", Path("/dev/null"))
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("format", list(FORMATS))
def test_a_full_disk_is_told_alike_by_all_formats(store: RunStore, format: str) -> None:
    save(store, run_documents())
    with pytest.raises(OSError, match=r"^\[Errno 28\] No space left on device: '/dev/full'$"):
        write_run(store.run(-1), FORMATS[format], Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("format", list(FORMATS))
def test_a_folder_that_is_away_is_told_with_the_name_of_the_file(
    store: RunStore, tmp_path: Path, format: str
) -> None:
    save(store, run_documents())
    path = tmp_path / "away" / "run"
    with pytest.raises(FileNotFoundError) as caught:
        write_run(store.run(-1), FORMATS[format], path)
    assert caught.value.filename == str(path)


def test_unknown_format_is_told_with_the_known_ones(store: RunStore) -> None:
    save(store, run_documents(1))
    with pytest.raises(UsageError, match="there is no export format 'xls'") as caught:
        export_run(store.run(-1), "xls", io.StringIO())
    assert all(name in str(caught.value.hint) for name in FORMATS)


def test_file_that_cannot_be_written_is_named(store: RunStore, tmp_path: Path) -> None:
    save(store, run_documents(1))
    with pytest.raises(CommandError, match=r"cannot write .*nowhere/x\.jsonl: No such file") as caught:
        export_run(store.run(-1), "jsonl", tmp_path / "nowhere" / "x.jsonl")
    assert "-o FILE" in str(caught.value.hint)


@pytest.mark.parametrize("durable", [True, False])
def test_a_durable_file_is_synced_before_it_has_its_name_and_its_folder_after_it(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    save(store, run_documents(3))
    file = tmp_path / "files" / "scan.nxs"
    file.parent.mkdir()
    synced: list[tuple[bool, bool]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        is_folder = os.path.samestat(os.fstat(descriptor), file.parent.stat())
        synced.append((is_folder, file.exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_run(store.run(-1), FORMATS["nexus"], file, durable=durable)
    assert synced == ([(False, False), (True, True)] if durable else [])


def test_a_file_that_grows_has_its_name_on_disk_once_it_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = AppendedFile(tmp_path / "scans.csv")
    synced: list[bool] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.path.samestat(os.fstat(descriptor), tmp_path.stat()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    for _ in range(2):
        file.append("1,2\n")
        file.sync()
    assert synced == [False, True, False], "the folder once"
    file.close()
