"""Points of a scan that are left out, taken again, or counted for longer, while it runs."""

import pytest

from bsh.errors import CommandError, RunEngineInterrupted
from bsh.session.timing import FILE

LINE = "ascan samx 0 10 10 0.01"
PROFILE = """\
profile: fast
devices:
  bsh.devices.sim.SimMotor:
    - {name: samx, units: mm}
    - {name: samy, units: mm}
  bsh.devices.sim.SimDetector:
    - {name: det, motor: $samx, noise: null, count_time: 0.02}
counters:
  default: [det]
"""


@pytest.fixture
def session(make_session):
    return make_session(base=PROFILE)


def at_point(session, number, *lines):
    """Ask for changes once so many points are saved; return what was said."""
    said = []

    def saved(name, doc):
        if name == "event" and doc["seq_num"] == number and not said:
            said.extend(attempt(session, line) for line in lines)

    session.RE.subscribe(saved)
    return said


def attempt(session, line):
    try:
        return getattr(session.points, line.split()[0])(*map(float, line.split()[1:]))
    except CommandError as error:
        return error.message


def scanned(session, key="samx"):
    """Return the values of each point; one that a pause had taken again counts once."""
    events = [
        doc for name, doc in session.store.run(-1).documents() if name == "event" and key in doc["data"]
    ]
    return list({doc["seq_num"]: doc["data"][key] for doc in events}.values())


