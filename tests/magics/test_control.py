"""resume, stop, abort, halt, and h."""

import threading

import pytest

from bsh.errors import CommandError, RunEngineInterrupted


@pytest.fixture
def paused(session):
    """Type a scan that is paused after its first point."""
    seen = threading.Event()

    def pause(name, doc):
        if not seen.is_set():
            seen.set()
            session.RE.request_pause(defer=True)

    session.RE.subscribe(pause, "event")
    session.interactive = True
    session.supplemental.baseline.clear()
    with pytest.raises(RunEngineInterrupted):
        session.run("dscan th 0 0.2 4 0.01")
    assert session.RE.state == "paused"
    return session


def test_resume_takes_the_points_that_are_left(paused):
    paused.run("resume")
    assert paused.store.runs()[0].num_points == 5
    assert paused.store.runs()[0].exit_status == "success"


def test_stop_keeps_the_data_and_brings_the_motor_back(paused):
    paused.run("stop")
    run = paused.store.runs()[0]
    assert (run.num_points < 5, run.exit_status) == (True, "success")
    assert paused.devices["th"].position == pytest.approx(0.0)


def test_abort_takes_a_reason(paused):
    paused.run("abort wrong sample; it's gone")
    run = paused.store.runs()[0]
    assert (run.exit_status, run.reason) == ("abort", "wrong sample; it's gone")


def test_halt_ends_at_once(paused):
    paused.run("halt")
    assert paused.RE.state == "idle"
    assert paused.store.runs()[0].exit_status == "abort"


@pytest.mark.parametrize("name", ["resume", "stop", "abort", "halt"])
def test_without_anything_paused_they_say_so(session, name):
    with pytest.raises(CommandError, match=f"{name}: nothing is paused"):
        session.run(name)
