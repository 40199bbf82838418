from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bsh.bluesky.door.migration import not_offered
from bsh.cli import main


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("from bluesky.plans import hscan", "bluesky.plans.hscan"),
        ("from bluesky.plans import count", ""),
        ("from bluesky.plans import *", ""),
        ("from bluesky.nothing import x", "bluesky.nothing"),
        ("import bluesky.callbacks.zmq as z", "bluesky.callbacks.zmq"),
        ("import bluesky.plans as bp; bp.nope()", "bluesky.plans.nope"),
        ("import bluesky; bluesky.utils.nope", "bluesky.utils.nope"),
        ("import bluesky; bluesky.utils.Msg", ""),
        ("from bluesky import RunEngine as RE; RE.nope", "bluesky.RunEngine.nope"),
        ("from bluesky import RunEngine as RE; RE.call_returns_result", ""),
        ("import ophyd; ophyd.nope", ""),
        ("def f():\n    from bluesky.cntx import run_context", "bluesky.cntx"),
        ("%run -i other.py\nimport bluesky.examples", ""),
    ],
)
def test_names_that_are_not_offered_are_found(line: str, missing: str) -> None:
    assert ([one.name for one in not_offered(line)] or [""])[0] == missing


def test_each_finding_has_its_line_and_its_reason() -> None:
    (found,) = not_offered("\n\nfrom bluesky.callbacks.zmq import Publisher\n")

    assert found.line == 3
    assert "streaming" in found.reason


def test_the_command_reads_folders_and_files_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "00-a.py").write_text("raise SystemExit(7)\nfrom bluesky.plans import hscan\n")
    (tmp_path / "01-b.ipy").write_text("%matplotlib\nfrom bluesky import Msg\n")

    result = CliRunner().invoke(main, ["migrate", str(tmp_path)])

    assert result.exit_code == 1
    assert f"{tmp_path / '00-a.py'}:2: bluesky.plans.hscan is not offered" in result.output
    assert "3 uses of bluesky, 1 of names" not in result.output
    assert "4 uses of bluesky, 1 of names that bsh does not offer" in result.output


def test_a_script_with_nothing_missing_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from bluesky.plans import count\n")

    assert CliRunner().invoke(main, ["migrate", str(tmp_path / "a.py")]).exit_code == 0


def test_a_file_that_is_no_python_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def (:\n")
    (tmp_path / "b.py").write_text("from bluesky.plans import hscan\n")

    result = CliRunner().invoke(main, ["migrate", str(tmp_path)])

    assert "a.py: cannot be read: line 1" in result.output
    assert "hscan" in result.output
    assert result.exit_code == 1
