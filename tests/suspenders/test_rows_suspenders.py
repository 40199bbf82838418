"""Rows of the requirements about suspenders that no other test would miss."""

from __future__ import annotations

import asyncio
import inspect
import threading
from datetime import datetime
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted, suspenders
from bsh import preprocessors as bpp
from bsh.devices.sim import SimSignal
from bsh.engine.notices import Released, Suspended
from bsh.suspenders import SuspenderBase, SuspendFloor, SuspendOutBand
from tests.engine.parts import Collector, Motor


@pytest.fixture
def engine() -> Any:
    engine = RunEngine()
    engine.notify = lambda notice: None
    yield engine
    engine.close()


@pytest.fixture
def signal() -> SimSignal:
    return SimSignal("ring", value=100.0)


def put_at(engine: RunEngine, signal: SimSignal, command: str, value: float) -> list[Msg]:
    """Change the signal once, at the first message of a command; return what was sent."""
    sent: list[Msg] = []
    done: list[bool] = []

    def hook(msg: Msg) -> None:
        sent.append(msg)
        if msg.command == command and not done:
            done.append(True)
            signal.put(value)

    engine.msg_hook = hook
    return sent


def release_at_once(engine: RunEngine, signal: SimSignal) -> list[Any]:
    notices: list[Any] = []

    def notify(notice: Any) -> None:
        notices.append(notice)
        if isinstance(notice, Suspended):
            signal.put(100.0)

    engine.notify = notify
    return notices


def test_devices_are_paused_and_resumed_around_a_suspension(engine: RunEngine, signal: SimSignal) -> None:
    told: list[str] = []
    motor = Motor("m1")
    motor.pause = lambda: told.append("pause")  # type: ignore[attr-defined]
    motor.resume = lambda: told.append("resume")  # type: ignore[attr-defined]
    engine.install_suspender(SuspendFloor(signal, 50, post_plan=lambda: [Msg("null", None, "post")]))
    release_at_once(engine, signal)
    sent = put_at(engine, signal, "sleep", 10.0)
    engine([Msg("checkpoint"), Msg("set", motor, 1), Msg("sleep", None, 0), Msg("null")])
    assert told == ["pause", "resume"]
    commands = [msg.command for msg in sent]
    # The devices are told before the post plan, and the point is repeated after it.
    assert commands.index("_resume_from_suspender") < commands.index("null") < len(commands) - 2
    assert motor.calls[:3] == [("set", 1), "stop", ("set", 1)]


def test_monitors_are_silent_during_a_suspension(engine: RunEngine, signal: SimSignal) -> None:
    collector = Collector()
    engine.subscribe(collector)
    watched = SimSignal("watched", value=1.0)
    engine.install_suspender(
        SuspendFloor(signal, 50, pre_plan=lambda: [Msg("set", watched, 2.0), Msg("set", watched, 3.0)])
    )
    release_at_once(engine, signal)
    put_at(engine, signal, "null", 10.0)
    engine([Msg("open_run"), Msg("monitor", watched, name="w"), Msg("null"), Msg("sleep", None, 0)])
    assert [doc["data"]["watched"] for doc in collector.named("event")] == [1.0, 3.0]


def test_any_code_may_suspend_a_plan_with_plans_and_a_reason(engine: RunEngine) -> None:
    released = asyncio.Event()
    order: list[str] = []
    asked: list[bool] = []

    async def wait() -> None:
        await released.wait()

    def hook(msg: Msg) -> None:
        order.extend(msg.args)
        if msg.command == "sleep" and not asked:
            asked.append(True)
            engine.request_suspend(
                wait,
                pre_plan=lambda: [Msg("null", None, "pre")],
                post_plan=[Msg("null", None, "post")],
                justification="coffee",
            )

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            order.append(notice.justification)
            threading.Timer(0.02, lambda: engine.loop.call_soon_threadsafe(released.set)).start()
        if isinstance(notice, Released):
            order.append("released")

    engine.msg_hook = hook
    engine.notify = notify
    engine([Msg("checkpoint"), Msg("sleep", None, 0), Msg("null", None, "done")])
    # 0 is what the sleep message is about; it is repeated.
    assert [each for each in order if each != 0 and not isinstance(each, list)] == [
        "coffee", "coffee", "pre", "post", "released", "done",
    ]  # fmt: skip


