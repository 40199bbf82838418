"""The JSON schema that editors use: it follows the table of keys, and agrees with the checker."""

from __future__ import annotations

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from bsh.profile import packaged_folder
from bsh.profile.json_schema import profile_json_schema
from bsh.profile.kinds import Key
from bsh.profile.schema import KEYS

SCHEMA = profile_json_schema()
CHECK = Draft202012Validator(SCHEMA)


def wrong(text: str) -> list[str]:
    return [error.json_path for error in CHECK.iter_errors(yaml.safe_load(text))]


def test_the_schema_is_a_schema_and_knows_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == [key.name for key in KEYS]
    assert all("description" in each for each in SCHEMA["properties"].values())


def test_the_file_that_ships_is_this_schema() -> None:
    shipped = json.loads((packaged_folder() / "profile.schema.json").read_text())
    assert shipped == SCHEMA, "run: python docs/generate.py"


@pytest.mark.parametrize("name", ["sim.yml", "epics.yml", "template.yml"])
def test_the_profiles_that_ship_keep_to_it(name: str) -> None:
    assert wrong((packaged_folder() / name).read_text()) == []


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_the_example_of_every_key_keeps_to_it(key: Key) -> None:
    assert wrong(f"{key.name}: {key.example}\n") == []
    assert wrong(f"{key.name}:\n") == [], "a key with nothing behind it has its default"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("titel: x\n", "$"),
        ("title: 3\n", "$.title"),
        ("counters: [det]\n", "$.counters"),
        ("suspenders: [{class: SuspendFloor}]\n", "$.suspenders[0]"),
        ("table: {style: nice}\n", "$.table.style"),
        ("table: {max_columns: 0}\n", "$.table.max_columns"),
        ("confirm_over: soon\n", "$.confirm_over"),
        ("plots: sometimes\n", "$.plots"),
        ("devices: {ophyd.EpicsMotor: th}\n", "$.devices['ophyd.EpicsMotor']"),
    ],
)
def test_what_the_checker_refuses_is_refused(text: str, path: str) -> None:
    assert wrong(text) == [path]


def test_a_devices_file_of_apsbits_keeps_to_it() -> None:
    assert wrong("ophyd.EpicsMotor:\n- {name: m1, prefix: 'gp:m1', labels: [motors]}\n") == []