@pytest.mark.parametrize(
    ("line", "asked", "taken"),
    [
        (LINE, ["skip"], [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]),
        (LINE, ["skip", "skip"], [0, 1, 2, 5, 6, 7, 8, 9, 10]),
        (LINE, ["repeat"], [0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (LINE, ["repeat", "repeat"], [0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (LINE, ["repeat", "skip"], [0, 1, 2, 2, 4, 5, 6, 7, 8, 9, 10]),
        (LINE, ["shorten 5"], [0, 1, 2, 3, 4]),
        (LINE, ["shorten 2"], [0, 1, 2]),
        ("ascan samx 0 2 2 0.01", ["repeat"], [0, 1, 2, 2]),
        ("loopscan 5 0.01", ["skip"], [0, 0, 0, 0]),
        ("loopscan 5 0.01", ["repeat"], [0] * 6),
        ("loopscan 5 0.01", ["shorten 4"], [0] * 4),
    ],
)
def test_the_points_are_those_that_were_asked_for(session, line, asked, taken):
    ends = at_point(session, 3, *asked)
    session.run(line)
    assert len(ends) == len(asked)
    key = "samx" if line != "loopscan" and line.startswith("ascan") else "det"
    assert len(scanned(session, key)) == len(taken)
    if key == "samx":
        assert scanned(session) == pytest.approx(taken)
    stop = session.store.run(-1).stop
    assert stop["exit_status"] == "success"
    assert stop["num_events"]["primary"] == len(taken)
    assert [
        doc["seq_num"]
        for name, doc in session.store.run(-1).documents()
        if name == "event" and key in doc["data"]
    ] == list(range(1, len(taken) + 1))


def test_a_point_of_a_mesh_that_is_left_out_or_taken_again_leaves_the_slow_motor_where_it_belongs(session):
    at_point(session, 3, "skip")  # the first point of the second row, which moves the slow motor
    session.run("mesh samx 0 2 2 samy 0 1 1 0.01")
    places = list(zip(scanned(session, "samx"), scanned(session, "samy")))
    assert places == [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1)]
    at_point(session, 4, "repeat")  # asked for at the first point of the second row, and done after it
    session.run("mesh samx 0 2 2 samy 0 1 1 0.01")
    places = list(zip(scanned(session, "samx"), scanned(session, "samy")))
    assert places.count((0, 1)) == 2
    assert len(places) == 7


def test_a_point_that_is_taken_again_from_elsewhere_brings_all_motors_there_and_back(session):
    asked = []

    def at_fourth_point(msg):
        if msg.command == "trigger" and session.devices["samy"].position == 1 and not asked:
            asked.append(session.points.repeat())

    session.RE.msg_hook = at_fourth_point
    session.run("mesh samx 0 2 2 samy 0 1 1 0.01")
    places = list(zip(scanned(session, "samx"), scanned(session, "samy")))
    assert places == [(0, 0), (1, 0), (2, 0), (0, 1), (2, 0), (1, 1), (2, 1)]


def test_a_changed_scan_teaches_nothing_about_the_time_of_others(session):
    at_point(session, 3, "count_for 0.1")
    session.run(LINE)
    assert not (session.folder / FILE).exists()
    session.run(LINE)
    assert (session.folder / FILE).exists()


def test_a_shortened_scan_says_so_and_a_relative_one_comes_back(session):
    session.run("mv samx 3")
    at_point(session, 3, "shorten 4")
    session.run("dscan samx -1 1 10 0.01")
    run = session.store.run(-1)
    assert run.summary.num_points == 4
    assert run.stop["reason"] == "shortened to 4 points"
    assert session.devices["samx"].position == 3.0


def test_another_counting_time_holds_from_the_next_point_and_the_old_one_comes_back(session):
    det = session.devices["det"]
    det.count_time.put(0.02)
    used = []
    session.RE.subscribe(lambda name, doc: used.append(det.count_time.get()) if name == "event" else None)
    ends = at_point(session, 3, "count_for 0.05")
    session.run(LINE)
    assert ends == ["counting 0.05 s from the next point on"]
    assert used == [0.01] * 3 + [0.05] * 8
    assert det.count_time.get() == 0.02
    used.clear()
    at_point(session, 3, "count_for 0.05")
    session.run("<bp.scan([det], samx, 0, 10, 11)")  # a plan that leaves the counting time alone
    assert used == [0.02] * 3 + [0.05] * 8
    assert det.count_time.get() == 0.02


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("skip", "skip: no scan is running"),
        ("repeat", "repeat: no scan is running"),
        ("shorten 3", "shorten: no scan is running"),
        ("count_for 1", "counttime: no scan is running"),
    ],
)
def test_without_a_scan_there_is_nothing_to_change(session, asked, said):
    assert attempt(session, asked) == said


def test_what_cannot_be_done_is_said(session):
    ends = at_point(session, 2, "shorten 12")
    session.run(LINE)
    assert ends == ["shorten: the scan has 11 points only"]
    assert len(scanned(session)) == 11


def test_a_scan_with_other_points_than_its_line_says_is_not_resumed(session):
    def typed(name, doc):
        if name == "event" and doc["seq_num"] == 3:
            session.run("skip")
        if name == "event" and doc["seq_num"] == 5:
            session.RE.abort("enough")

    session.RE.subscribe(typed)
    with pytest.raises(RunEngineInterrupted, match="The plan was aborted: enough"):
        session.run(LINE)
    with pytest.raises(CommandError, match="cannot be resumed: other points than planned: "):
        session.run("resume 1")


@pytest.mark.parametrize("deferred", [True, False])
@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (["skip"], [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]),
        (["repeat"], [0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (["shorten 3"], [0, 1, 2]),
        (["repeat", "shorten 5", "mv samx 7"], [0, 1, 2, 2, 3]),
    ],
)
def test_a_paused_scan_takes_the_points_that_were_asked_for_when_it_goes_on(session, deferred, asked, taken):
    pauses = []

    def pause(name, doc):
        if name == "event" and doc["seq_num"] == 3 and not pauses:
            pauses.append(doc)
            session.RE.request_pause(defer=deferred)

    session.RE.subscribe(pause)
    with pytest.raises(RunEngineInterrupted):
        session.run(LINE)
    for line in asked:
        session.run(line)
    session.run("resume")
    assert scanned(session) == pytest.approx(taken)
    assert session.RE.state == "idle"
    session.run("ascan samx 0 2 2 0.01")
    assert scanned(session) == pytest.approx([0, 1, 2])
