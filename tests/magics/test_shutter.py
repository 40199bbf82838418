"""The profile's shutter, typed."""

from pathlib import Path

import pytest

from bsh.errors import CommandError, DeviceOffline
from bsh.plan_patterns import is_plan
from bsh.session import Session
from bsh.session.offline import OfflineDevice
from bsh.shell.plan_hint import plan_hint


def test_the_shutter_is_closed_opened_and_asked_for(session, run):
    shutter = session.devices["shutter"]
    assert run("shstat").text == "shutter is open"
    assert run("shclose").text == "shutter was set to closed"
    assert shutter.position == "closed"
    assert run("shstat").text == "shutter is closed"
    assert run("shopen").text == "shutter was set to open"
    assert shutter.position == "open"


@pytest.mark.parametrize("name", ["open_shutter", "close_shutter"])
def test_a_plan_of_the_shutter_that_is_only_made_gets_the_hint_of_plans(session, name):
    make = session.namespace[name]
    assert is_plan(make)
    assert plan_hint(make()) == "This is a plan; it was not run. To run it: RE(_)"
    assert session.devices["shutter"].position == "open"


@pytest.mark.parametrize("name", ["shopen", "shclose", "shstat"])
def test_a_profile_without_the_key_is_told_what_to_write(tmp_path, name):
    file = Path(tmp_path / "plain.yml")
    file.write_text("devices:\n  bsh.devices.sim.SimShutter: [{name: fe}]\n")
    with (
        Session.from_profile(file, home=tmp_path / "home") as session,
        pytest.raises(CommandError, match=f"^{name}: the profile does not say") as caught,
    ):
        session.run(name)
    assert caught.value.hint == "write in the profile: shutter: {device: NAME, open: VALUE, close: VALUE}"


@pytest.mark.parametrize(
    ("value", "state"),
    [("1", "fe is open"), ("0", "fe is closed"), ("2", "fe is 2 (open: 1, closed: 0)")],
)
def test_a_signal_is_named_after_the_words_of_the_profile(tmp_path, value, state):
    file = Path(tmp_path / "plain.yml")
    file.write_text(
        f"devices:\n  bsh.devices.sim.SimSignal: [{{name: fe, value: {value}}}]\n"
        "shutter: {device: fe, open: 1, close: 0}\n"
    )
    with Session.from_profile(file, home=tmp_path / "home") as session:
        shown = []
        session.show = shown.append
        session.run("shstat")
        assert [report.text for report in shown] == [state]


@pytest.mark.parametrize("name", ["shopen", "shclose", "shstat"])
def test_a_shutter_that_is_offline_is_named(session, name):
    session.devices["shutter"] = OfflineDevice("shutter", "no answer within 2 s")
    with pytest.raises(DeviceOffline, match="shutter is offline: no answer"):
        session.run(name)


def test_the_shutter_may_be_named_by_an_alias(tmp_path):
    file = Path(tmp_path / "plain.yml")
    file.write_text(
        "devices:\n  bsh.devices.sim.SimShutter: [{name: fe, delay: 0}]\naliases: {front: fe}\n"
        "shutter: {device: front, open: open, close: closed}\n"
    )
    with Session.from_profile(file, home=tmp_path / "home") as session:
        shown = []
        session.show = shown.append
        session.run("shopen")
        session.run("shstat")
        assert shown[-1].text == "front is open"
        session.RE(session.namespace["close_shutter"]())
        assert session.devices["fe"].position == "closed"
