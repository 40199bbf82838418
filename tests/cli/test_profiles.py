"""``bsh profile``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]


def test_a_new_profile_is_right_can_be_listed_and_shown(bsh: Call, place: Path) -> None:
    file = place / "config" / "bsh" / "profiles" / "eh1.yml"
    assert bsh("profile", "new", "eh1").output.splitlines() == [
        f"wrote {file}",
        "edit it, then: bsh profile check eh1; bsh -p eh1",
    ]
    assert file.read_text().count("\nprofile: eh1\n") == 1
    check = bsh("profile", "check", "eh1")
    assert (check.exit_code, check.stdout) == (0, f"{file}: nothing wrong (4 devices in profile eh1)\n")
    listed = [line.split() for line in bsh("profile", "list").output.splitlines()]
    assert ["eh1", "My", "beamline", str(file)] in listed
    assert "device    th    bsh.devices.sim.SimMotor  [motors]" in bsh("profile", "show", "eh1").output


def test_a_new_profile_tells_editors_where_the_schema_is(bsh: Call, place: Path) -> None:
    bsh("profile", "new", "hutches/eh2.yml")
    first = Path("hutches/eh2.yml").read_text().splitlines()[0]
    uri = first.removeprefix("# yaml-language-server: $schema=")
    assert json.loads(Path(uri.removeprefix("file://")).read_text())["title"] == "bsh profile"


def test_a_new_profile_never_overwrites(bsh: Call, place: Path) -> None:
    bsh("profile", "new", "eh1")
    again = bsh("profile", "new", "eh1")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    shipped = bsh("profile", "new", "sim")
    assert shipped.exit_code == 1
    assert "is the name of a profile that comes with bsh" in shipped.stderr


def test_a_new_profile_may_go_to_a_path(bsh: Call, place: Path) -> None:
    result = bsh("profile", "new", "hutches/eh2.yml")
    assert result.output.splitlines()[0] == "wrote hutches/eh2.yml"
    assert bsh("profile", "check", "hutches/eh2.yml").exit_code == 0


@pytest.mark.parametrize("name", ["a b", "..", "x/../../y z.yml"])
def test_a_name_that_cannot_be_a_folder_is_refused(bsh: Call, name: str) -> None:
    result = bsh("profile", "new", name)
    assert result.exit_code == 1
    assert "cannot be the name of a profile" in result.stderr


def test_the_default_is_marked(bsh: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    bsh("profile", "new", "eh1")
    lines = bsh("profile", "list").output.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("*")] == ["sim"]
    monkeypatch.setenv("BSH_PROFILE", "eh1")
    lines = bsh("profile", "list").output.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("*")] == ["eh1"]


def test_a_profile_that_cannot_be_read_is_still_listed(bsh: Call, place: Path) -> None:
    bsh("profile", "new", "eh1")
    (place / "config" / "bsh" / "profiles" / "eh1.yml").write_text("a: b: c\n")
    result = bsh("profile", "list")
    assert result.exit_code == 0
    assert "(cannot be read: 1 mistake)" in result.output


def test_check_prints_every_problem_and_returns_1(bsh: Call, place: Path) -> None:
    (place / "bad.yml").write_text("devices:\n  bsh.devices.sim.SimMotor: [{name: ct}]\nbaseline: [th]\n")
    result = bsh("profile", "check", "bad.yml")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "bad.yml:2:37: found the name 'ct', which is a command of the shell; "
        "choose another, such as 'ct1' or 'my_ct'",
        "bad.yml:3:12: found the unknown device 'th' in 'baseline'; write 'ct'",
    ]
    assert result.stderr == "bad.yml: 2 problems\n"


def test_the_source_of_a_profile_can_be_seen(bsh: Call) -> None:
    assert "bsh.devices.sim.SimMotor:" in bsh("profile", "show", "sim", "--source").output
