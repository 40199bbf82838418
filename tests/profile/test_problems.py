"""Every kind of mistake is found, at its place, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bsh.profile import ProfileProblems, check_profile, load_profile

Write = Callable[..., Path]


def problems(file: Path, **options: object) -> list[str]:
    return [str(problem) for problem in check_profile(file, **options)]  # type: ignore[arg-type]


def test_all_mistakes_of_a_profile_are_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    file = write(
        """\
        profile: eh1
        basline: [th]
        devices:
          bsh.devices.sim.SimMotr:
            - {name: th}
          bsh.devices.sim.SimMotor:
            - {name: chi, unit: deg}
            - {name: chi}
            - {units: deg}
        table: {style: fancy}
        confirm_over: soon
        """
    )
    assert problems(file) == [
        "eh1.yml:2:1: found the unknown key 'basline'; write 'baseline'",
        "eh1.yml:4:3: cannot import 'bsh.devices.sim.SimMotr': module 'bsh.devices.sim' has no attribute "
        "'SimMotr'; did you mean bsh.devices.sim.SimMotor?",
        "eh1.yml:7:19: found the keyword 'unit', which SimMotor does not take; write 'units'",
        "eh1.yml:8:14: found the name 'chi' a second time; the first is the device at eh1.yml:7:14; "
        "give each a name of its own",
        "eh1.yml:9:7: found a bsh.devices.sim.SimMotor without a name; write 'name: ...'",
        "eh1.yml:10:16: found 'fancy' for 'table.style'; write one of rich, spec, none",
        "eh1.yml:11:15: found 'soon' for 'confirm_over'; write a time such as 30 min, 90 s or 1.5 h",
    ]


def test_loading_a_wrong_profile_raises_one_error_with_all_problems(write: Write) -> None:
    file = write("titel: a\nlock: maybe\n")
    with pytest.raises(ProfileProblems) as caught:
        load_profile(file)
    assert len(caught.value.problems) == 2
    assert str(caught.value).splitlines() == [
        "eh1.yml:1:1: found the unknown key 'titel'; write 'title'",
        "eh1.yml:2:7: found 'maybe' for 'lock'; write one of shared, exclusive",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "title: a\ntitle: b\n",
            "eh1.yml:2:1: found the key 'title' a second time; it stands in line 1 already",
        ),
        ("metadata: {a: 1, a: 2}\n", "eh1.yml:1:18: found the key 'a' a second time"),
        ("metadata:\n\ta: 1\n", "eh1.yml:2:1: not YAML"),
        ("title: a: b\n", "write a text that holds ': ' in quotes"),
        ("devices: [\n", "eh1.yml:2:1: not YAML"),
        ("- th\n", "eh1.yml:1:1: found a list; write keys such as 'devices:'"),
        ("title: one\n---\ntitle: two\n", "keep one document a file"),
        (
            "title: on\n",
            "eh1.yml:1:8: found on, which YAML reads as true for 'title'; write a text, in quotes: \"on\"",
        ),
        (
            "metadata:\n  on: 1\n",
            'eh1.yml:2:3: found on, which YAML reads as true as a key; write it in quotes: "on"',
        ),
        ("metadata: {a: !secret x}\n", "which is not plain YAML"),
        ("metadata: &m {a: *m}\n", "an anchor that contains itself"),
        ("metadata: {a: .nan}\n", "found the number .nan for 'metadata.a'; write a finite number or null"),
        ("baseline: th\n", "found 'th' for 'baseline'; write a list: [th]"),
        (
            "baseline: {th: 1}\n",
            "found a mapping (key: value) for 'baseline'; write a list, each entry the name",
        ),
        ("devices: [th]\n", "found a list for 'devices'; write classes, each with a list of keywords"),
        (
            "devices:\n  bsh.devices.sim.SimMotor: {name: th}\n",
            "write a list of keywords, one entry a device",
        ),
        (
            "devices:\n  SimMotor: [{name: th}]\n",
            "eh1.yml:2:3: 'SimMotor' has no module; write module.Class",
        ),
        ("devices:\n  nowhere.at.All: [{name: th}]\n", "eh1.yml:2:3: cannot import 'nowhere.at.All'"),
        (
            "devices:\n  os.path: [{name: th}]\n",
            "eh1.yml:2:3: 'os.path' is a module, not a class or function",
        ),
        ("devices:\n  bsh.devices.sim.SimMotor: [{name: 5}]\n", "found the number 5 for 'name'"),
        (
            "devices:\n  bsh.devices.sim.SimMotor: [{name: th, labels: motors}]\n",
            "found 'motors' for 'labels'",
        ),
        ("suspenders: [{class: X}]\n", "found no 'signal' in 'suspenders'; write 'signal: ring.current'"),
        ("shutter: {device: s, open: 1}\n", "found no 'close' in 'shutter'; write 'close: Close'"),
        ("shutter: {device: s, open: 1, close: 0, shut: 2}\n", "found the unknown key 'shut' in 'shutter'"),
        (
            "table: {max_columns: 0}\n",
            "found the number 0 for 'table.max_columns'; write a whole number, 1 or more",
        ),
        ("table: {max_columns: true}\n", "found true for 'table.max_columns'"),
        ("count_time: {th: 5}\n", "found the number 5 for 'count_time.th'"),
        ("on_missed_target: {action: wran}\n", "write 'warn' (one of warn, pause, fail)"),
        (
            "on_missed_target: {tolerance: {th: -1}}\n",
            "found the number -1 for 'on_missed_target.tolerance.th'",
        ),
        ("data: {spce: x}\n", "found the unknown key 'spce' in 'data'; write 'spec'"),
        ("bluesky: yes please\n", "found 'yes please' for 'bluesky'; write true or false"),
        ("profile: a/b\n", "eh1.yml:1:10: 'a/b' cannot be the name of a profile"),
        ("include: [nothing.yml]\n", "eh1.yml:1:11: found no file 'nothing.yml'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(write: Write, text: str, expected: str) -> None:
    found = problems(write(text))
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize(
    "where", ["baseline", "monitors", "toolbar", "counters", "suspenders", "aliases", "shutter"]
)
def test_a_device_that_does_not_exist_is_told_with_the_nearest(write: Write, where: str) -> None:
    value = {
        "counters": "{default: [samz]}",
        "suspenders": "[{class: SuspendFloor, signal: samz.x}]",
        "aliases": "{x: samz}",
        "shutter": "{device: samz, open: 1, close: 0}",
    }.get(where, "[samz]")
    file = write(f"devices:\n  bsh.devices.sim.SimMotor: [{{name: samx}}]\n{where}: {value}\n")
    (problem,) = [text for text in problems(file) if "unknown device" in text]
    assert "'samz'" in problem
    assert "write 'samx'" in problem
    assert problem.startswith("eh1.yml:3:")


def test_keywords_of_suspenders_are_checked(write: Write) -> None:
    file = write(
        """\
        devices:
          bsh.devices.sim.SimRing: [{name: ring}]
        suspenders:
          - {class: SuspendFlor, signal: ring.current, suspend_thresh: 50}
          - {class: SuspendFloor, signal: ring.current, thresh: 50}
        """
    )
    assert problems(file) == [
        "eh1.yml:4:13: cannot import 'bsh.suspenders.SuspendFlor': module 'bsh.suspenders' has no attribute "
        "'SuspendFlor'; did you mean bsh.suspenders.SuspendFloor?",
        "eh1.yml:5:13: found no 'suspend_thresh', which SuspendFloor needs; write 'suspend_thresh: ...'",
        "eh1.yml:5:49: found the keyword 'thresh', which SuspendFloor does not take; write 'resume_thresh'",
    ]


def test_a_reference_to_an_unknown_device_stands_where_it_was_written(write: Write) -> None:
    file = write(
        """\
        devices:
          bsh.devices.sim.SimMotor: [{name: th}]
          bsh.devices.sim.SimDetector:
            - {name: det, motor: $ht}
        """
    )
    assert problems(file) == ["eh1.yml:4:26: found the unknown device 'ht' in 'det: motor'; write 'th'"]


def test_a_circle_of_references_is_told(write: Write) -> None:
    file = write(
        """\
        devices:
          bsh.devices.sim.SimDetector:
            - {name: one, motor: $two}
            - {name: two, motor: $one}
        """
    )
    assert problems(file) == ["eh1.yml:3:14: found a circle of references: one -> two -> one; take one out"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("lambda", "a word of Python"),
        ("print", "would hide Python's print"),
        ("RE", "the run engine at the prompt"),
        ("_th", "names with a leading _"),
        ("m-1", "cannot be typed at the prompt; write 'm_1'"),
        ("9id", "cannot be typed at the prompt; write 'd_9id'"),
        ("ct", "a command of the shell"),
    ],
)
def test_a_device_cannot_have_a_name_that_the_prompt_needs(write: Write, name: str, why: str) -> None:
    file = write(f"devices:\n  bsh.devices.sim.SimMotor: [{{name: '{name}'}}]\n")
    (problem,) = problems(file, commands={"ct", "mv"})
    assert problem.startswith(
        f"eh1.yml:2:37: found the name '{name}', which" if "leading" not in why else "eh1.yml"
    )
    assert why in problem


def test_an_alias_follows_the_rules_of_names_too(write: Write) -> None:
    file = write(
        "devices:\n  bsh.devices.sim.SimMotor: [{name: th}]\naliases: {mv: th, th: th, b: a, a: th}\n"
    )
    found = problems(file, commands={"mv"})
    assert (
        "eh1.yml:3:11: found the name 'mv', which is a command of the shell; choose another, such as 'mv1'"
        in found[0]
    )
    assert "found the name 'th' a second time; the first is the device at eh1.yml:2:37" in found[1]
    assert "found the unknown device 'a' in 'aliases.b'" in found[2], "an alias of an alias"


def test_a_start_up_script_that_is_missing_is_told_but_does_not_keep_the_shell_from_starting(
    write: Write,
) -> None:
    file = write("startup: [scripts/plans.py]\n")
    assert load_profile(file).problems[0].fatal is False
    assert problems(file) == [
        "eh1.yml:1:11: found no file 'scripts/plans.py' for 'startup'; "
        "write a path relative to this file, or make the file"
    ]


def test_a_missing_file_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(ProfileProblems, match="found no file"):
        load_profile(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{date", "expected '}' before end of string"),
        ("{}.spec", "braces with no key in them"),
        ("{0}.spec", "braces with no key in them"),
    ],
)
def test_a_file_name_that_cannot_be_filled_in_is_told(write: Write, pattern: str, words: str) -> None:
    file = write(f"profile: eh1\ndata:\n  spec: '{pattern}'\n")
    (problem,) = problems(file)
    assert problem.startswith(f"eh1.yml:3:9: found {pattern!r} in 'data.spec': {words}")
    assert "{date}_{sample}_{scan_id:05d}" in problem


def test_file_names_may_have_keys_of_the_metadata(write: Write) -> None:
    assert problems(write("profile: eh1\ndata: {nexus: '{date}/{sample}_{scan_id:05d}.nxs'}\n")) == []
