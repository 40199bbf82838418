from __future__ import annotations

import copy
import json
import sqlite3
from collections import ChainMap
from pathlib import Path

import numpy as np
import pytest

from bsh.errors import StoreError
from bsh.store import RunStore
from bsh.store.metadata_table import KEPT_VERSIONS
from tests.store.runs import WAIT_S, run_documents, save


def test_metadata_outlives_the_session(path: Path) -> None:
    with RunStore(path) as store:
        store.metadata["proposal"] = None
        store.metadata.update({"sample": {"name": "Cu"}, "mask": np.eye(2)}, operator="me")
        del store.metadata["operator"]
    with RunStore(path) as store:
        assert list(store.metadata) == ["proposal", "sample", "mask"]
        assert store.metadata["sample"] == {"name": "Cu"}
        assert store.metadata["mask"].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_nested_edits_are_saved_at_any_depth(path: Path) -> None:
    with RunStore(path) as store:
        store.metadata["sample"] = {"name": "Cu", "layers": [{"mm": 1}]}
        sample = store.metadata["sample"]
        sample["name"] = "Ag"
        sample["layers"][0]["mm"] = 2
        sample["layers"].append({})
        sample["layers"][1]["mm"] = 3
        assert store.metadata.setdefault("tags", []) == []
        store.metadata["tags"].append("good")
    with RunStore(path) as store:
        assert store.metadata["sample"] == {"name": "Ag", "layers": [{"mm": 2}, {"mm": 3}]}
        assert store.metadata["tags"] == ["good"]


def test_containers_are_the_same_object_until_somebody_else_changes_them(store: RunStore) -> None:
    store.metadata["sample"] = {"a": 1}
    sample = store.metadata["sample"]
    sample["b"] = 2
    save(store, run_documents(1))
    assert store.metadata["sample"] is sample


def test_container_that_was_replaced_no_longer_changes_what_is_stored(store: RunStore) -> None:
    store.metadata["sample"] = {"name": "Cu"}
    old = store.metadata["sample"]
    store.metadata["sample"] = {"name": "Ag"}
    old["name"] = "Pb"
    assert store.metadata["sample"] == {"name": "Ag"}


def test_changes_of_another_shell_are_seen_and_both_edits_of_one_value_kept(
    store: RunStore, path: Path
) -> None:
    store.metadata["sample"] = {"name": "Cu", "mm": 1}
    held = store.metadata["sample"]
    with RunStore(path) as other:
        other.metadata["sample"]["mm"] = 2
        other.metadata["operator"] = "them"
        assert store.metadata["operator"] == "them"
        held["name"] = "Ag"  # read before the other shell's edit
        assert store.metadata["sample"] == other.metadata["sample"] == {"name": "Ag", "mm": 2}
        del other.metadata["operator"]
        assert "operator" not in store.metadata
        with pytest.raises(KeyError):
            del store.metadata["operator"]


def test_previous_versions_are_kept_even_of_deleted_keys(store: RunStore) -> None:
    for number in range(KEPT_VERSIONS + 5):
        store.metadata["x"] = number
    versions = store.metadata.history("x")
    assert [one.value for one in versions] == list(range(KEPT_VERSIONS + 3, 3, -1))
    assert versions[0].mtime > 1_600_000_000
    del store.metadata["x"]
    store.metadata["x"] = "again"
    assert store.metadata.history("x")[0].value == KEPT_VERSIONS + 4
    numbers = [one.version for one in store.metadata.history("x")]
    assert numbers == sorted(set(numbers), reverse=True)


def test_value_that_is_garbage_gives_way_to_its_previous_version(path: Path) -> None:
    with RunStore(path) as store:
        store.metadata["good"] = 1
        store.metadata["bad"] = "before"
        store.metadata["bad"] = "after"
        store.metadata["worse"] = 1
    connection = sqlite3.connect(path)
    connection.execute("UPDATE metadata SET value = '{' WHERE key != 'good'")
    connection.execute("UPDATE metadata SET value = x'ff00' WHERE key = 'worse'")
    connection.commit()
    connection.close()
    with RunStore(path) as store:
        assert store.metadata == {"good": 1, "bad": "before"}
        assert "worse" not in store.metadata
        assert len(store.warnings) == 2
        store.metadata["worse"] = 2
        assert store.metadata["worse"] == 2


