"""A happi database is taken over by one line: include."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh.profile import ProfileProblems, load_profile

Write = Callable[..., Path]

SAMX = {
    "_id": "samx",
    "active": True,
    "args": ["{{prefix}}"],
    "beamline": "EH1",
    "device_class": "ophyd.EpicsMotor",
    "documentation": None,
    "functional_group": "sample",
    "kwargs": {"name": "{{name}}"},
    "name": "samx",
    "prefix": "SIM:m1",
    "type": "OphydItem",
}
FIELDS = {**SAMX, "device_class": "lab.Camera", "name": "cam", "prefix": "SIM:", "functional_group": ""}


def anything(**keywords: Any) -> dict[str, Any]:
    return keywords


def load(write: Write, database: dict[str, Any]) -> Any:
    write(json.dumps(database, indent=1), "happi.json")
    return load_profile(write("include: [happi.json]\nbaseline: [samx]\n"), resolver=lambda dotted: anything)


def test_entries_become_devices_with_their_fields_filled_in(write: Write) -> None:
    camera = {
        **FIELDS,
        "kwargs": {"name": "{{name}}", "roi": ["{{prefix}}ROI1", 3], "size": "{{pixels}}"},
        "pixels": 512,
    }
    samx, cam = load(write, {"samx": SAMX, "cam": camera}).devices
    assert (samx.factory, samx.name, samx.labels) == ("ophyd.EpicsMotor", "samx", ("sample",))
    assert dict(samx.keywords) == {"prefix": "SIM:m1", "name": "samx"}
    assert dict(cam.keywords) == {"prefix": "SIM:", "name": "cam", "roi": ["SIM:ROI1", 3], "size": 512}
    assert str(samx.position).startswith("happi.json:")


def test_entries_that_are_not_active_are_left_out(write: Write) -> None:
    (samx,) = load(write, {"samx": SAMX, "old": {**SAMX, "name": "old", "active": False}}).devices
    assert samx.name == "samx"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"args": [3]}, r"found the number 3 for 'args'; write a template such as"),
        (
            {"kwargs": {"name": "samx", "x": "{{nowhere}}"}},
            r"\{\{nowhere\}\}.* with a field of the same entry",
        ),
        ({"kwargs": {"name": "samx", "x": "{{name|upper}}"}}, r"nothing else in the braces"),
        ({"device_class": None}, "found nothing for 'device_class'; write the dotted name of a class"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_line(
    write: Write, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(ProfileProblems, match=told) as caught:
        load(write, {"samx": {**SAMX, **change}})
    assert "happi.json:" in str(caught.value)


def test_a_query_selects_entries_and_one_that_finds_none_says_what_there_is(write: Write) -> None:
    write(json.dumps({"samx": SAMX, "cam": {**FIELDS, "beamline": "EH2"}}, indent=1), "happi.json")
    for query, names in [
        ("beamline=EH2", ["cam"]),
        ("beamline=EH1&functional_group=sample", ["samx"]),
        ("active=True", ["samx", "cam"]),
    ]:
        profile = load_profile(write(f"include: ['happi.json?{query}']\n"), resolver=lambda dotted: anything)
        assert [spec.name for spec in profile.devices] == names
    for query, told in [
        ("beamline=EH3", "found no entry with 'beamline=EH3' in the database; write one of EH1, EH2"),
        ("hutch=1", "write a field that the entries have"),
    ]:
        with pytest.raises(ProfileProblems, match=told):
            load_profile(write(f"include: ['happi.json?{query}']\n"))
    write("devices: {}\n", "common.yml")
    with pytest.raises(ProfileProblems, match="which is no happi database; take"):
        load_profile(write("include: ['common.yml?beamline=EH1']\n"))
