from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bsh.store import RunStore
from bsh.store.filesystem import filesystem_type, is_network
from tests.store.runs import WAIT_S, run_documents, save


@pytest.fixture
def used(path: Path) -> Path:
    """Make a store with runs, scan numbers up to 3 and metadata."""
    with RunStore(path) as store:
        store.metadata["sample"] = {"name": "Cu"}
        store.metadata["proposal"] = 4711
        for _ in range(3):
            scan_id = store.take_scan_id().result(WAIT_S)
            save(store, run_documents(100, scan_id=scan_id))
    return path


def overwrite(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 1000)


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 - 100)


def scribble(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 2 * 4096))


@pytest.mark.parametrize("damage", [overwrite, truncate, scribble])
def test_damaged_store_is_moved_aside_and_the_shell_starts_with_the_last_good_state(
    used: Path, damage: Callable[[Path], None]
) -> None:
    damage(used)
    wreckage = used.read_bytes()
    with RunStore(used) as store:
        (warning,) = store.warnings
        assert "was damaged" in warning
        assert "scan number (3)" in warning
        assert re.search(r"bsh import /.*/runs\.db\.corrupt-\d+T\d+$", warning)
        assert store.metadata == {"scan_id": 3, "sample": {"name": "Cu"}, "proposal": 4711}
        assert store.take_scan_id().result(WAIT_S) == 4
        save(store, run_documents(1))
        assert len(store.runs()) == 1
    (wreck,) = used.parent.glob("runs.db.corrupt-????????T??????")
    assert wreck.name in warning
    assert wreck.read_bytes() == wreckage
    with RunStore(used) as again:
        assert again.warnings == []
        assert again.peek_scan_id() == 5


def test_emptied_store_gets_the_last_good_state_back(used: Path) -> None:
    used.write_bytes(b"")
    with RunStore(used) as store:
        assert "was empty" in store.warnings[0]
        assert store.metadata["sample"] == {"name": "Cu"}
        assert store.peek_scan_id() == 4


def test_without_a_last_good_state_what_the_wreck_yields_is_taken_over(used: Path) -> None:
    used.with_name("runs.db.last-good.json").unlink()
    page = 4096
    connection = sqlite3.connect(used)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'documents'").fetchone()
    connection.close()
    with used.open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    with RunStore(used) as store:
        assert "was damaged" in store.warnings[0]
        assert store.metadata["proposal"] == 4711
        assert store.peek_scan_id() == 4


@pytest.mark.parametrize("content", [b"", b"{", b'{"scan_number":"x","metadata":{"a":"{"}}', b"\xff\xfe"])
def test_damaged_copy_of_the_last_good_state_does_no_harm(used: Path, content: bytes) -> None:
    used.with_name("runs.db.last-good.json").write_bytes(content)
    overwrite(used)
    with RunStore(used) as store:
        assert "was damaged" in store.warnings[0]
        assert store.metadata == {}
        assert store.take_scan_id().result(WAIT_S) == 1


def test_two_damaged_files_of_one_second_are_both_kept(used: Path) -> None:
    for _ in range(2):
        overwrite(used)
        RunStore(used, clock=lambda: 1_700_000_000.0).close()
    assert len(list(used.parent.glob("runs.db.corrupt-*"))) == 2


def journal_mode(path: Path) -> str:
    connection = sqlite3.connect(path)
    mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    return mode


def test_network_file_system_gets_a_rollback_journal_and_a_warning(path: Path) -> None:
    with RunStore(path, filesystem_type=lambda folder: "nfs4") as store:
        assert "network file system (nfs4)" in store.warnings[0]
        assert journal_mode(path) == "delete"
        save(store, run_documents(3))
        store.metadata["a"] = 1
        assert store.runs()[0].num_points == 3
        assert store.metadata["a"] == 1


def test_store_that_was_moved_to_a_network_file_system_leaves_the_write_ahead_log(used: Path) -> None:
    assert journal_mode(used) == "wal"
    with RunStore(used, filesystem_type=lambda folder: "cifs") as store:
        assert journal_mode(used) == "delete"
        assert len(store.runs()) == 3


def test_local_file_system_is_told_from_a_network_one(tmp_path: Path) -> None:
    assert filesystem_type(Path("/proc/self")) == "proc"
    assert not is_network(filesystem_type(tmp_path))
    assert all(is_network(kind) for kind in ("nfs", "nfs4", "cifs", "smb3", "lustre", "fuse.sshfs"))
    assert not any(is_network(kind) for kind in ("ext4", "xfs", "btrfs", "tmpfs", "overlay", ""))
