"""Included files are merged in order; what comes later wins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bsh.profile import check_profile, load_profile

Write = Callable[..., Path]


def test_later_files_win_and_the_file_itself_comes_last(write: Write) -> None:
    write("title: one\nmetadata: {a: 1, b: 1, c: 1}\nlock: exclusive\n", "one.yml")
    write("title: two\nmetadata: {b: 2, c: 2}\n", "two.yml")
    profile = load_profile(write("include: [one.yml, two.yml]\nmetadata: {c: 3}\n"))
    assert profile.title == "two"
    assert profile.metadata == {"a": 1, "b": 2, "c": 3}
    assert profile.lock == "exclusive"


def test_lists_are_replaced_but_interlocks_and_devices_add_up(write: Write) -> None:
    write(
        """\
        devices:
          bsh.devices.sim.SimMotor: [{name: th}]
        baseline: [th]
        rules: {forbid: ["th > 5"]}
        """,
        "common.yml",
    )
    profile = load_profile(
        write(
            """\
            include: [common.yml]
            devices:
              bsh.devices.sim.SimMotor: [{name: samx}]
            baseline: [samx]
            rules: {forbid: ["samx > 5"]}
            """
        )
    )
    assert [spec.name for spec in profile.devices] == ["th", "samx"]
    assert [str(ref) for ref in profile.baseline] == ["samx"]
    assert [str(rule) for rule in profile.rules] == ["th > 5", "samx > 5"]


def test_included_paths_are_relative_to_the_file_that_names_them(write: Write) -> None:
    write("title: deep\nstartup: [plans.py]\n", "site/parts/deep.yml")
    write("", "site/parts/plans.py")
    write("include: [parts/deep.yml]\n", "site/common.yml")
    profile = load_profile(write("include: [site/common.yml]\n", "eh1.yml"))
    assert profile.title == "deep"
    assert [str(script) for script in profile.startup] == ["site/parts/plans.py"]
    assert profile.problems == ()


def test_a_device_in_two_files_is_told_with_both_places(write: Write) -> None:
    write("devices:\n  bsh.devices.sim.SimMotor:\n    - {name: th}\n", "common.yml")
    file = write("include: [common.yml]\ndevices:\n  bsh.devices.sim.SimMotor: [{name: th}]\n")
    assert [str(problem) for problem in check_profile(file)] == [
        "eh1.yml:3:37: found the name 'th' a second time; the first is the device at common.yml:3:14; "
        "give each a name of its own"
    ]


def test_a_circle_of_includes_is_told_and_ends(write: Write) -> None:
    write("include: [eh1.yml]\n", "common.yml")
    file = write("include: [common.yml]\n")
    assert [str(problem) for problem in check_profile(file)] == [
        "common.yml:1:11: found a circle of included files: eh1.yml -> common.yml -> eh1.yml; "
        "take one 'include' out"
    ]


def test_one_file_may_be_included_by_two_others(write: Write) -> None:
    write("metadata: {site: a}\n", "site.yml")
    write("include: [site.yml]\n", "one.yml")
    write("include: [site.yml]\n", "two.yml")
    profile = load_profile(write("include: [one.yml, two.yml]\n"))
    assert profile.metadata == {"site": "a"}


def test_a_mistake_in_an_included_file_is_told_there(write: Write) -> None:
    write("titel: x\n", "common.yml")
    file = write("include: [common.yml]\nlock: never\n")
    assert [str(problem).split(";")[0] for problem in check_profile(file)] == [
        "eh1.yml:2:7: found 'never' for 'lock'",
        "common.yml:1:1: found the unknown key 'titel'",
    ]


def test_a_wrong_name_of_an_included_file_brings_the_nearest(write: Write) -> None:
    write("", "common.yml")
    (problem,) = check_profile(write("include: [comon.yml]\n"))
    assert str(problem) == "eh1.yml:1:11: found no file 'comon.yml'; write 'common.yml'"
