"""Metadata that bluesky's PersistentDict left are taken over. The bytes were written by bluesky 1.15.1 with zict 3."""

from __future__ import annotations

from pathlib import Path

import pytest

from bsh.bluesky.adapted.old_history import unpacked
from bsh.bluesky.utils import PersistentDict

FILES = {
    "scan_id#13": b"\xcd\x12h",
    "a%2Fb%20c#14": b"\x84\xa1x\x95\x01\xcb@\x04\x00\x00\x00\x00\x00\x00\xc0\xc3\xa2\xc3\xa9\xa3big\xcf\x00\x00\x01\x00"
    b"\x00\x00\x00\x00\xa3neg\xd2\xff\xfe\xee\x90\xa5bytes\xc4\x02ab",
    "arr#15": b"\x85\xc4\x02nd\xc3\xc4\x04type\xa3<f8\xc4\x04kind\xc4\x00\xc4\x05shape\x91\x03\xc4\x04data\xc4\x18"
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0?\x00\x00\x00\x00\x00\x00\x00@",
    "s#16": b"\xd9(" + b"x" * 40,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, packed in FILES.items():
        (tmp_path / name).write_bytes(packed)
    (tmp_path / "notes.txt").write_text("not one of them")
    return tmp_path


def test_scan_numbers_and_metadata_go_on_where_bluesky_left_them(folder: Path) -> None:
    metadata = PersistentDict(folder)

    assert dict(metadata) == {
        "scan_id": 4712,
        "a/b c": {"x": [1, 2.5, None, True, "é"], "big": 2**40, "neg": -70000, "bytes": b"ab"},
        "arr": [0.0, 1.0, 2.0],
        "s": "x" * 40,
    }
    metadata.close()
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name in FILES} == FILES


def test_they_are_taken_over_once(folder: Path) -> None:
    first = PersistentDict(folder)
    first["scan_id"] = 5000
    del first["s"]
    first.close()

    second = PersistentDict(folder)

    assert second["scan_id"] == 5000
    assert "s" not in second
    second.close()


@pytest.mark.parametrize("packed", [b"", b"\xc1", b"\x01\x01", b"\xd9\x05ab", b"\xc7\x01\x01a"])
def test_bytes_that_are_no_value_are_refused(packed: bytes) -> None:
    with pytest.raises((ValueError, __import__("struct").error)):
        unpacked(packed)
