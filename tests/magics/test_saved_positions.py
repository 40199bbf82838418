"""pos: positions with a name."""

import pytest

from bsh.errors import CommandError, DeviceError, LimitError, StoreError, UsageError
from bsh.session import Session
from bsh.shell.completion import complete


def places(session):
    return [session.devices[name].position for name in ("th", "samx")]


def test_motors_go_back_to_where_they_were_saved_and_undo_takes_it_back(session, run):
    session.run("mv th 1 samx 2")
    assert run("pos save mounted th samx").plain() == "mounted: th 1.0000 deg  samx 2.000 mm"
    session.run("mv th 0 samx 0")
    assert run("pos -p mounted").plain() == "th: 0.0000 → 1.0000 deg\nsamx: 0.000 → 2.000 mm"
    assert places(session) == [0.0, 0.0]
    session.run("pos mounted")
    assert places(session) == [1.0, 2.0]
    session.run("undo")
    assert places(session) == [0.0, 0.0]


def test_they_are_there_after_a_restart_and_can_be_forgotten(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as one:
        one.run("mv th 1")
        one.run("pos save home")
    with Session.from_profile("sim", home=tmp_path) as two:
        assert two.positions.of("home") == {"th": 1.0, "tth": 0.0, "samx": 0.0, "samy": 0.0}
        two.run("pos home")
        assert two.devices["th"].position == 1.0
        two.run("pos rm home")
        assert two.positions.all() == {}


def test_a_name_can_be_saved_again_and_that_is_said(session, run):
    session.run("pos save a th")
    assert "old positions of that name are gone" in run("pos save a samx").plain()
    assert list(session.positions.of("a")) == ["samx"]
    assert "samx 0.000 mm" in run("pos").plain()


def test_all_or_nothing_moves_within_the_limits(session):
    session.run("mv samx 5")
    session.run("pos save far th samx")
    session.run("mv samx 0 th 1")
    session.devices["samx"].limits = (-1, 1)
    with pytest.raises(LimitError, match="samx"):
        session.run("pos far")
    assert places(session) == [1.0, 0.0]


def test_at_a_prompt_it_asks(session, monkeypatch):
    session.run("pos save a th")
    session.run("mv th 1")
    session.interactive = True
    monkeypatch.setattr("builtins.input", lambda question: "n")
    session.run("pos a")
    assert places(session)[0] == 1.0
    session.run("pos -y a")
    assert places(session)[0] == 0.0


def test_tab_offers_them(session):
    session.run("mv th 1.25; pos save mounted th; mv th 0")
    assert complete("mv th ", session, session.namespace).notes["1.2500"] == "mounted, before"
    assert "mounted" not in complete("mv samx ", session, session.namespace).notes.values()


def test_a_device_that_is_gone_is_named(session):
    session.positions.save("old", {"nosuch": 1.0})
    with pytest.raises(DeviceError, match="nosuch is not there any more"):
        session.run("pos old")


def test_a_damaged_file_is_named_and_completion_goes_on(session):
    (session.folder / "positions.json").write_text("{")
    with pytest.raises(StoreError, match=r"positions\.json cannot be read"):
        session.run("pos")
    assert complete("mv th ", session, session.namespace).words


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("pos nosuch", CommandError, "nothing is saved as nosuch"),
        ("pos save", UsageError, "a name is wanted"),
        ("pos save a nosuch", UsageError, "unknown motor nosuch"),
        ("pos save rm", UsageError, "a word of the command"),
        ("pos rm", UsageError, "one name is wanted"),
        ("pos a b", UsageError, "not understood"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, said):
    with pytest.raises(error, match=said):
        session.run(line)