def test_what_is_waited_for_can_be_asked_while_suspended(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50, tripped_message="call the ring"))
    answers: list[Any] = []

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            answers.append((engine.suspension.justification, engine.suspenders[0].report()))
            signal.put(100.0)

    engine.notify = notify
    put_at(engine, signal, "null", 10.0)
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    ((justification, report),) = answers
    assert justification.startswith("Signal ring = 10")
    assert justification.endswith(" is below 50: call the ring")
    assert (report.tripped, report.value, report.rule) == (True, 10.0, "ring < 50")
    assert report.since is not None
    assert engine.suspension is None


def test_two_that_are_bad_before_the_start_hold_the_plan_back_together(engine: RunEngine) -> None:
    one, two = SimSignal("one", value=1.0), SimSignal("two", value=1.0)
    for signal in (one, two):
        engine.install_suspender(SuspendFloor(signal, 50))
    threading.Timer(0.02, one.put, args=(100.0,)).start()
    threading.Timer(0.05, two.put, args=(100.0,)).start()
    sent: list[str] = []
    engine.msg_hook = lambda msg: sent.append(msg.command)
    engine([Msg("null")])
    assert sent[-1] == "null"
    assert sent.count("null") == 1
    assert one.get() == two.get() == 100.0


def test_a_plan_whose_suspender_is_bad_waits_and_takes_it_away_at_the_end(
    engine: RunEngine, signal: SimSignal
) -> None:
    suspender = SuspendFloor(signal, 50)
    signal.put(10.0)
    notices = release_at_once(engine, signal)
    engine(bpp.suspend_wrapper([Msg("checkpoint"), Msg("null")], suspender))
    assert [type(notice) for notice in notices] == [Suspended, Released]
    assert engine.suspenders == ()
    assert not signal._subscriptions


@pytest.mark.parametrize("way_out", ["abort", "halt"])
def test_a_plans_suspender_is_taken_away_when_the_plan_is_left_while_suspended(
    engine: RunEngine, signal: SimSignal, way_out: str
) -> None:
    suspender = SuspendFloor(signal, 50)
    signal.put(10.0)

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            getattr(engine, way_out)()

    engine.notify = notify
    with pytest.raises(RunEngineInterrupted):
        engine(bpp.suspend_wrapper([Msg("checkpoint"), Msg("sleep", None, 30)], suspender))
    assert engine.state == "idle"
    assert engine.suspension is None
    if way_out == "abort":
        assert engine.suspenders == ()


def test_removing_the_suspender_that_holds_a_plan_lets_it_go_on(engine: RunEngine, signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50)
    engine.install_suspender(suspender)

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            threading.Timer(0.02, engine.remove_suspender, args=(suspender,)).start()

    engine.notify = notify
    put_at(engine, signal, "null", 10.0)
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    assert engine.suspenders == ()
    assert not suspender.tripped


def test_a_base_suspender_has_no_rule(signal: SimSignal) -> None:
    with pytest.raises(NotImplementedError, match="does not say when to suspend"):
        SuspenderBase(signal)(3.0)


def test_a_suspender_shows_whether_it_holds_plans_back(signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50)
    assert repr(suspender) == "<SuspendFloor on ring: ready>"
    suspender(10.0)
    assert repr(suspender) == "<SuspendFloor on ring: tripped>"