def test_update_is_all_or_nothing(store: RunStore) -> None:
    with pytest.raises(ValueError, match="scan_id is a whole number"):
        store.metadata.update(a=1, scan_id="many")
    with pytest.raises(TypeError, match="keys are text"):
        store.metadata.update({"a": 1, 2: 3})
    assert store.metadata == {}


def test_metadata_can_be_copied_and_used_like_a_dict(store: RunStore) -> None:
    store.metadata.update(a={"b": [1]}, c=2)
    for copied in (copy.deepcopy(store.metadata), copy.copy(store.metadata), store.metadata.snapshot()):
        assert type(copied) is dict
        copied["a"]["b"].append(2)
    assert store.metadata["a"] == {"b": [1]}
    assert dict(store.metadata) | {"d": 3} == {"a": {"b": [1]}, "c": 2, "d": 3}
    assert json.dumps(dict(store.metadata)) == '{"a": {"b": [1]}, "c": 2}'
    assert copy.deepcopy(ChainMap({"x": 1}, store.metadata))["c"] == 2
    assert repr(store.metadata) == "{'a': {'b': [1]}, 'c': 2}"
    assert store.metadata.popitem() == ("c", 2)
    assert store.metadata.pop("nothing", 5) == 5
    store.metadata.clear()
    assert len(store.metadata) == 0
    with pytest.raises(KeyError, match="empty"):
        store.metadata.popitem()


def test_change_inside_an_array_is_saved_by_flush(path: Path) -> None:
    with RunStore(path) as store:
        store.metadata["mask"] = np.zeros(3)
        store.metadata["mask"][1] = 5
        store.metadata.flush()
    with RunStore(path) as store:
        assert store.metadata["mask"].tolist() == [0.0, 5.0, 0.0]


def test_metadata_can_be_changed_from_a_call_back_of_the_store(store: RunStore) -> None:
    store.on_commit(lambda committed: store.metadata.update(last=committed))
    save(store, run_documents(1))
    save(store, run_documents(1))
    assert store.metadata["last"] >= 4
    assert store.warnings == []


def test_edit_that_could_not_be_saved_is_saved_with_the_next_one(path: Path) -> None:
    with RunStore(path, busy_timeout_s=0.05) as store:
        store.metadata["sample"] = {}
        sample = store.metadata["sample"]
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            sample["a"] = 1
        holder.close()
        sample["b"] = 2
        assert store.metadata["sample"] == {"a": 1, "b": 2}


def test_scan_numbers_begin_at_one_and_are_part_of_the_metadata(store: RunStore) -> None:
    assert "scan_id" not in store.metadata
    assert store.metadata.get("scan_id", 0) == 0
    assert store.peek_scan_id() == 1
    assert store.take_scan_id().result(WAIT_S) == 1
    assert store.metadata["scan_id"] == 1
    assert store.peek_scan_id() == 2
    assert list(store.metadata) == ["scan_id"]


def test_setting_scan_id_moves_the_counter(store: RunStore, path: Path) -> None:
    store.metadata["scan_id"] = 99
    assert store.peek_scan_id() == 100
    with RunStore(path) as other:
        assert other.take_scan_id().result(WAIT_S) == 100
        assert store.metadata["scan_id"] == 100
        store.metadata.clear()
        assert other.peek_scan_id() == 101  # numbers are not used twice
        del store.metadata["scan_id"]
        assert other.peek_scan_id() == 1


@pytest.mark.parametrize("value", ["x", 1.5, -1, None, 2**70])
def test_scan_id_must_be_a_whole_number(store: RunStore, value: object) -> None:
    with pytest.raises(ValueError, match="scan_id is a whole number, 0 or greater"):
        store.metadata["scan_id"] = value
