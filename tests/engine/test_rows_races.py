"""Requests that meet each other, and things that fail while the engine is busy with a request."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bsh import FailedStatus, Msg, RunEngine, RunEngineInterrupted
from bsh.devices.sim import SimSignal
from bsh.engine import EngineState, SigintHandler
from bsh.engine.notices import Paused, Released, Suspended
from bsh.errors import NoReplayAllowed
from bsh.suspenders import SuspendBoolLow, SuspendFloor
from tests.engine.parts import Collector, Detector, HandStatus, Motor


def in_thread(function: Callable[..., Any], *args: Any) -> tuple[threading.Thread, list[Any]]:
    """Call a function on a thread of its own; return the thread and where its result or error goes."""
    results: list[Any] = []

    def target() -> None:
        try:
            results.append(function(*args))
        except BaseException as error:
            results.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread, results


# -- requests that meet --------------------------------------------------------------------------


@pytest.mark.parametrize("way_out", ["stop", "abort", "halt"])
def test_leaving_while_pausing_gives_no_prompt_in_between(
    engine: RunEngine, collector: Collector, motor: Motor, way_out: str
) -> None:
    original, cleaned = motor.stop, []

    def stop(*, success: bool = True) -> None:
        original(success=success)
        if engine.state == "pausing":
            getattr(engine, way_out)()

    motor.stop = stop  # type: ignore[method-assign]

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("set", motor, 1)
            yield Msg("pause")
        except Exception:
            yield Msg("sleep", None, 0.05)
            cleaned.append("cleaned")
            raise

    with pytest.raises(RunEngineInterrupted, match=r"stopped|aborted"):
        engine(plan())
    assert engine.state == "idle"
    assert cleaned == ([] if way_out == "halt" else ["cleaned"])


def test_a_hook_may_abort_as_soon_as_the_plan_is_paused(engine: RunEngine, collector: Collector) -> None:
    engine.state_hook = lambda new, old: engine.abort("hook") if new is EngineState.PAUSED else None
    with pytest.raises(RunEngineInterrupted, match="aborted: hook"):
        engine([Msg("open_run"), Msg("pause"), Msg("sleep", None, 30)])
    assert engine.state == "idle"
    assert [doc["reason"] for doc in collector.named("stop")] == ["hook"]


def test_the_engines_own_thread_cannot_wait_for_itself(engine: RunEngine) -> None:
    errors: list[Any] = []

    def hook(new: EngineState, old: EngineState) -> None:
        if new is EngineState.PAUSED:
            for call in (engine.resume, lambda: engine.run_aside([])):
                with pytest.raises(RuntimeError, match="would wait for itself") as caught:
                    call()
                errors.append(caught.value)

    engine.state_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("pause")])
    assert len(errors) == 2
    engine.resume()


def test_another_thread_may_resume_the_moment_the_plan_is_paused(engine: RunEngine) -> None:
    resumed: list[Any] = []
    claimed = threading.Event()

    class Claiming(SigintHandler):
        def __enter__(self) -> Any:
            if threading.current_thread() is not threading.main_thread():
                claimed.set()
            return super().__enter__()

    def notify(notice: Any) -> None:
        if isinstance(notice, Paused):
            resumed.extend(in_thread(engine.resume))
            assert claimed.wait(10)

    engine.context_managers = [Claiming]
    engine.notify = notify
    with contextlib.suppress(RunEngineInterrupted):  # whether it sees the pause is up to the threads
        engine([Msg("pause"), Msg("null")])
    thread, results = resumed
    thread.join(10)
    assert results == [()]
    assert engine.state == "idle"


def test_an_abort_that_comes_while_somebody_resumes_is_obeyed(
    engine: RunEngine, collector: Collector
) -> None:
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("pause"), Msg("sleep", None, 30)])
    results: list[Any] = []

    class Racing:
        def __init__(self, engine: RunEngine) -> None: ...

        def __enter__(self) -> None:
            thread, outcome = in_thread(engine.abort, "racing")
            thread.join(10)
            results.extend(outcome)

        def __exit__(self, *exc: object) -> None: ...

    engine.context_managers = [Racing]
    with pytest.raises(RunEngineInterrupted, match="racing"):
        engine.resume()
    assert [type(result) for result in results] == [tuple]
    assert [doc["reason"] for doc in collector.named("stop")] == ["racing"]


def test_two_pauses_at_once_are_one(engine: RunEngine) -> None:
    engine.msg_hook = lambda msg: (engine.request_pause(), engine.request_pause()) if msg.args else None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("null", None, "here"), Msg("null")])
    engine.msg_hook = None
    engine.resume()
    assert engine.state == "idle"


def test_a_hard_pause_supersedes_a_deferred_one(engine: RunEngine) -> None:
    sent: list[str] = []

    def hook(msg: Msg) -> None:
        sent.append(msg.command)
        if msg.command == "sleep" and sent.count("sleep") == 1:
            engine.request_pause(defer=True)
            engine.request_pause()

    engine.msg_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("sleep", None, 0), Msg("null"), Msg("checkpoint"), Msg("null")])
    assert sent[-1] == "sleep"
    assert not engine.deferred_pause_requested
    engine.resume()  # and not paused a second time at the checkpoint
    assert engine.state == "idle"


@pytest.mark.parametrize("request_name", ["request_pause", "stop", "abort", "halt"])
def test_what_is_asked_during_the_exit_path_changes_no_document(
    engine: RunEngine, collector: Collector, motor: Motor, request_name: str
) -> None:
    original = motor.unstage

    def unstage() -> Any:
        getattr(engine, request_name)()
        return original()

    motor.unstage = unstage  # type: ignore[method-assign]
    messages = [Msg("open_run"), Msg("stage", motor), Msg("close_run")]
    if request_name == "request_pause":
        engine(messages)
    else:  # somebody asked for an end: what comes next must not start by itself
        with pytest.raises(RunEngineInterrupted):
            engine(messages)
    assert engine.state == "idle"
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["success"]
    assert engine([Msg("null")]) == ()


def test_a_suspender_that_trips_during_the_exit_path_is_met_by_the_next_plan_only(
    engine: RunEngine, motor: Motor
) -> None:
    signal = SimSignal("ring", value=100.0)
    engine.install_suspender(SuspendFloor(signal, 50))
    motor.unstage = lambda: signal.put(10.0)  # type: ignore[method-assign, assignment, return-value]
    engine([Msg("stage", motor)])
    assert engine.state == "idle"
    signal.put(100.0)
    assert engine([Msg("null")]) == ()


# -- things that fail while the engine pauses or resumes -------------------------------------------


def test_a_status_that_fails_during_a_pause_fails_the_plan_when_it_goes_on(
    engine: RunEngine, motor: Motor
) -> None:
    detector = Detector("det", motor, by_hand=True)
    with pytest.raises(RunEngineInterrupted):
        engine(
            [
                Msg("trigger", detector, group="g"),
                Msg("checkpoint"),
                Msg("pause"),
                Msg("wait", None, group="g"),
            ]
        )
    detector.statuses[0].finish(OSError("shutter stuck"))
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), engine.loop).result(10)
    with pytest.raises(FailedStatus, match=r"det: trigger failed after .* shutter stuck"):
        engine.resume()


@pytest.mark.parametrize("at", ["pause", "resume"])
def test_a_subscriber_that_fails_on_a_recorded_interruption_fails_the_plan_with_its_cleanup(
    engine: RunEngine, collector: Collector, motor: Motor, at: str
) -> None:
    engine.record_interruptions = True
    cleaned: list[str] = []

    def fail(name: str, doc: Any) -> None:
        if doc["data"].get("interruption") == at:
            raise ZeroDivisionError("broken callback")

    engine.subscribe(fail, "event")

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("set", motor, 1)
            yield Msg("pause")
        finally:
            yield Msg("null")
            cleaned.append("cleaned")

    with pytest.raises((ZeroDivisionError, RunEngineInterrupted)) as caught:
        engine(plan())
    assert "stop" in motor.calls
    if at == "resume":
        with pytest.raises(ZeroDivisionError):
            engine.resume()
    else:
        assert caught.type is ZeroDivisionError
    assert engine.state == "idle"
    assert cleaned == ["cleaned"]
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


@pytest.mark.parametrize("verb", ["clear_sub", "subscribe"])
def test_a_monitored_device_that_fails_around_a_pause_fails_the_plan_with_its_cleanup(
    engine: RunEngine, collector: Collector, motor: Motor, verb: str
) -> None:
    signal = SimSignal("ring", value=1.0)
    cleaned: list[str] = []
    broken: list[bool] = []
    original = getattr(signal, verb)

    def fail(*args: Any, **kwargs: Any) -> Any:
        if broken:
            broken.clear()
            raise OSError("gone")
        return original(*args, **kwargs)

    setattr(signal, verb, fail)

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("monitor", signal, name="ring_monitor")
        broken.append(True)
        try:
            yield Msg("set", motor, 1)
            yield Msg("pause")
        finally:
            yield Msg("null")
            cleaned.append("cleaned")

    with pytest.raises((OSError, RunEngineInterrupted)):
        engine(plan())
    assert "stop" in motor.calls
    if engine.state == "paused":
        with pytest.raises(OSError, match="gone"):
            engine.resume()
    assert cleaned == ["cleaned"]
    assert engine.state == "idle"
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]
    assert engine.cleanup_failures == []
    assert not signal._subscriptions


def test_a_subscriber_that_fails_on_a_monitors_event_fails_the_run(
    engine: RunEngine, collector: Collector
) -> None:
    signal = SimSignal("ring", value=1.0)

    def fail(name: str, doc: Any) -> None:
        raise ZeroDivisionError("broken callback")

    engine.subscribe(fail, "event")
    with pytest.raises(ZeroDivisionError, match="broken callback"):
        engine([Msg("open_run"), Msg("monitor", signal), Msg("sleep", None, 30), Msg("close_run")])
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


def test_where_rewinding_is_off_a_move_goes_on_after_a_pause(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    threading.Timer(0.05, engine.request_pause).start()
    with pytest.raises(RunEngineInterrupted):
        engine(
            [Msg("rewindable", None, False), Msg("set", motor, 5, group="g"), Msg("wait", None, group="g")]
        )
    engine.waiting_hook = lambda statuses: motor.arrive(5) if statuses else None
    engine.resume()
    assert motor.calls[:3] == [("set", 5), "stop", ("set", 5)]


def test_where_rewinding_is_off_an_open_event_and_a_measurement_survive_a_pause(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    detector = Detector("det", motor, by_hand=True)
    waited: list[Any] = []

    def hook(statuses: Any) -> None:
        waited.append(statuses)
        if statuses and len(waited) == 1:
            engine.request_pause()
        elif statuses:
            detector.arrive(7.0)

    engine.waiting_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine(
            [
                Msg("open_run"),
                Msg("rewindable", None, False),
                Msg("create", None, name="primary"),
                Msg("read", motor),
                Msg("trigger", detector, group="g"),
                Msg("wait", None, group="g"),
                Msg("read", detector),
                Msg("save"),
                Msg("close_run"),
            ]
        )
    engine.resume()
    assert detector.calls == ["trigger"]
    assert [doc["data"] for doc in collector.named("event")] == [{"m1": 0.0, "det": 7.0}]


def test_a_device_that_forbids_the_replay_does_not_lose_the_move_of_another(engine: RunEngine) -> None:
    motor, once = Motor("m1", by_hand=True), Motor("once")

    def refuse() -> None:
        raise NoReplayAllowed

    once.pause = refuse  # type: ignore[attr-defined]
    threading.Timer(0.05, engine.request_pause).start()
    with pytest.raises(RunEngineInterrupted):
        engine(
            [
                Msg("checkpoint"),
                Msg("read", once),
                Msg("set", motor, 5, group="g"),
                Msg("wait", None, group="g"),
            ]
        )
    engine.waiting_hook = lambda statuses: motor.arrive(5) if statuses else None
    engine.resume()
    assert motor.calls[:3] == [("set", 5), "stop", ("set", 5)]


def test_the_failure_of_a_message_is_not_repeated_when_its_cleanup_is_paused(
    engine: RunEngine, motor: Motor
) -> None:
    def refuse(value: float) -> HandStatus:
        motor.calls.append("refused")
        raise ValueError("out of limits")

    cleaned: list[str] = []
    other = Motor("other")
    motor.set = refuse  # type: ignore[method-assign]

    def plan() -> Any:
        yield Msg("checkpoint")
        try:
            yield Msg("set", motor, 1)
        finally:
            yield Msg("set", other, 0)
            yield Msg("pause")
            yield Msg("null")
            cleaned.append("cleaned")

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    with pytest.raises(ValueError, match="out of limits"):
        engine.resume()
    assert motor.calls == ["refused", "stop", "stop"]
    assert cleaned == ["cleaned"]


# -- leaving -------------------------------------------------------------------------------------------


def test_an_axis_that_still_moves_when_the_plan_is_stopped_gets_back_to_its_origin(
    engine: RunEngine,
) -> None:
    from bsh import plans as bp
    from bsh.devices.sim import SimDetector, SimMotor

    motor = SimMotor("th", position=2.0, velocity=100.0)
    detector = SimDetector("det", noise=None, count_time=0.0)
    engine.waiting_hook = lambda statuses: engine.stop() if statuses and engine.state == "running" else None
    with pytest.raises(RunEngineInterrupted):
        engine(bp.rel_scan([detector], motor, -1, 1, 3))
    assert motor.position == pytest.approx(2.0)
    assert not motor.moving


def test_when_one_of_two_axes_fails_the_other_gets_back_to_its_origin(engine: RunEngine) -> None:
    from bsh import plans as bp
    from bsh.devices.sim import SimDetector, SimMotor

    failing, other = Motor("failing", by_hand=True), SimMotor("other", position=2.0, velocity=50.0)
    detector = SimDetector("det", noise=None, count_time=0.0)

    def fail_once(statuses: Any) -> None:
        if statuses and not failing.statuses[0].done:
            failing.statuses[0].finish(OSError("limit switch"))
            failing.by_hand = False

    engine.waiting_hook = fail_once
    with pytest.raises(FailedStatus, match=r"failing: move to .* limit switch"):
        engine(bp.rel_scan([detector], failing, -1, 1, other, -1, 1, 3))
    assert other.position == pytest.approx(2.0)


def test_what_moves_is_stopped_before_the_cleanup_of_an_abort(engine: RunEngine) -> None:
    motor = Motor("m1", by_hand=True)
    seen: list[Any] = []

    def plan() -> Any:
        try:
            yield Msg("set", motor, 5, group="g")
            yield Msg("wait", None, group="g")
        finally:
            yield Msg("sleep", None, 0)
            seen.extend(motor.calls)

    engine.waiting_hook = lambda statuses: engine.abort() if statuses else None
    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert seen == [("set", 5), "stop"]


def test_a_flyer_that_flies_when_the_plan_is_aborted_is_stopped_and_collected(
    engine: RunEngine, collector: Collector
) -> None:
    from tests.engine.test_documents import Flyer

    flyer = Flyer()
    flyer.stop = lambda: flyer.calls.append("stop")  # type: ignore[attr-defined]
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("open_run"), Msg("kickoff", flyer), Msg("pause")])
    engine.abort()
    assert flyer.calls == ["kickoff", "stop", "collect"]


# -- suspenders ----------------------------------------------------------------------------------------


def test_one_that_trips_while_the_post_plan_runs_is_waited_for(engine: RunEngine) -> None:
    signal = SimSignal("ring", value=100.0)
    suspender = SuspendFloor(signal, 50, post_plan=lambda: [Msg("null", None, "post")])
    engine.install_suspender(suspender)
    tripped_at_release: list[bool] = []
    posts: list[str] = []

    def hook(msg: Msg) -> None:
        if msg.command == "sleep" and not posts:
            signal.put(10.0)
        elif msg.args == ("post",):
            posts.append("post")
            if len(posts) == 1:
                signal.put(10.0)

    def notify(notice: Any) -> None:
        if isinstance(notice, Suspended):
            threading.Timer(0.03, signal.put, args=(100.0,)).start()
        if isinstance(notice, Released):
            tripped_at_release.append(suspender.tripped)

    engine.msg_hook = hook
    engine.notify = notify
    engine([Msg("checkpoint"), Msg("sleep", None, 0), Msg("null")])
    assert tripped_at_release == [False]
    assert engine.suspension is None


def test_the_pre_plan_of_a_second_suspender_runs_and_the_wait_goes_on(engine: RunEngine) -> None:
    ring, shutter = SimSignal("ring", value=100.0), SimSignal("shutter", value=1)
    engine.install_suspender(SuspendFloor(ring, 50))
    engine.install_suspender(SuspendBoolLow(shutter, pre_plan=lambda: [Msg("null", None, "pre")]))
    order: list[str] = []

    def hook(msg: Msg) -> None:
        order.extend(msg.args[:1] if msg.command == "null" else [])
        if msg.command == "sleep" and not order:
            order.append("tripped")
            ring.put(10.0)
        if msg.command == "wait_for" and order == ["tripped"]:
            order.append("waiting")
            threading.Timer(0.03, shutter.put, args=(0,)).start()
            threading.Timer(0.10, ring.put, args=(100.0,)).start()
            threading.Timer(0.15, shutter.put, args=(1,)).start()

    engine.msg_hook = hook
    engine.notify = lambda notice: order.append("released") if isinstance(notice, Released) else None
    engine([Msg("checkpoint"), Msg("sleep", None, 0), Msg("null", None, "done")])
    assert order == ["tripped", "waiting", "pre", "released", "done"]


def test_a_release_that_fails_fails_the_plan(engine: RunEngine, collector: Collector) -> None:
    async def fail() -> None:
        raise OSError("the watch is gone")

    asked: list[bool] = []

    def hook(msg: Msg) -> None:
        if msg.command == "sleep" and not asked:
            asked.append(True)
            engine.request_suspend(fail)

    engine.msg_hook = hook
    with pytest.raises(OSError, match="the watch is gone"):
        engine([Msg("open_run"), Msg("checkpoint"), Msg("sleep", None, 0), Msg("close_run")])
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


def test_a_suspender_of_a_plan_that_is_installed_already_stays_when_the_plan_ends(engine: RunEngine) -> None:
    from bsh.preprocessors import suspend_wrapper

    signal = SimSignal("ring", value=100.0)
    suspender = SuspendFloor(signal, 50)
    engine.install_suspender(suspender)
    engine(suspend_wrapper([Msg("null")], suspender))
    assert engine.suspenders == (suspender,)
    signal.put(10.0)
    assert suspender.tripped


# -- subscriptions -------------------------------------------------------------------------------------


def test_a_durable_sink_given_with_the_call_is_waited_for(engine: RunEngine) -> None:
    from tests.engine.test_subscriptions import Sink

    sink = Sink()
    engine([Msg("open_run"), Msg("close_run")], sink)
    assert sink.committed == sink.accepted == 2


def test_a_run_that_the_schema_refuses_uses_no_number(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(ValueError, match="start document is not valid"):
        engine([Msg("open_run", None, owner=3)])
    assert "scan_id" not in engine.md
    assert collector.documents == []


def test_no_task_is_left_on_the_loop_after_a_call(engine: RunEngine, motor: Motor) -> None:
    async def others() -> list[Any]:
        return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    async def forever() -> None:
        await asyncio.Event().wait()

    engine.msg_hook = lambda msg: engine.request_pause() if msg.command == "wait_for" else None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("wait_for", None, [forever, forever])])
    engine.abort()
    assert asyncio.run_coroutine_threadsafe(others(), engine.loop).result(10) == []


# -- monitors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["unmonitor", "close_run", "nothing"])
def test_the_last_change_of_a_monitored_device_is_not_lost(
    engine: RunEngine, collector: Collector, end: str
) -> None:
    signal = SimSignal("ring", value=1.0)
    messages = [Msg("open_run"), Msg("monitor", signal, name="ring_monitor"), Msg("set", signal, 2.0)]
    if end == "unmonitor":
        messages += [Msg("unmonitor", signal), Msg("set", signal, 3.0)]
    if end == "close_run":
        messages += [Msg("close_run"), Msg("set", signal, 3.0)]
    engine(messages)
    assert [doc["data"]["ring"] for doc in collector.named("event")] == [1.0, 2.0]
    assert collector.named("stop")[0]["num_events"] == {"ring_monitor": 2}
