"""A scan is the same however it is written; and the system's commands are never reached."""

from __future__ import annotations

import re

import pytest

PROFILE = """\
profile: still
devices:
  bsh.devices.sim.SimMotor: [{name: th, units: deg, limits: [-10, 10], velocity: 100, labels: [motors]}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $th, sigma: 0.5, noise: null, count_time: 0}]
counters: {default: [det]}
"""
SPELLINGS = ["ascan th -1 1 4 0.01", "%ascan th -1 1 4 0.01", "ascan(th, -1, 1, 4, 0.01)"]
ALWAYS_NEW = {
    "uid",
    "time",
    "scan_id",
    "run_start",
    "descriptor",
    "timestamps",
    "versions",
    "axes_before",
    "positions_before",
}


@pytest.fixture
def still(tmp_path):
    """A profile whose detector has no noise."""
    (tmp_path / "still.yml").write_text(PROFILE)
    return "./still.yml"


def without(keys, value):
    if isinstance(value, dict):
        return {key: without(keys, item) for key, item in value.items() if key not in keys}
    if isinstance(value, list):
        return [without(keys, item) for item in value]
    return value


def lasting(documents):
    """What must be the same in documents of the same scan."""
    return [(name, without(ALWAYS_NEW, doc)) for name, doc in documents]


@pytest.mark.terminal
def test_words_magic_and_call_at_the_prompt_give_the_same_documents(open_shell, home, still):
    shell = open_shell("-p", still)
    for number, line in enumerate(SPELLINGS, 1):
        assert f"#{number} done · 5 points" in shell.run(line)
    first, second, third = (lasting(home.documents(number, "still")) for number in (1, 2, 3))
    assert first == second == third
    assert [name for name, _ in first] == ["start", "descriptor", *["event"] * 5, "stop"]


def test_words_magic_and_call_in_a_script_and_plain_python_measure_the_same_points(bsh, home, still):
    assert bsh("-p", still, stdin="\n".join(SPELLINGS)).stderr == ""
    done = bsh("-p", still, "-c", "RE(bp.scan([det], th, -1, 1, 5))")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = (lasting(home.documents(number, "still")) for number in (1, 2, 3))
    assert first == second == third
    plain = home.readings(4, "still")
    assert [reading["th"] for reading in plain] == [-1, -0.5, 0, 0.5, 1]
    for key in ("th", "th_setpoint"):
        assert [reading.get(key) for reading in plain] == [
            reading.get(key) for reading in home.readings(1, "still")
        ]


SYSTEM = ("mv", "cp", "rm", "more", "less", "cat", "ln", "ls", "man", "clear", "rmdir", "mkdir")


@pytest.mark.terminal
def test_commands_of_the_system_never_reach_it(open_shell, bsh, tmp_path, still):
    (tmp_path / "file").write_text("precious")
    (tmp_path / "folder").mkdir()
    shell = open_shell("-p", still)
    for name in SYSTEM:
        target = "folder" if name == "rmdir" else "file"
        for line in (f"{name} {target} other", f"%{name} {target} other"):
            told = shell.run(line)
            assert "precious" not in told
            assert re.match(r"there is no command|mv: |(ERROR: )?UsageError: Line magic", told), told
    done = bsh("-p", still, "-c", "rm file")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("there is no command rm")
    assert (tmp_path / "file").read_text() == "precious"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder", "home", "still.yml"}
