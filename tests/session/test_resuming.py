"""``resume N``: what is left of a scan that was broken off, as a new run."""

from __future__ import annotations

import pytest

from bsh.errors import BshError, CommandError, LimitError


class BrokenOffError(Exception):
    """The reason why a scan of these tests ends early."""


def take(session, line, points):
    """Type a line whose scan fails after so many points; return its run."""

    def count(name, doc):
        if doc["seq_num"] == points:
            raise BrokenOffError

    token = session.RE.subscribe(count, "event")
    with pytest.raises(BrokenOffError):
        session.run(line)
    session.RE.unsubscribe(token)
    return session.store.run(-1)


def data(run, key):
    return [doc["data"][key] for name, doc in run.documents() if name == "event"]


LINES = [
    ("ascan th -1 1 10 0.001", "th"),
    ("dscan th -1 1 10 0.001 mon", "th"),
    ("th2th -1 1 10 0.001", "tth"),
    ("a2scan th -1 1 samx 2 3 10 0.001 sample=Cu", "samx"),
    ("mesh th 0 1 3 samx 0 1 2 0.001", "samx"),
    ("mesh -s th 0 1 3 samx 0 1 2 0.001", "th"),
    ("dmesh th 0 1 3 samx 0 1 2 0.001", "th"),
    ("loopscan 11 0.001", None),
    ("timescan -n 11 0.001", None),
]
NAMES = "aliases: {tth: samx}"


@pytest.mark.parametrize(("line", "axis"), LINES, ids=[line.split(" ", 1)[0] for line, _ in LINES])
def test_the_points_of_both_runs_are_those_of_the_whole(make_session, line, axis):
    session = make_session(NAMES)
    axis = {"tth": "samx"}.get(axis, axis)
    session.run("mv th 0.5 samx 0.25")
    session.run(line)
    whole = session.store.run(-1)
    session.run("mv th 0.5 samx 0.25")
    first = take(session, line, 4)
    if axis:
        session.run("mv th 3 samx -3")
    session.run("resume -1")
    rest = session.store.run(-1)
    counter = next(iter(whole.start["detectors"]))
    for key in (axis, counter) if axis else (counter,):
        assert data(first, key) + data(rest, key) == pytest.approx(data(whole, key), abs=1e-9)
    total = len(data(whole, counter))
    assert (rest.summary.exit_status, rest.summary.num_points) == ("success", total - 4)
    assert rest.summary.command == line
    start = rest.start
    assert start["resumed_from"] == {"scan_id": first.summary.scan_id, "uid": first.summary.uid, "point": 4}
    assert (start["start_at"], start["num_points"]) == (4, total - 4)
    assert {key: start.get(key) for key in ("sample", "motors", "shape")} == {
        key: whole.start.get(key) for key in ("sample", "motors", "shape")
    }


def test_a_relative_scan_keeps_its_centre_and_brings_its_motor_back_there(session):
    session.run("mv th 2")
    first = take(session, "dscan th -1 1 4 0.001", 3)
    assert first.start["relative_to"] == {"th": 2.0}
    assert session.devices["th"].position == 2.0
    session.run("mv th 7")
    session.run("resume -1")
    assert data(session.store.run(-1), "th") == [2.5, 3.0]
    assert session.devices["th"].position == 2.0


def test_a_resumed_scan_can_be_resumed_and_is_resumed_only_once(session, capsys):
    take(session, "ascan th 0 10 10 0.001", 3)
    take(session, "resume 1", 2)
    assert "scan 1 goes on at point 4 of 11, as a new scan: ascan th 0 10 10 0.001" in capsys.readouterr().out
    assert session.store.run(2).start["start_at"] == 3
    session.run("resume 2")
    last = session.store.run(3)
    assert data(last, "th") == [5.0, 6.0, 7.0, 8.0, 9.0, 10.0]
    assert last.start["resumed_from"]["scan_id"] == 2
    assert last.start["resumed_from"]["point"] == 5
    with pytest.raises(CommandError, match="scan 1 was resumed already, by scan 2"):
        session.run("resume 1")
    with pytest.raises(CommandError, match=r"scan 3 .* has all its 11 points"):
        session.run("resume 3")


def test_a_scan_that_was_stopped_with_its_data_kept_is_resumed_too(session):
    def stop(name, doc):
        if doc["seq_num"] == 2:
            session.RE.stop()

    token = session.RE.subscribe(stop, "event")
    with pytest.raises(Exception, match="stop"):
        session.run("ascan th 0 4 4 0.001")
    session.RE.unsubscribe(token)
    stopped = session.store.run(-1)
    session.run("resume -1")
    assert data(stopped, "th") + data(session.store.run(-1), "th") == [0, 1, 2, 3, 4]


def refused(session, line="resume -1"):
    with pytest.raises(BshError) as caught:
        session.run(line)
    return f"{caught.value}\n{caught.value.hint}"


def test_what_cannot_be_resumed_is_said_with_what_to_type(session):
    assert "no run is stored yet" in refused(session)
    session.run("lineup th -1 1 20 0.001")
    text = refused(session)
    assert "scan 1 (lineup th -1 1 20 0.001) cannot be resumed" in text
    assert "again 1" in text
    session.run("RE(bp.scan([det], th, 0, 1, 3))")
    assert "was not made by a command" in refused(session)
    assert len(session.store.runs()) == 2


def test_a_line_that_means_another_scan_today_is_refused(session):
    session.namespace["end"] = 4
    take(session, "ascan th 0 end 4 0.001", 2)
    session.namespace["end"] = 5
    assert "'ascan th 0 end 4 0.001' is another scan today (its numbers are not the same)" in refused(session)
    session.namespace["end"] = 4
    session.select_counters("both")
    assert "detectors: det, mon then, mon, ring_current now" in refused(session).replace("ring.", "ring_")
    session.select_counters("default")
    session.run("resume 1")
    assert len(session.store.runs()) == 2


def test_a_line_whose_variable_is_gone_is_refused(session):
    session.namespace["end"] = 4
    take(session, "ascan th 0 end 4 0.001", 2)
    del session.namespace["end"]
    assert "end" in refused(session)
    assert len(session.store.runs()) == 1


def test_limits_are_checked_for_the_points_that_are_left_only(session):
    take(session, "ascan th 0 8 4 0.001", 3)
    session.devices["th"].limits = (3, 7)
    with pytest.raises(LimitError, match="8"):
        session.run("resume 1")
    session.devices["th"].limits = (5, 9)
    session.run("resume 1")
    assert data(session.store.run(-1), "th") == [6, 8]


def test_what_runs_on_exit_is_left_as_it_is(make_session):
    session = make_session("on_exit: [mv samx 3]\n")
    take(session, "ascan th 0 4 4 0.001", 2)
    session.run("mv samx 1")
    session.run("resume 1")
    assert session.devices["samx"].position == 3
    session.run("ascan th 0 1 1 0.001")
    assert session.store.run(-1).summary.num_points == 2


def test_a_dry_run_of_what_is_left(session):
    take(session, "ascan th 0 10 10 0.001", 4)
    from bsh.session.preflight import DryRun

    with pytest.raises(DryRun) as caught, session.dry():
        session.run("resume 1")
    assert caught.value.known.num_points == 7
    assert len(session.store.runs()) == 1
