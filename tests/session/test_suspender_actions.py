"""``suspenders`` whose ``action`` is not to wait, and what ``on_exit`` does while others wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bsh.errors import CommandError, RunEngineInterrupted
from bsh.session import Session

MakeSession = Callable[..., Session]

FLOOR = "suspenders: [{{class: SuspendFloor, signal: ring.current, suspend_thresh: 50, action: {}}}]\n"
BAD = "Signal ring_current = 10 is below 50"


def stop_of(session: Session) -> dict[str, Any]:
    return next(doc for name, doc in session.store.run(-1).documents() if name == "stop")


def at_point(session: Session, number: int, current: float) -> None:
    """Let the ring have another current as soon as a point is taken."""

    def put(name: str, doc: dict[str, Any]) -> None:
        if doc["seq_num"] == number:
            session.devices["ring"].current.put(current)

    session.RE.subscribe(put, "event")


def test_stop_ends_the_run_says_why_and_lets_none_begin_but_moves(make_session: MakeSession) -> None:
    session = make_session(FLOOR.format("stop"))
    at_point(session, 3, 10.0)
    with pytest.raises(RunEngineInterrupted, match=r"stopped: Signal ring_current = 10 is below 50"):
        session.run("ascan th 0 1 10 0.001")
    stop = stop_of(session)
    assert (stop["exit_status"], stop["reason"], stop["num_events"]) == ("success", BAD, {"primary": 3})
    with pytest.raises(CommandError, match=rf"not started: {BAD}"):
        session.run("ascan th 0 1 10 0.001")
    assert session.store.peek_scan_id() == 2
    session.run("mv th 2")
    assert session.devices["th"].position == 2
    session.devices["ring"].current.put(100.0)
    session.run("ct -s 0.001")
    assert stop_of(session)["exit_status"] == "success"


def test_what_was_bad_before_a_resume_ends_the_run_at_its_next_checkpoint(make_session: MakeSession) -> None:
    session = make_session(FLOOR.format("stop"))

    def plan() -> Any:
        from bsh import plan_stubs as bps

        yield from bps.open_run()
        yield from bps.checkpoint()
        yield from bps.pause()
        yield from bps.checkpoint()
        yield from bps.sleep(60)
        yield from bps.close_run()

    with pytest.raises(RunEngineInterrupted):
        session.RE(plan())
    session.devices["ring"].current.put(10.0)
    assert session.state == "paused"
    with pytest.raises(RunEngineInterrupted):
        session.RE.resume()
    assert stop_of(session)["reason"] == BAD


@pytest.mark.parametrize("line", ["ascan th 0 1 5 0.001", "mesh th 0 1 1 samx 0 1 2 0.001"])
def test_skip_leaves_out_the_points_that_are_taken_meanwhile(make_session: MakeSession, line: str) -> None:
    session = make_session(FLOOR.format("skip") + "baseline: [samx]\n")
    th = session.devices["th"]
    points: list[float] = []

    def put(name: str, doc: dict[str, Any]) -> None:
        if "det" in doc["data"]:
            points.append(doc["data"]["th"])
            if len(points) == 2:
                session.devices["ring"].current.put(10.0)

    session.RE.subscribe(put, "event")
    sent: list[float] = []
    session.RE.msg_hook = lambda msg: (
        sent.append(msg.args[0]) if msg.command == "set" and msg.obj is th else None
    )
    told: list[str] = []
    session.RE.notify = lambda notice: told.append(notice.text)
    session.run(line)
    assert [text for text in told if "left out" in text] == [f"points are left out: {BAD}"]
    assert len(points) == 2
    assert len(sent) >= 5, "the axes go where the plan sends them"
    stop = stop_of(session)
    assert stop["exit_status"] == "success"
    assert stop["reason"] == f"4 points were left out: {BAD}"
    assert stop["num_events"] == {"baseline": 2, "primary": 2}


def test_a_point_in_which_it_became_bad_and_good_again_is_left_out(make_session: MakeSession) -> None:
    session = make_session(FLOOR.format("skip"))
    current = session.devices["ring"].current
    seen: list[int] = []

    def flicker(msg: Any) -> None:
        if msg.command == "read" and msg.obj is session.devices["det"]:
            seen.append(1)
            if len(seen) == 2:
                current.put(10.0)
                current.put(100.0)

    session.RE.msg_hook = flicker
    session.run("ascan th 0 1 3 0.001")
    stop = stop_of(session)
    assert stop["num_events"] == {"primary": 3}
    assert stop["reason"].startswith("1 point was left out")


@pytest.mark.parametrize(("action", "rule"), [("stop", "ends the run"), ("skip", "leaves out points")])
def test_the_table_says_what_is_done(make_session: MakeSession, action: str, rule: str) -> None:
    session = make_session(FLOOR.format(action))
    assert f"ring_current < 50: {rule}" in str(session.run("suspenders"))
    session.RE.clear_suspenders()
    session.devices["ring"].current.put(10.0)
    session.run("ct -s 0.001")
    assert stop_of(session)["num_events"] == {"primary": 1}, "taken away, it does nothing"


def test_on_exit_waits_for_no_beam(make_session: MakeSession) -> None:
    session = make_session(
        FLOOR.format("pause")
        + "shutter: {device: shutter, open: open, close: close}\non_exit: [close_shutter]\n"
    )
    at_point(session, 1, 10.0)
    session.RE.notify = lambda notice: notice.text == "Suspended." and session.RE.abort("no beam")
    with pytest.raises(RunEngineInterrupted):
        session.run("ascan th 0 1 10 0.001")
    assert session.devices["shutter"].read()["shutter"]["value"] == "closed"
    assert session.RE.heeds_suspenders
