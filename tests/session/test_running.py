"""Lines and plans run, are checked as a whole before, and are kept with what was typed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.errors import CommandError, DeviceOffline, LimitError, RunEngineInterrupted, StoreError, UsageError
from bsh.plans import spec
from bsh.plans.metadata import START_KEYS
from bsh.session import OfflineDevice, Session
from bsh.session.commanded import SESSION_KEYS
from bsh.session.preflight import Preflight

MakeSession = Callable[..., Session]
WAIT_S = 20.0


def test_a_line_becomes_a_run_with_the_line_in_it(session: Session) -> None:
    session.run("ascan th -1 1 4 0.001")
    (run,) = session.store.runs()
    assert (run.scan_id, run.num_points, run.exit_status) == (1, 5, "success")
    assert run.command == "ascan th -1 1 4 0.001"
    assert run.profile == "fast"
    assert run.plan_name == "ascan"


def test_what_a_session_adds_to_start_documents_is_in_the_reference(session: Session) -> None:
    session.run("mv th 0.5")
    session.run("ascan th -1 1 4 0.001")
    start = session.store.run(-1).start
    by_the_session = set(start) - set(START_KEYS) - {"uid", "time", "scan_id", "versions", "plan_type"}
    assert by_the_session == set(SESSION_KEYS) - {"aliases"}, "no alias is used"
    assert start["axes_before"] == {"th": 0.5}
    assert start["positions_before"]["samx"] == 0
    page = Path(__file__).parents[2] / "docs" / "reference" / "start-documents.md"
    assert all(f"| `{key}` | {meaning} |" in page.read_text() for key, meaning in SESSION_KEYS.items())


def test_a_scan_at_a_prompt_waits_until_it_can_be_saved(session: Session) -> None:
    session.interactive = True
    file, elsewhere = session.store.path, session.store.path.with_name("elsewhere")
    all_is_emitted = threading.Event()
    failed: list[StoreError] = []

    def mend() -> None:
        assert all_is_emitted.wait(WAIT_S)
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                session.store.take_scan_id().result(WAIT_S)
            failed.append(caught.value)
        elsewhere.rename(file)

    mending = threading.Thread(target=mend)

    def hear(name: str, doc: dict[str, Any]) -> None:
        if name == "event" and doc["seq_num"] == 5:
            file.rename(elsewhere)
            mending.start()
        elif name == "stop":
            all_is_emitted.set()

    session.RE.subscribe(hear)
    session.run("ascan th -1 1 4 0.001")
    mending.join(WAIT_S)
    assert len(failed) == 2
    (run,) = session.store.runs()
    assert (run.num_points, run.exit_status) == (5, "success")


def test_a_plan_becomes_a_run(session: Session) -> None:
    uid = session.run(bp.count([session.devices["det"]], 3))
    assert session.store.run(uid).summary.num_points == 3


def test_the_engine_itself_writes_into_the_same_store(session: Session) -> None:
    (uid,) = session.RE(bp.count([session.devices["det"]], 2))
    assert session.store.run(-1).summary.uid == uid
    assert session.store.peek_scan_id() == 2


def test_python_lines_give_their_value_and_keep_their_names(session: Session) -> None:
    assert session.run("x = th.position + 2") is None
    assert session.run("x") == 2.0
    assert session.namespace["x"] == 2.0


def test_a_report_is_shown_and_returned(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.run("mv th 1.5")
    report = session.run("wa")
    assert "1.500" in str(report)
    assert "1.500" in capsys.readouterr().out
    shown: list[Any] = []
    session.show = shown.append
    session.run("wa")
    assert len(shown) == 1


def test_a_word_that_is_no_command_brings_the_nearest(session: Session) -> None:
    with pytest.raises(CommandError, match="there is no command 'ascna'") as caught:
        session.run("ascna th 0 1 2 0")
    assert "ascan" in str(caught.value.hint)


def test_a_scan_beyond_a_limit_is_refused_before_anything_moves(session: Session) -> None:
    session.run("ct -s 0.001")
    with pytest.raises(LimitError, match=r"th: 11 deg is outside \[-10, 10\] deg \(point 2 of 3\)"):
        session.run("ascan th 9 11 2 0.001")
    assert session.devices["th"].position == 0.0
    assert session.store.peek_scan_id() == 2, "no scan number was used"
    assert session.preflight is None


def test_what_is_known_before_a_run_can_be_asked_for_while_it_runs(session: Session) -> None:
    seen: list[Preflight | None] = []
    session.RE.subscribe(lambda name, doc: seen.append(session.preflight), "start")
    session.run("ascan th -1 1 4 0.001")
    (preflight,) = seen
    assert preflight is not None
    assert (preflight.num_points, preflight.command) == (5, "ascan th -1 1 4 0.001")
    assert preflight.moves >= 5
    assert preflight.travel is not None
    assert preflight.travel["th"].high == 1.0
    assert session.preflight is None


def test_an_endless_plan_is_not_walked_to_its_end(session: Session) -> None:
    seen: list[Preflight | None] = []

    def stop_at_third(name: str, doc: dict[str, Any]) -> None:
        seen.append(session.preflight)
        if doc["seq_num"] == 3:
            session.RE.stop()

    session.RE.subscribe(stop_at_third, "event")
    det = session.devices["det"]
    with pytest.raises(RunEngineInterrupted):
        session.execute(lambda: bp.count([det], None), command="timescan")
    assert seen[0] is not None
    assert seen[0].num_points is None
    assert seen[0].seconds is None


def test_a_plan_that_looks_at_its_data_runs_without_an_estimate(session: Session) -> None:
    det, th = session.devices["det"], session.devices["th"]

    def until_bright() -> Any:
        for step in range(100):
            yield from bps.mv(th, -3 + step * 0.5)
            yield from bps.trigger(det, wait=True)
            if (yield from bps.rd(det)) > 900:
                return step
        raise AssertionError("never bright")

    assert session.execute(until_bright) == 6


def test_what_the_plan_returns_is_returned(session: Session) -> None:
    def answer() -> Any:
        yield from bps.null()
        return 42

    assert session.execute(answer) == 42


def test_an_error_of_a_plan_comes_out_unchanged(session: Session) -> None:
    class OwnError(Exception):
        pass

    def failing() -> Any:
        yield from bps.open_run()
        raise OwnError("boom")

    with pytest.raises(OwnError, match="boom"):
        session.execute(failing, command="failing")
    assert session.store.run(-1).summary.exit_status == "fail"
    assert session.RE.state == "idle"


def test_long_scans_ask_first_where_somebody_can_be_asked(make_session: MakeSession) -> None:
    session = make_session("confirm_over: 10 s\n")
    asked: list[Preflight] = []
    th, det = session.devices["th"], session.devices["det"]

    def ask(preflight: Preflight) -> bool:
        asked.append(preflight)
        return False

    def slow() -> Any:
        return spec.ascan([det], th, 0, 1, 9, 5)

    session.confirm = ask
    with pytest.raises(CommandError, match="not started"):
        session.execute(slow, command="ascan th 0 1 9 5")
    assert asked[0].seconds == pytest.approx(50.0)
    assert session.store.runs() == []
    session.execute(lambda: spec.ascan([det], th, 0, 1, 9, 0))
    assert len(asked) == 1, "a short one does not ask"


def test_while_a_scan_is_paused_moves_and_counts_run_but_no_other_scan(session: Session) -> None:
    det = session.devices["det"]
    with pytest.raises(RunEngineInterrupted):
        session.execute(lambda: _pausing(det), command="pausing")
    assert session.RE.state == "paused"
    assert session.preflight is not None, "the paused scan is still under way"
    with pytest.raises(CommandError, match="a scan is paused"):
        session.run("ascan th 0 1 2 0.01")
    th = session.devices["th"]
    start = th.position
    session.run("mv th 1")
    assert th.position == pytest.approx(1)
    assert session.preflight is not None, "the move has not replaced it"
    assert "th" in str(session.run("wa")), "looking is free"
    session.RE.resume()
    assert th.position == pytest.approx(start), "the scan finds its axes where they were"
    assert session.store.run(-1).summary.num_points == 2
    assert session.preflight is None


def _pausing(det: Any) -> Any:
    yield from bps.open_run()
    yield from bps.checkpoint()
    yield from bps.trigger_and_read([det])
    yield from bps.pause()
    yield from bps.checkpoint()
    yield from bps.trigger_and_read([det])
    yield from bps.close_run()


def test_ctrl_c_means_what_the_prompt_says(session: Session) -> None:
    from bsh.engine import InterruptPolicy

    policies: list[Any] = []

    session.RE.msg_hook = lambda msg: policies.append(session.RE.interrupt_policy)
    session.execute(bps.null, interrupt="pause")
    session.interactive = True
    session.execute(bps.null, interrupt="pause")
    session.execute(bps.null, interrupt="stop")
    session.RE(bps.null())
    pause = InterruptPolicy.PAUSE
    assert policies == [InterruptPolicy.ABORT, pause, InterruptPolicy.STOP, pause]


def test_a_device_that_is_offline_stops_a_scan_before_it_begins(make_session: MakeSession) -> None:
    session = make_session(
        base="devices:\n  bsh.devices.sim.SimMotor: [{name: th}, {name: bad, limits: [1]}]\n"
    )
    assert session.run("th") is session.devices["th"]
    with pytest.raises(DeviceOffline, match=r"bad is offline: .* \(fast\.yml:2:49\)"):
        session.run("mv bad 1 th 1")
    assert session.devices["th"].position == 0.0


def test_a_device_that_is_offline_is_found_also_where_several_are_read_together(session: Session) -> None:
    class Together:
        name, parent, concurrent_read = "together", None, True
        describe = describe_configuration = read_configuration = read = dict

    offline = OfflineDevice("und", "no answer")
    offline.concurrent_read = True
    with pytest.raises(DeviceOffline, match="und is offline"):
        session.execute(lambda: bps.read_together(Together(), offline))


@pytest.mark.parametrize(
    "line",
    ["dscan th -1 1 1e9 0.1", "mesh th -1 1 1e5 samx -1 1 1e5 0.1", "loopscan 1e12", "ascan th 0 1 1e6 1"],
)
def test_more_points_than_anybody_means_are_refused_at_once(session: Session, line: str) -> None:
    began = time.monotonic()
    with pytest.raises(UsageError, match=r"points is too long, the most is 1,000,000"):
        session.run(line)
    assert time.monotonic() - began < 1.0
    assert session.store.peek_scan_id() == 1


def test_a_scan_too_long_to_be_looked_at_whole_still_has_points_time_and_a_question(
    make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session("confirm_over: 10 s\n")
    monkeypatch.setattr("bsh.session.preflight.MOST_SECONDS", 0.02)
    asked: list[Any] = []
    session.confirm = lambda known: bool(asked.append(known))
    with pytest.raises(CommandError, match="not started"):
        session.run("ascan th 0 1 99999 0.1")
    (known,) = asked
    assert known.num_points == 100_000
    assert known.seconds == pytest.approx(10_000, rel=0.1)
    assert "of its 100,000 points were looked at" in known.warnings[0]
