"""mg and lsct: which counters count."""

import pytest

from bsh.errors import CommandError, UsageError
from bsh.session import OfflineDevice, Session


def counting(session):
    return [device.name for device in session.counters]


def test_counters_are_taken_out_and_in_again(session, run):
    assert run("mg").plain() == "*  default  det mon"
    assert run("mg rm mon").plain().splitlines() == ["   default  det mon", "*           det"]
    session.run("loopscan 1 0.01")
    assert session.store.run(-1).start["detectors"] == ["det"]
    run("mg add m*")
    assert counting(session) == ["det", "mon"]
    run("mg rm det mon")
    with pytest.raises(CommandError, match="no active counters"):
        session.run("ct 0.01")
    run("mg default")
    assert counting(session) == ["det", "mon"]


def test_what_was_chosen_counts_in_the_next_session_too_and_that_is_said(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as one:
        one.run("mg rm mon")
    with Session.from_profile("sim", home=tmp_path) as two:
        assert counting(two) == ["det"]
        assert (
            "counting with det, as chosen in an earlier session; mg default goes back to the profile's"
            in two.notices
        )
        two.run("mg default")
    with Session.from_profile("sim", home=tmp_path) as three:
        assert counting(three) == ["det", "mon"]
        assert not [notice for notice in three.notices if "counting with" in notice]


def test_a_counter_that_is_gone_changes_nothing(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as one:
        one.run("mg rm mon")
        file = one.folder / "selection.json"
    file.write_text(file.read_text().replace('"det"', '"gone"'))
    with Session.from_profile("sim", home=tmp_path) as two:
        assert counting(two) == ["det", "mon"]
        assert any(notice.startswith("gone counted in the last session") for notice in two.notices)


def test_lsct_lists_what_can_count_with_what_is_known_of_it(session, run):
    session.run("mg rm mon; plotselect det; ct 0.01 mon")
    session.devices["dead"] = OfflineDevice("dead", "no answer")
    counted = session.shown[-1].rows[0].value
    head, *rows = run("lsct").plain().splitlines()
    assert head.split() == ["name", "groups", "units", "last", "kind"]
    lines = {row[4:].split()[0]: row.split() for row in rows}
    assert lines["det"] == ["*+", "det", "default", "counts", "0", "SimDetector"]
    assert lines["mon"] == ["mon", "default", "counts", str(counted), "SimDetector"]
    assert lines["ring"] == ["ring", "SimRing", "ring_current"]
    assert "th" not in lines


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("mg nosuch", CommandError, "there is no group of counters 'nosuch'"),
        ("mg add", UsageError, "which counters"),
        ("mg add nosuch", UsageError, "unknown counter nosuch"),
        ("mg rm ring", UsageError, "ring does not count"),
        ("mg default det", UsageError, "more than one group"),
        ("lsct nosuch*", UsageError, "no counter matches"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, said):
    with pytest.raises(error, match=said):
        session.run(line)
    assert counting(session) == ["det", "mon"]
