"""A right profile becomes values."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from bsh.profile import DeviceRef, Profile, ProfileHead, check_profile, load_profile, read_head

Write = Callable[..., Path]

FULL = """\
profile: sim
title: Simulated beamline
include: [common.yml]
devices:
  bsh.devices.sim.SimMotor:
    - {name: th, labels: [motors], units: deg, limits: [-180, 180], velocity: 1e1, precision: 4}
  lab.Motor:
    - {name: samx, prefix: "SIM:m1", labels: [motors, sample]}
  lab.Other: [{name: ring}, {name: shutter}, {name: det}, {name: mon}, {name: scaler1}, {name: detz}, {name: beamstop}]
counters:
  default: [det, mon]
  all: [det]
aliases: {theta: th}
metadata: {beamline_id: SIM, proposal: null, started: 2026-01-31, at: 12:30}
baseline: [th, samx]
monitors: []
suspenders:
  - {class: SuspendFloor, signal: ring.current, suspend_thresh: 50, resume_thresh: 60, sleep: 5}
shutter: {device: shutter, open: Open, close: Close}
toolbar: [ring.current, shutter]
rules: {forbid: ["detz < 50 and beamstop == 'out'"]}
count_time: {scaler1: preset_time}
on_missed_target: warn
confirm_over: 30 min
startup: [scripts/user_plans.py]
on_exit: [close_shutter]
data: {spec: "{date}_{profile}.spec"}
table: {style: rich, max_columns: null}
"""


def anything(**keywords: Any) -> dict[str, Any]:
    return keywords


@pytest.fixture
def full(write: Write) -> Profile:
    write("lock: exclusive\n", "common.yml")
    write("", "scripts/user_plans.py")
    return load_profile(write(FULL), resolver=lambda dotted: anything)


def test_the_profile_of_the_interface_page_is_read_whole(full: Profile) -> None:
    assert full.problems == ()
    assert (full.name, full.title, full.lock) == ("sim", "Simulated beamline", "exclusive")
    assert [str(file) for file in full.files] == ["common.yml", "eh1.yml"]
    assert [device.name for device in full.devices] == [
        "th",
        "samx",
        "ring",
        "shutter",
        "det",
        "mon",
        "scaler1",
        "detz",
        "beamstop",
    ]
    assert full.devices[0].labels == ("motors",)
    assert full.devices[0].keywords["velocity"] == 10.0
    assert "labels" not in full.devices[0].keywords
    assert list(full.counters) == ["default", "all"]
    assert [str(ref) for ref in full.counters["default"]] == ["det", "mon"]
    assert str(full.aliases["theta"]) == "th"
    assert full.metadata == {"beamline_id": "SIM", "proposal": None, "started": "2026-01-31", "at": "12:30"}
    (suspender,) = full.suspenders
    assert suspender.factory == "bsh.suspenders.SuspendFloor"
    assert str(suspender.signal) == "ring.current"
    assert suspender.keywords == {"suspend_thresh": 50, "resume_thresh": 60, "sleep": 5}
    assert full.shutter is not None
    assert (str(full.shutter.device), full.shutter.open, full.shutter.close) == ("shutter", "Open", "Close")
    assert [str(rule) for rule in full.rules] == ["detz < 50 and beamstop == 'out'"]
    assert full.count_time == {"scaler1": "preset_time"}
    assert full.on_missed_target.action == "warn"
    assert full.confirm_over_s == 1800.0
    assert [str(script) for script in full.startup] == ["scripts/user_plans.py"]
    assert [str(line) for line in full.on_exit] == ["close_shutter"]
    assert full.data == {"spec": "{date}_{profile}.spec"}
    assert full.table.max_columns is None


def test_values_remember_where_they_were_written(full: Profile) -> None:
    assert str(full.baseline[1].position) == "eh1.yml:15:16"
    assert str(full.devices[0].position) == "eh1.yml:6:14"
    assert str(full.devices[0].keyword_positions["velocity"]) == "eh1.yml:6:69"
    assert str(full.positions["lock"]) == "common.yml:1:1"


def test_a_profile_cannot_be_changed(full: Profile) -> None:
    with pytest.raises(FrozenInstanceError):
        full.title = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        full.metadata["x"] = 1  # type: ignore[index]


def test_an_empty_file_is_a_profile_named_like_the_file(write: Write) -> None:
    profile = load_profile(write("# nothing yet\n", "id9.yml"))
    assert profile.name == "id9"
    assert profile.devices == ()
    assert profile.confirm_over_s == 1800.0


def test_keys_with_nothing_behind_them_have_their_defaults(write: Write) -> None:
    profile = load_profile(
        write("devices:\nbaseline:\nmetadata:\nconfirm_over: null\nattention_after: null\n")
    )
    assert (profile.devices, profile.baseline, dict(profile.metadata)) == ((), (), {})
    assert profile.confirm_over_s is None, "null is the way to say never"
    assert profile.attention_after_s is None
    assert profile.plots is True


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30 min", 1800), ("90 s", 90), ("1.5 h", 5400), ("45", 45), ("2hours", 7200), ("5m", 300)],
)
def test_durations_are_seconds(write: Write, written: str, seconds: float) -> None:
    assert load_profile(write(f"confirm_over: {written}\n")).confirm_over_s == seconds


def test_devices_come_after_those_that_they_refer_to(write: Write) -> None:
    profile = load_profile(
        write(
            """\
            devices:
              bsh.devices.sim.SimDetector:
                - {name: det, motors: [$th, $chi], ring: $ring.current, units: $$counts, shutter: null}
              bsh.devices.sim.SimMotor: [{name: samx}, {name: th}, {name: chi}]
              bsh.devices.sim.SimRing: [{name: ring}]
            """
        )
    )
    assert [device.name for device in profile.devices] == ["th", "chi", "ring", "det", "samx"]
    det = profile.devices[3].keywords
    assert isinstance(det["motors"][0], DeviceRef)
    assert str(det["ring"]) == "ring.current"
    assert det["units"] == "$counts", "two dollar signs are one, in a text"


def test_a_macro_of_somebody_else_is_not_a_reference(write: Write) -> None:
    file = write('devices:\n  lab.Motor: [{name: th, prefix: "$(P)m1", suffix: "$"}]\n')
    (spec,) = load_profile(file, resolver=lambda dotted: anything).devices
    assert spec.keywords["prefix"] == "$(P)m1"


def test_devices_yml_of_apsbits_and_guarneri_can_be_included_as_it_is(write: Write) -> None:
    write(
        """\
        lab.factory.predefined:
        - {creator: ophyd.sim.motor, name: sim_motor}
        - {creator: ophyd.sim.noisy_det, name: sim_det}
        lab.Shutter:
        - name: shutter
          labels: ["shutters"]
        lab.UserCalcs:
        """,
        "devices.yml",
    )
    file = write(
        "include: [devices.yml]\ndevices:\n  lab.Shutter: [{name: shutter2}]\nbaseline: [sim_motor]\n"
    )
    profile = load_profile(file, resolver=lambda dotted: anything)
    assert [spec.name for spec in profile.devices] == ["sim_motor", "sim_det", "shutter", "shutter2"]
    assert profile.devices[2].labels == ("shutters",)
    assert str(profile.devices[2].position) == "devices.yml:5:9"


def test_yaml_anchors_and_merge_keys_work(write: Write) -> None:
    file = write(
        """\
        devices:
          lab.Motor:
            - &slow {name: th, velocity: 1, units: deg}
            - {<<: *slow, name: tth}
        """
    )
    profile = load_profile(file, resolver=lambda dotted: anything)
    assert dict(profile.devices[1].keywords) == {"name": "tth", "velocity": 1, "units": "deg"}


def many(first: int, last: int, prefix: str = "") -> list[str]:
    return [f"{prefix}{n}" for n in range(first, last + 1)]


def test_a_factory_may_name_its_devices_itself(write: Write) -> None:
    file = write("devices:\n  lab.many: [{first: 1, last: 4}]\nbaseline: [m3]\n")
    profile = load_profile(file, resolver=lambda dotted: many)
    assert profile.devices[0].name is None
    assert str(profile.baseline[0]) == "m3", "the session finds out whether there is an m3"
    assert [
        str(p)
        for p in check_profile(
            write("devices:\n  lab.many: [{last: 4, frist: 1}]\n"), resolver=lambda d: many
        )
    ] == [
        "eh1.yml:2:14: found no 'first', which many needs; write 'first: ...'",
        "eh1.yml:2:24: found the keyword 'frist', which many does not take; write 'first'",
    ]


def test_the_state_folder_has_the_name_in_the_file(write: Write) -> None:
    write("profile: hutch\n", "common.yml")
    assert read_head(write("profile: eh7\ntitle: Hutch 7\n", "other.yml")) == ProfileHead("eh7", "Hutch 7")
    assert read_head(write("title: x\n", "id9.yml")).name == "id9"
    assert read_head(write("include: [common.yml]\n", "third.yml")).name == "hutch"


def test_a_file_whose_name_cannot_be_a_folder_needs_the_key_profile(write: Write) -> None:
    (problem,) = check_profile(write("title: x\n", "my beamline.yml"))
    assert str(problem).startswith("my beamline.yml:1:1: 'my beamline' cannot be the name of a profile")


def test_classes_beside_the_profile_can_be_used(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", sys.path.copy())
    write(
        "class Stage:\n    def __init__(self, name: str, travel: float = 1.0): self.name = name\n",
        "site/id9_stages.py",
    )
    file = write("devices:\n  id9_stages.Stage: [{name: stage, travle: 2}]\n", "site/id9.yml")
    (problem,) = check_profile(file)
    assert "found the keyword 'travle', which Stage does not take; write 'travel'" in str(problem)
