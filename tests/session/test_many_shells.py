"""Three shells scan at once on one profile."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from pathlib import Path

from bsh.store import RunStore
from tests.session.conftest import FAST
from tests.shell.terminal import PROGRAM

SHELLS = 3
SCANS = 8
WAIT_S = 60.0

BEGIN = """\
print("ready", flush=True)
open("gate").close()
"""
TURN = """\
ascan th 0 1 4 0.001
RE.md["shells"]["{name}"] = {turn}
comment {name} was here, turn {turn}
"""


def test_shells_that_scan_at_once_share_numbers_metadata_and_files_and_wait_for_no_lock(
    tmp_path: Path,
) -> None:
    (tmp_path / "fast.yml").write_text(FAST + "metadata: {shells: {}}\ndata: {spec: all.spec}\n")
    os.mkfifo(tmp_path / "gate")
    names = [f"shell{number}" for number in range(SHELLS)]
    environment = {**os.environ, "BSH_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path)}
    shells = []
    for name in names:
        turns = "".join(TURN.format(name=name, turn=turn) for turn in range(1, SCANS + 1))
        (tmp_path / f"{name}.bsh").write_text(BEGIN + turns)
        shells.append(
            subprocess.Popen(
                [*PROGRAM, "-p", "fast.yml", f"{name}.bsh"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=tmp_path,
                env=environment,
            )
        )
    for shell in shells:
        assert shell.stdout is not None
        assert any(line == "ready\n" for line in shell.stdout), "it has ended"
    with (tmp_path / "gate").open("w"):
        outputs = [shell.communicate(timeout=WAIT_S)[0] for shell in shells]
    assert [shell.returncode for shell in shells] == [0] * SHELLS, outputs
    assert not any("locked" in output or "bsh:" in output for output in outputs), outputs
    (store_file,) = (tmp_path / "home").glob("*/runs.db")
    with RunStore(store_file) as store:
        runs = store.runs()
        assert sorted(run.scan_id or 0 for run in runs) == list(range(1, SHELLS * SCANS + 1))
        assert all((run.num_points, run.exit_status) == (5, "success") for run in runs)
        assert store.metadata["shells"] == dict.fromkeys(names, SCANS)
    spec = next((tmp_path / "home").rglob("all.spec")).read_text()
    for number in range(1, SHELLS * SCANS + 1):
        assert spec.count(f"\n#S {number} ") == 1
    connection = sqlite3.connect(store_file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
