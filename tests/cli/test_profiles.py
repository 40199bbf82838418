"""``bsh profile``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.shell.terminal import PROGRAM, Terminal

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


def test_a_new_profile_for_epics_has_motors_and_a_scaler(bsh: Call, place: Path) -> None:
    made = bsh(
        "profile",
        "new",
        "eh3",
        "--title",
        "Hutch: 3",
        "--devices",
        "epics",
        "--prefix",
        "XF:7:",
        "--motors",
        "2",
    )
    assert made.output.splitlines()[-1] == "without its hardware: bsh -p eh3 --sim"
    assert bsh("profile", "check", "eh3").output.endswith("nothing wrong (3 devices in profile eh3)\n")
    shown = bsh("profile", "show", "eh3").output
    assert "eh3: Hutch: 3" in shown
    assert "device    m2       ophyd.EpicsMotor  [motors]" in shown
    assert 'prefix: "XF:7:m2"' in bsh("profile", "show", "eh3", "--source").output


def test_a_new_profile_takes_the_devices_of_a_file(bsh: Call, place: Path) -> None:
    Path("devices.yml").write_text("ophyd.sim.SynAxis: [{name: phi}]\n")
    bsh("profile", "new", "hutches/eh4.yml", "--devices", "devices.yml")
    assert bsh("profile", "check", "hutches/eh4.yml").output.endswith(
        "nothing wrong (1 devices in profile eh4)\n"
    )
    missing = bsh("profile", "new", "eh5", "--devices", "devces.yml")
    assert missing.exit_code == 1
    assert "there is no file 'devces.yml' with devices" in missing.stderr


def test_without_a_terminal_nothing_is_asked(bsh: Call, place: Path) -> None:
    result = bsh("profile", "new")
    assert result.exit_code == 2
    assert "give the profile a name: bsh profile new NAME" in result.stderr


@pytest.mark.terminal
def test_at_a_terminal_a_few_questions_are_asked(place: Path) -> None:
    shell = Terminal([*PROGRAM, "profile", "new"], env={"XDG_CONFIG_HOME": str(place / "config")})
    for question, answer in (
        ("Name of the profile, or path of its file:", "./eh6.yml"),
        (r"Title, one line for the banner \[My beamline\]:", "Äther"),
        (r"Devices \(sim, epics, file\) \[sim\]:", "epics"),
        (r"The names of the records begin with \[XF:\]:", ""),
        (r"How many motors \[4\]:", "1"),
    ):
        shell.wait(question)
        shell.type(answer)
    shell.wait(r"^wrote eh6\.yml")
    shell.close()
    text = (place / "eh6.yml").read_text(encoding="utf-8")
    assert 'title: "Äther"' in text
    assert '- {name: m1, prefix: "XF:m1", labels: [motors]}' in text
    assert "m2, prefix" not in text
