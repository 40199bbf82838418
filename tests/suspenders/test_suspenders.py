"""Suspenders: what trips them, what they say, and what they do to a plan."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.devices.sim import SimSignal
from bsh.engine.notices import Released, Resumed, Suspended
from bsh.suspenders import (
    SuspendBoolHigh,
    SuspendBoolLow,
    SuspendCeil,
    SuspenderBase,
    SuspendFloor,
    SuspendInBand,
    SuspendOutBand,
    SuspendWhenChanged,
    SuspendWhenOutsideBand,
)
from tests.engine.parts import Collector, Detector, Motor, open_scan


@pytest.fixture
def signal() -> SimSignal:
    return SimSignal("ring", value=100.0)


@pytest.fixture
def engine() -> Iterator[RunEngine]:
    engine = RunEngine()
    engine.notices = []  # type: ignore[attr-defined]
    engine.notify = engine.notices.append  # type: ignore[attr-defined]
    yield engine
    engine.close()


def at_command(engine: RunEngine, command: str, action: Any) -> list[str]:
    """Do something once, just before the first message of a command; return the commands sent."""
    sent: list[str] = []
    done: list[bool] = []

    def hook(msg: Msg) -> None:
        sent.append(msg.command)
        if msg.command == command and not done:
            done.append(True)
            action()

    engine.msg_hook = hook
    return sent


def release_when_suspended(engine: RunEngine, signal: SimSignal, value: Any) -> None:
    """Bring the signal back as soon as the engine says that it is suspended."""
    notices: list[Any] = engine.notices  # type: ignore[attr-defined]

    def notify(notice: Any) -> None:
        notices.append(notice)
        if isinstance(notice, Suspended):
            threading.Timer(0.03, signal.put, args=(value,)).start()

    engine.notify = notify


CASES: list[tuple[Any, Any, Any, str]] = [
    (SuspendBoolHigh, 1, 0, "is high"),
    (SuspendBoolLow, 0, 1, "is low"),
    (lambda s, **kw: SuspendFloor(s, 50, resume_thresh=60, **kw), 40.0, 60.0, "= 40 is below 50"),
    (lambda s, **kw: SuspendCeil(s, 50, resume_thresh=40, **kw), 60.0, 40.0, "= 60 is above 50"),
    (lambda s, **kw: SuspendWhenOutsideBand(s, 0, 10, **kw), 11.0, 5.0, "is outside of (0, 10)"),
    (lambda s, **kw: SuspendWhenChanged(s, expected_value=5, allow_resume=True, **kw), 6, 5, "expected 5"),
]


@pytest.mark.parametrize(("make", "bad", "good", "words"), CASES)
def test_each_rule_trips_releases_and_says_why(make: Any, bad: Any, good: Any, words: str) -> None:
    signal = SimSignal("ring", value=good)
    suspender: SuspenderBase = make(signal, tripped_message="call the ring")
    suspender(good)
    assert not suspender.tripped
    suspender(bad)
    assert suspender.tripped
    factories, justification = suspender.get_futures()
    assert len(factories) == 1
    assert words in justification
    assert justification.endswith(": call the ring")
    report = suspender.report()
    assert (report.value, report.tripped) == (bad, True)
    assert report.since is not None
    suspender(good)
    assert not suspender.tripped
    assert suspender.get_futures() == ([], "")


def test_a_threshold_has_hysteresis(signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50, resume_thresh=60)
    tripped = []
    for value in (100, 49, 55, 59, 60, 55, 49):
        suspender(value)
        tripped.append(suspender.tripped)
    assert tripped == [False, True, True, True, False, False, True]


def test_impossible_thresholds_and_bands_are_refused(signal: SimSignal) -> None:
    with pytest.raises(ValueError, match=r"resume_thresh \(40\) must not be below"):
        SuspendFloor(signal, 50, resume_thresh=40)
    with pytest.raises(ValueError, match=r"resume_thresh \(60\) must not be above"):
        SuspendCeil(signal, 50, resume_thresh=60)
    with pytest.raises(ValueError, match=r"band_bottom \(5\) must be below"):
        SuspendWhenOutsideBand(signal, 5, 5)


def test_old_names_warn_and_work(signal: SimSignal) -> None:
    with pytest.warns(UserWarning, match="SuspendWhenOutsideBand"):
        inside = SuspendInBand(signal, 0, 10)
    inside(11)
    assert inside.tripped
    with pytest.warns(UserWarning, match="deprecated"):
        outside = SuspendOutBand(signal, 0, 10)
    outside(5)
    assert outside.tripped


def test_a_changed_signal_does_not_release_unless_allowed() -> None:
    suspender = SuspendWhenChanged(SimSignal("mode", value=1))
    suspender(2)
    suspender(1)
    assert suspender.tripped
    assert "does not release by itself" in suspender.justification


def test_a_trip_stops_motors_waits_and_replays_the_point(engine: RunEngine, signal: SimSignal) -> None:
    collector = Collector()
    engine.subscribe(collector)
    motor = Motor("m1")
    detector = Detector("det", motor)
    suspender = SuspendFloor(signal, 50)
    engine.install_suspender(suspender)
    release_when_suspended(engine, signal, 100.0)
    sent = at_command(engine, "trigger", lambda: signal.put(10.0))
    engine(open_scan(motor, detector, points=2))
    assert [doc["seq_num"] for doc in collector.named("event")] == [1, 2]
    assert motor.calls == [("set", 0.0), "stop", ("set", 0.0), ("set", 1.0), "stop"]
    assert sent[sent.index("_start_suspender") :][:3] == [
        "_start_suspender",
        "wait_for",
        "_resume_from_suspender",
    ]
    kinds = [type(notice) for notice in engine.notices]  # type: ignore[attr-defined]
    assert kinds == [Suspended, Released]
    assert "ring = 10 is below 50" in engine.notices[0].justification  # type: ignore[attr-defined]


def test_a_signal_that_is_bad_at_installation_holds_the_next_plan_back(
    engine: RunEngine, signal: SimSignal
) -> None:
    signal.put(10.0)
    engine.install_suspender(SuspendFloor(signal, 50))
    release_when_suspended(engine, signal, 100.0)
    sent = at_command(engine, "null", lambda: None)
    engine([Msg("null")])
    assert sent.index("wait_for") < sent.index("null")
    assert [type(notice) for notice in engine.notices] == [Suspended, Released]  # type: ignore[attr-defined]


def test_several_suspenders_release_together(engine: RunEngine, signal: SimSignal) -> None:
    other = SimSignal("shutter", value=1)
    engine.install_suspender(SuspendFloor(signal, 50))
    engine.install_suspender(SuspendBoolLow(other))
    order: list[str] = []

    def notify(notice: Any) -> None:
        order.append(type(notice).__name__)
        if isinstance(notice, Suspended) and order.count("Suspended") == 1:
            other.put(0)
        elif isinstance(notice, Suspended):
            signal.put(100.0)
            threading.Timer(0.03, lambda: (order.append("back"), other.put(1))).start()

    engine.notify = notify
    at_command(engine, "null", lambda: signal.put(10.0))
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    assert order == ["Suspended", "Suspended", "back", "Released"]


def test_one_that_trips_again_while_another_is_waited_for_is_waited_for_again(
    engine: RunEngine, signal: SimSignal
) -> None:
    other = SimSignal("shutter", value=1)
    suspenders = [SuspendFloor(signal, 50), SuspendBoolLow(other)]
    for suspender in suspenders:
        engine.install_suspender(suspender)
    tripped_at_release: list[bool] = []

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended) and "ring" in notice.justification:
            other.put(0)
            signal.put(100.0)
            threading.Timer(0.03, signal.put, args=(10.0,)).start()
            threading.Timer(0.06, other.put, args=(1,)).start()
            threading.Timer(0.12, signal.put, args=(100.0,)).start()
        if isinstance(notice, Released):
            tripped_at_release.extend(suspender.tripped for suspender in suspenders)

    engine.notify = notify
    at_command(engine, "null", lambda: signal.put(10.0))
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    assert tripped_at_release == [False, False]


def test_plans_go_on_only_after_the_signal_has_been_good_for_a_time(
    engine: RunEngine, signal: SimSignal
) -> None:
    suspender = SuspendFloor(signal, 50, sleep=0.1)
    suspender.install(engine)
    signal.put(10.0)
    signal.put(100.0)
    assert suspender.tripped
    assert suspender.report().releases_at is not None
    engine.install_suspender(suspender)
    sent = at_command(engine, "null", lambda: None)
    engine([Msg("null")])
    assert sent.index("wait_for") < sent.index("null")
    assert not suspender.tripped


def test_pre_and_post_plans_run_around_the_wait(engine: RunEngine, signal: SimSignal) -> None:
    suspender = SuspendFloor(
        signal, 50, pre_plan=[Msg("null", None, "pre")], post_plan=lambda: iter([Msg("null", None, "post")])
    )
    engine.install_suspender(suspender)
    release_when_suspended(engine, signal, 100.0)
    sent: list[Any] = []

    def hook(msg: Msg) -> None:
        sent.append(msg.args[0] if msg.command == "null" and msg.args else msg.command)
        if msg.command == "sleep" and "pre" not in sent:
            signal.put(10.0)

    engine.msg_hook = hook
    engine([Msg("checkpoint"), Msg("sleep", None, 0), Msg("checkpoint")])
    assert [each for each in sent if each in ("pre", "wait_for", "_resume_from_suspender", "post")] == [
        "pre",
        "wait_for",
        "_resume_from_suspender",
        "post",
    ]


def test_with_no_checkpoint_a_trip_aborts(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    at_command(engine, "null", lambda: signal.put(10.0))
    with pytest.raises(RunEngineInterrupted, match="cannot suspend"):
        engine([Msg("clear_checkpoint"), Msg("null"), Msg("sleep", None, 0.1)])
    assert engine.state == "idle"


def test_a_pause_while_suspended_comes_at_once_and_resume_goes_on_waiting(
    engine: RunEngine, signal: SimSignal
) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    sent = at_command(engine, "null", lambda: signal.put(10.0))

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            threading.Timer(0.03, engine.request_pause).start()

    engine.notify = notify
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("null"), Msg("sleep", None, 0)])
    assert engine.state == "paused"
    assert engine.suspension is not None
    said: list[Any] = []

    def good_again(notice: Any) -> None:
        said.append((type(notice), getattr(notice, "justification", "")))
        if isinstance(notice, Suspended):
            signal.put(100.0)

    engine.notify = good_again
    engine.resume()
    assert engine.state == "idle"
    assert sent[-1] == "sleep"
    # Nobody is to wonder why nothing happens after the words "Resuming."
    reason = "Signal ring = 10 is below 50"
    assert said == [(Resumed, ""), (Suspended, reason), (Released, "")]


def test_abort_while_suspended_leaves_at_once(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    at_command(engine, "null", lambda: signal.put(10.0))

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            threading.Timer(0.03, engine.abort).start()

    engine.notify = notify
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("null"), Msg("sleep", None, 30)])
    assert engine.state == "idle"


def test_a_suspender_can_be_installed_and_removed_by_messages(engine: RunEngine, signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50)
    engine([Msg("install_suspender", None, suspender)])
    assert engine.suspenders == (suspender,)
    engine([Msg("remove_suspender", None, suspender)])
    assert engine.suspenders == ()
    signal.put(10.0)
    assert not suspender.tripped


def test_clear_suspenders_removes_all(engine: RunEngine, signal: SimSignal) -> None:
    for threshold in (10, 20):
        engine.install_suspender(SuspendFloor(signal, threshold))
    engine.clear_suspenders()
    assert engine.suspenders == ()


def test_a_condition_that_is_bad_after_a_pause_is_seen_at_resume(
    engine: RunEngine, signal: SimSignal
) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("pause"), Msg("null")])
    signal.put(10.0)
    release_when_suspended(engine, signal, 100.0)
    sent = at_command(engine, "null", lambda: None)
    engine.resume()
    assert sent.index("wait_for") < sent.index("null")


def test_a_busy_loop_does_not_lose_a_trip(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    release_when_suspended(engine, signal, 100.0)
    tripped = threading.Event()

    def block_the_loop() -> None:
        threading.Thread(target=lambda: (signal.put(10.0), tripped.set())).start()
        assert tripped.wait(10)

    sent = at_command(engine, "null", block_the_loop)
    engine([Msg("checkpoint"), Msg("null"), Msg("checkpoint"), Msg("null")])
    assert "wait_for" in sent


def test_the_justification_names_the_bad_value_also_after_it_came_back(signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50, sleep=60)
    for value in (100.0, 12.3456789, 99.99997415288723):
        suspender(value)
    assert suspender.justification == "Signal ring = 12.3457 is below 50"
