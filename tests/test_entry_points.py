"""Packages that bring commands are found, also the one installed a moment ago, and remembered."""

import json
import os
import subprocess
import sys

from bsh.entry_points import FILE_NAME, EntryPoint, installed_entry_points

GROUP = "bsh.test_group"


def install(folder, name, value):
    package = folder / f"{name}-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")


def test_a_package_installed_after_the_answer_was_remembered_is_found(tmp_path, monkeypatch):
    site, home = tmp_path / "site", tmp_path / "home"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    assert installed_entry_points(GROUP, home) == []
    install(site, "tools", "json:dumps")
    assert installed_entry_points(GROUP, home) == [EntryPoint("tools", "json:dumps")]
    assert installed_entry_points(GROUP, home)[0].load() is json.dumps


def test_a_second_start_does_not_read_the_metadata_of_packages(tmp_path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bsh.commands import Registry\n"
        f"registry = Registry.from_entry_points(remembered_in=Path({str(tmp_path)!r}))\n"
        "assert 'ascan' in registry\n"
        "print('importlib.metadata' in sys.modules)\n"
    )
    starts = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert starts == ["True", "False"]


def test_what_is_remembered_for_one_group_stays_when_another_is_asked_for(tmp_path):
    commands = installed_entry_points("bsh.magics", tmp_path)
    installed_entry_points(GROUP, tmp_path)
    groups = json.loads((tmp_path / FILE_NAME).read_text())["groups"]
    assert [EntryPoint(*pair) for pair in groups["bsh.magics"]] == commands
    assert groups[GROUP] == []


def test_a_damaged_file_is_replaced(tmp_path):
    commands = installed_entry_points("bsh.magics", tmp_path)
    for damage in ("", "[]", '{"path": 1', '{"path": [], "groups": 7}'):
        (tmp_path / FILE_NAME).write_text(damage)
        assert installed_entry_points("bsh.magics", tmp_path) == commands
        assert json.loads((tmp_path / FILE_NAME).read_text())["groups"]["bsh.magics"]
    whole = json.loads((tmp_path / FILE_NAME).read_text())
    for groups in (7, {"bsh.magics": 7}, {"bsh.magics": [["builtin"]]}):
        (tmp_path / FILE_NAME).write_text(json.dumps({**whole, "groups": groups}))
        assert installed_entry_points("bsh.magics", tmp_path) == commands


def test_a_home_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "home").write_text("a file, not a folder")
    found = installed_entry_points("bsh.magics", tmp_path / "home")
    assert "builtin" in [entry.name for entry in found]
    assert os.listdir(tmp_path) == ["home"]
