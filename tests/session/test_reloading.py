"""A profile that changes while its session goes on."""

import pytest

from bsh.profile import load_profile
from bsh.session import Session
from bsh.session.reloading import changes_of, take_in

PROFILE = """\
profile: eh1
devices:
  bsh.devices.sim.SimMotor:
    - {name: th, limits: [-10, 10]}
    - {name: samx}
    - {name: gone}
  bsh.devices.sim.SimSignal:
    - {name: current, value: 100}
  bsh.devices.sim.SimDetector:
    - {name: det, motor: $th}
    - {name: mon}
counters: {default: [det, mon]}
baseline: [th, samx]
aliases: {theta: th}
toolbar: [current]
confirm_over: 30 min
"""


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "eh1.yml"
    made.write_text(PROFILE)
    return made


@pytest.fixture
def session(file, tmp_path):
    with Session.from_profile(file, home=tmp_path / "home") as made:
        yield made


def changed(session, file, *pairs):
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    new = load_profile(file)
    return new, changes_of(session.profile, new)


def test_lines_that_only_move_are_no_change(session, file):
    _, changes = changed(session, file, ("profile: eh1\n", "# a comment\n\nprofile: eh1\n"))
    assert not changes


def test_what_changed_and_what_refers_to_it_is_made_anew_wherever_it_is_used(session, file):
    old = dict(session.devices)
    session.run("set_lm th -5 5")
    new, changes = changed(
        session,
        file,
        ("limits: [-10, 10]", "limits: [-20, 20]"),
        ("- {name: mon}", "- {name: mon}\n    - {name: i0}"),
    )
    assert changes.devices == ("th", "i0", "det")
    assert changes.later == ()
    assert take_in(session, new, changes) == []
    devices = session.devices
    assert devices["th"].limits == (-20.0, 20.0)
    assert devices["th"] is not old["th"]
    assert session.namespace["th"] is devices["th"] is session.namespace["theta"]
    assert devices["det"].motors == (devices["th"],)
    assert session.counters == [devices["det"], old["mon"]]
    assert session.supplemental.baseline == [devices["th"], old["samx"]]
    assert devices["samx"] is old["samx"]
    assert session.namespace["i0"] is devices["i0"]
    from bsh.commands import limits_of

    assert limits_of(devices["th"]) == (-5.0, 5.0)
    assert not changes_of(session.profile, new)


def test_what_is_held_on_to_is_gone_or_is_no_device_takes_effect_at_the_next_start(session, file):
    new, changes = changed(
        session,
        file,
        ("value: 100", "value: 90"),
        ("    - {name: gone}\n", ""),
        ("30 min", "5 min"),
        ("aliases: {theta: th}", "aliases: {angle: th}"),
    )
    assert changes.devices == ()
    assert changes.later == ("current (toolbar)", "gone (gone)", "aliases")
    assert changes.at_once == ("confirm_over",)
    take_in(session, new, changes)
    assert session.profile.confirm_over_s == 300.0
    assert "gone" in session.devices
