from __future__ import annotations

import collections.abc
import copy
import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bsh.errors import StoreError
from bsh.store import PersistentDict


def test_it_is_a_mutable_mapping_that_lives_in_a_folder(tmp_path: Path) -> None:
    md = PersistentDict(str(tmp_path / "md"))
    assert isinstance(md, collections.abc.MutableMapping)
    assert md.directory == tmp_path / "md"
    md["a"] = 1
    md.update(b={"c": [1]}, mask=np.arange(3, dtype="i2"))
    assert (
        repr(PersistentDict(tmp_path / "md"))
        == "<PersistentDict {'a': 1, 'b': {'c': [1]}, 'mask': array([0, 1, 2], dtype=int16)}>"
    )
    assert md.popitem()[0] == "mask"
    assert md.pop("a") == 1
    assert md.setdefault("b", 5) == {"c": [1]}
    del md["b"]
    assert dict(md) == {}
    with pytest.raises(KeyError):
        md["b"]


def test_nested_edits_need_no_flush(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["sample"] = {"layers": []}
    md["sample"]["layers"].append(1)
    assert PersistentDict(tmp_path)["sample"] == {"layers": [1]}


def test_scan_id_is_a_key_like_any_other(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["scan_id"] = "a text"
    assert PersistentDict(tmp_path)["scan_id"] == "a text"


def test_flush_and_reload_are_about_changes_inside_arrays(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["mask"] = np.zeros(2)
    md["mask"][0] = 1
    md.reload()
    assert md["mask"].tolist() == [0, 0]
    md["mask"][0] = 1
    md.flush()
    assert PersistentDict(tmp_path)["mask"].tolist() == [1, 0]


def test_changes_inside_arrays_are_saved_when_the_dict_is_garbage(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["mask"] = np.zeros(2)
    md["mask"][1] = 7
    del md
    gc.collect()
    assert PersistentDict(tmp_path)["mask"].tolist() == [0, 7]


def test_copies_are_plain_dicts(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["a"] = {"b": 1}
    for copied in (copy.deepcopy(md), copy.copy(md), md.copy()):
        assert type(copied) is dict
        copied["a"]["b"] = 2
    assert md["a"]["b"] == 1


@pytest.mark.parametrize("content", [b"", b"garbage " * 1000, b"SQLite format 3\0" + b"\0" * 5000])
def test_garbage_is_moved_aside_and_the_last_good_state_loaded(tmp_path: Path, content: bytes) -> None:
    md = PersistentDict(tmp_path)
    md["proposal"] = 4711
    md.close()
    (tmp_path / "metadata.db").write_bytes(content)
    again = PersistentDict(tmp_path)
    assert again["proposal"] == 4711
    assert len(again.warnings) == 1
    again["proposal"] = 4712
    assert PersistentDict(tmp_path)["proposal"] == 4712


def test_closed_dict_says_so(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md.close()
    with pytest.raises(StoreError, match="closed"):
        md["a"] = 1
    with pytest.raises(StoreError, match="closed"):
        md["a"]


CHILD = """
import sys
from bsh.store import PersistentDict
md = PersistentDict(sys.argv[1])
for number in range(50):
    md[sys.argv[2] + str(number)] = number
    md["shared"][sys.argv[2] + str(number)] = number
"""


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    md = PersistentDict(tmp_path)
    md["shared"] = {}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), name], stderr=subprocess.PIPE, text=True
        )
        for name in "abc"
    ]
    errors = [child.communicate(timeout=60)[1] for child in children]
    assert errors == ["", "", ""]
    expected = {f"{name}{number}": number for name in "abc" for number in range(50)}
    assert md["shared"] == expected
    assert {key: value for key, value in md.items() if key != "shared"} == expected