def test_only_the_point_that_was_interrupted_is_repeated(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50))
    release_at_once(engine, signal)
    sent: list[Any] = []

    def hook(msg: Msg) -> None:
        sent.extend(msg.args[:1] if msg.command == "null" else [])
        if msg.args == (1,) and sent.count(1) == 1:
            signal.put(10.0)

    engine.msg_hook = hook
    points = [
        msg for i in range(3) for msg in (Msg("checkpoint"), Msg("null", None, i), Msg("sleep", None, 0))
    ]
    engine(points)
    assert sent == [0, 1, 1, 2]


def test_people_are_told_when_a_plan_goes_on_after_a_trip(engine: RunEngine, signal: SimSignal) -> None:
    engine.install_suspender(SuspendFloor(signal, 50, sleep=0.05))
    notices: list[str] = []

    def notify(notice: Any) -> None:
        notices.append(notice.text)
        if isinstance(notice, Suspended):
            engine.loop.call_later(0.01, signal.put, 100.0)
            engine.loop.call_later(0.02, signal.put, 100.1)  # further good values are no news

    engine.notify = notify
    put_at(engine, signal, "null", 10.0)
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    suspended, good_again, released = notices
    assert suspended == "Suspended."
    assert good_again.startswith("ring is good again; going on after 0.05 s, at ")
    assert released == "Released: going on."


def test_a_suspender_inside_a_band_says_so(signal: SimSignal) -> None:
    with pytest.warns(UserWarning, match="deprecated"):
        suspender = SuspendOutBand(signal, 0.0, 10.0)
    suspender(5.0)
    report = suspender.report()
    assert (report.rule, report.justification) == (
        "ring inside (0.0, 10.0)",
        "Signal ring = 5 is inside of (0.0, 10.0)",
    )
    suspender(11.0)
    assert not suspender.tripped


def test_a_suspender_of_ones_own_needs_only_its_two_rules(engine: RunEngine, signal: SimSignal) -> None:
    class Odd(SuspenderBase):
        def _should_suspend(self, value: Any) -> bool:
            return bool(value % 2)

        def _should_resume(self, value: Any) -> bool:
            return not value % 2

    suspender = Odd(signal, tripped_message="even numbers only")
    engine.install_suspender(suspender)
    put_at(engine, signal, "null", 3.0)
    notices = release_at_once(engine, signal)
    engine([Msg("checkpoint"), Msg("null"), Msg("null")])
    assert notices[0].justification == "Signal ring = 3: even numbers only"
    assert suspender.report().rule == "Odd(ring)"


def test_when_a_suspender_releases_can_be_asked_before_it_does(engine: RunEngine, signal: SimSignal) -> None:
    suspender = SuspendFloor(signal, 50, sleep=60)
    engine.install_suspender(suspender)
    signal.put(10.0)
    bad = suspender.report()
    signal.put(100.0)
    good = suspender.report()
    assert (bad.tripped, bad.releases_at) == (True, None)
    assert good.tripped
    assert good.since == bad.since is not None
    assert good.releases_at is not None
    assert 50 < (good.releases_at - datetime.now()).total_seconds() <= 60
    assert "tripped" in repr(suspender)
    signal.put(10.0)
    assert suspender.report().releases_at is None  # bad again: nobody knows


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("SuspenderBase", "signal sleep pre_plan post_plan tripped_message"),
        ("SuspendFloor", "signal suspend_thresh resume_thresh kwargs"),
        ("SuspendCeil", "signal suspend_thresh resume_thresh kwargs"),
        ("SuspendBoolHigh", "signal sleep pre_plan post_plan tripped_message"),
        ("SuspendBoolLow", "signal sleep pre_plan post_plan tripped_message"),
        ("SuspendWhenOutsideBand", "signal band_bottom band_top kwargs"),
        ("SuspendInBand", "args kwargs"),
        ("SuspendOutBand", "args kwargs"),
        (
            "SuspendWhenChanged",
            "signal expected_value allow_resume sleep pre_plan post_plan tripped_message kwargs",
        ),
    ],
)
def test_suspenders_are_made_as_profiles_and_scripts_make_them(name: str, parameters: str) -> None:
    assert list(inspect.signature(getattr(suspenders, name)).parameters) == parameters.split()
