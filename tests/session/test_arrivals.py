"""A move that did not arrive is not a success."""

import pytest

from bsh.engine.notices import Notice
from bsh.errors import DeviceError, RunEngineInterrupted

ELSEWHERE = 0.2


@pytest.fixture
def told(make_session):
    """Make sessions; what they warn of is gathered."""

    def make(extra=""):
        session = make_session(extra)
        session.warned = []
        session.RE.notify = lambda notice: (
            session.warned.append(notice.text) if type(notice) is Notice else None
        )
        return session

    return make


def test_a_scan_warns_of_each_miss_and_goes_on(told):
    session = told()
    session.devices["th"].misses_by = ELSEWHERE
    session.run("ascan th 0 1 2 0.1")
    assert session.warned[0] == "WARNING th is at 0.200 deg, asked for 0.000"
    assert len(session.warned) == 3
    assert session.store.run(-1).summary.exit_status == "success"


def test_many_misses_are_told_a_few_times(told):
    session = told()
    session.devices["th"].misses_by = ELSEWHERE
    session.run("ascan th 0 1 20 0.1")
    assert len(session.warned) == 5
    assert "not told again" in session.warned[-1]


def test_a_move_says_it_once_in_its_own_line(told):
    session = told()
    session.devices["th"].misses_by = ELSEWHERE
    report = session.run("mv th 1")
    assert "it was asked for 1" in report.plain()
    assert session.warned == []


def test_a_plan_given_to_the_engine_is_watched_too(told):
    session = told()
    session.devices["th"].misses_by = ELSEWHERE
    session.RE(session.namespace["bps"].mv(session.devices["th"], 1))
    assert session.warned == ["WARNING th is at 1.200 deg, asked for 1.000"]


@pytest.mark.parametrize("line", ["mv th 1", "ascan th 1 2 2 0.1", "RE(bps.mv(th, 1))"])
def test_with_fail_the_move_and_the_scan_fail(told, line):
    session = told("on_missed_target: fail\n")
    session.devices["th"].misses_by = ELSEWHERE
    with pytest.raises(DeviceError, match=r"th is at 1\.200 deg, asked for 1\.000") as caught:
        session.run(line)
    assert "see what keeps th from going there" in caught.value.hint
    runs = session.store.runs()
    assert [run.exit_status for run in runs] == (["fail"] if "ascan" in line else [])
    assert session.state == "idle"


def test_with_pause_the_scan_pauses_and_resume_sends_the_axis_there_again(told):
    session = told("on_missed_target: pause\n")
    th = session.devices["th"]
    th.misses_by = ELSEWHERE
    with pytest.raises(RunEngineInterrupted):
        session.run("ascan th 1 2 2 0.1")
    assert session.state == "paused"
    assert session.warned == [
        "WARNING th is at 1.200 deg, asked for 1.000: paused; resume sends it there again"
    ]
    th.misses_by = 0.0
    session.resume()
    run = session.store.run(-1)
    assert run.summary.exit_status == "success"
    events = [doc["data"]["th"] for kind, doc in run.documents() if kind == "event" and "det" in doc["data"]]
    assert events == [1.0, 1.5, 2.0]


def test_the_tolerance_of_the_profile_decides(told):
    session = told("on_missed_target: {action: fail, tolerance: {th: 0.5}}\n")
    session.devices["th"].misses_by = ELSEWHERE
    session.run("ascan th 1 2 2 0.1")
    assert session.warned == []


def test_nothing_is_said_where_axes_arrive(told):
    session = told("on_missed_target: fail\n")
    session.run("ascan th 1 2 4 0.1; mv th 0 samx 1; dscan th -1 1 3 0.1")
    assert session.warned == []


def test_a_plan_that_catches_the_failure_goes_on(told):
    session = told("on_missed_target: fail\n")
    session.devices["th"].misses_by = ELSEWHERE
    bps = session.namespace["bps"]

    def plan():
        try:
            yield from bps.mv(session.devices["th"], 1)
        except DeviceError:
            yield from bps.mv(session.devices["samx"], 3)

    session.RE(plan())
    assert session.devices["samx"].position == 3


def test_a_plan_keeps_its_answers_and_its_value(told):
    session = told()
    bps = session.namespace["bps"]

    def plan():
        reading = yield from bps.rd(session.devices["th"])
        yield from bps.mv(session.devices["samx"], 1)
        return reading

    assert session.run(plan()) == 0


def test_there_is_no_word_any_more_about_a_key_without_effect(told):
    assert not [notice for notice in told("on_missed_target: fail\n").notices if "no effect" in notice]


@pytest.mark.parametrize(
    ("end", "returns"), [({}, ["returning th → 0.500 deg; ^C leaves it"]), ({"return_motors": False}, [])]
)
def test_the_axes_of_a_scan_that_is_ended_early_are_told_to_go_back(told, end, returns):
    session = told()
    session.run("mv th 0.5")
    session.RE.subscribe(lambda name, doc: session.RE.request_pause(), "event")
    with pytest.raises(RunEngineInterrupted):
        session.run("dscan th 1 2 4 0.01")
    session.stop(**end)
    assert [text for text in session.warned if text.startswith("returning")] == returns
    assert session.devices["th"].position == (0.5 if returns else 1.5)
    assert session.store.run(-1).summary.exit_status == "success"


def test_a_scan_that_ends_well_says_nothing_of_going_back(told):
    session = told()
    session.run("dscan th -1 1 4 0.01")
    assert session.warned == []
