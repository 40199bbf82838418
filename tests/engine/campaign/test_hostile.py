"""Devices, subscribers and plans that hang, lie or raise what nobody expects."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.engine import InterruptPolicy, abandoning, sigint, watchdog
from bsh.engine.during_task import DefaultDuringTask
from bsh.engine.notices import InterruptAcknowledged, Notice, ThreadAbandoned
from tests.engine.parts import Collector, Detector, HandStatus, Motor, scan

PROMPT_S = 20.0
"""Within this the prompt must be back, on a machine that does other things as well."""


@pytest.fixture(autouse=True)
def quick_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "CUT_S", 0.1)
    monkeypatch.setattr(watchdog, "RAISE_S", 0.2)
    monkeypatch.setattr(abandoning, "ANSWER_S", 0.3)
    monkeypatch.setattr(sigint, "DRAIN_S", 0.15)


@pytest.fixture(autouse=True)
def _foreign_threads() -> Iterator[None]:
    """Know the threads of engines that other tests have left running in this process."""
    FOREIGN.update(threading.enumerate())
    yield
    FOREIGN.clear()


FOREIGN: set[threading.Thread] = set()


class Hanging:
    """Something that hangs until it is let go: with Python running, or deep in a C call."""

    def __init__(self, *, interruptible: bool) -> None:
        self.interruptible = interruptible
        self.go_on = threading.Event()
        self.hangs = threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self.hangs.set()
        if not self.interruptible:
            self.go_on.wait(60)
        while not self.go_on.is_set():
            time.sleep(0.001)


@pytest.fixture(params=[True, False], ids=["in Python", "in C"])
def hanging(request: pytest.FixtureRequest) -> Iterator[Hanging]:
    hanging = Hanging(interruptible=request.param)
    yield hanging
    hanging.go_on.set()


Mash = Callable[[RunEngine, Hanging], None]


@pytest.fixture
def mash() -> Iterator[Mash]:
    """Press Ctrl+C until the prompt is back, as people do, as soon as something hangs."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def press(engine: RunEngine, hanging: Hanging) -> None:
        hanging.hangs.wait(30)
        while not over.wait(sigint.DEBOUNCE_S + 0.02) and engine.state not in ("idle", "paused", "panicked"):
            os.kill(os.getpid(), signal.SIGINT)

    def mash(engine: RunEngine, hanging: Hanging) -> None:
        threads.append(threading.Thread(target=press, args=(engine, hanging), daemon=True))
        threads[-1].start()

    yield mash
    over.set()
    for thread in threads:
        thread.join(10)


def run_to_the_prompt(function: Callable[..., Any], *args: Any) -> None:
    began = time.monotonic()
    with pytest.raises(RunEngineInterrupted):
        function(*args)
    assert time.monotonic() - began < PROMPT_S


def assert_usable(engine: RunEngine, collector: Collector, hanging: Hanging) -> None:
    """Whatever hung, there is one stop document a run, and after recovery the next plan works."""
    assert engine.state in ("idle", "panicked")
    threads = [
        thread for thread in threading.enumerate() if thread.name == "bsh-engine" and thread not in FOREIGN
    ]
    hanging.go_on.set()
    if engine.state == "panicked":
        assert engine.recover() == []
    starts, stops = collector.named("start"), collector.named("stop")
    assert [doc["run_start"] for doc in stops] == [doc["uid"] for doc in starts]
    motor = Motor("next")
    engine(scan(motor, Detector("next_det", motor)))
    for thread in threads:
        if thread is not engine.engine_loop.thread:
            thread.join(10)
            assert not thread.is_alive()
    # The thread that was given up has come back by now: it must not have closed the run again.
    assert len(collector.named("stop")) == len(stops) + 1


def test_a_stop_that_hangs_during_a_pause_gives_the_prompt_back(
    engine: RunEngine, collector: Collector, motor: Motor, hanging: Hanging, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    other = Motor("other")
    motor.stop = hanging  # type: ignore[method-assign]
    mash(engine, hanging)

    def plan() -> Any:
        yield Msg("open_run")
        yield Msg("stage", other)
        yield Msg("set", motor, 1)
        yield Msg("set", other, 1)
        yield Msg("pause")

    run_to_the_prompt(engine, plan())
    assert "stop" in other.calls
    assert_usable(engine, collector, hanging)
    assert other.calls.count("unstage") == 1


def test_a_stop_that_hangs_at_the_end_gives_the_prompt_back(
    engine: RunEngine, collector: Collector, motor: Motor, hanging: Hanging, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    other = Motor("other")
    motor.stop = hanging  # type: ignore[method-assign]
    mash(engine, hanging)
    run_to_the_prompt(
        engine, [Msg("open_run"), Msg("stage", other), Msg("set", motor, 1), Msg("set", other, 1)]
    )
    assert "stop" in other.calls
    assert_usable(engine, collector, hanging)
    assert other.calls.count("unstage") == 1


def test_an_unstage_that_hangs_gives_the_prompt_back_and_the_others_are_unstaged(
    engine: RunEngine, collector: Collector, motor: Motor, hanging: Hanging, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    other = Motor("other")
    motor.unstage = hanging  # type: ignore[method-assign]
    mash(engine, hanging)
    run_to_the_prompt(engine, [Msg("open_run"), Msg("stage", other), Msg("stage", motor)])
    assert_usable(engine, collector, hanging)
    assert other.calls.count("unstage") == 1


@pytest.mark.parametrize("document", ["start", "descriptor", "event", "stop"])
def test_a_subscriber_that_hangs_gives_the_prompt_back(
    engine: RunEngine,
    collector: Collector,
    motor: Motor,
    detector: Detector,
    hanging: Hanging,
    document: str,
    mash: Mash,
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    engine.subscribe(hanging, document)
    mash(engine, hanging)
    run_to_the_prompt(engine, scan(motor, detector))
    assert detector.calls.count("unstage") >= 1 or engine.state == "panicked"
    assert_usable(engine, collector, hanging)


def test_a_subscriber_that_hangs_at_every_document_gives_the_prompt_back(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector, hanging: Hanging, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    engine.subscribe(lambda name, doc: None if name == "start" else hanging())
    mash(engine, hanging)
    run_to_the_prompt(engine, scan(motor, detector))
    assert_usable(engine, collector, hanging)


def test_a_store_that_never_writes_gives_the_prompt_back(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    hanging = Hanging(interruptible=True)

    class DeadStore:
        congested = False

        def __call__(self, name: str, doc: Any) -> None: ...

        def when_durable(self, callback: Any) -> None:
            hanging.hangs.set()

    token = engine.subscribe(DeadStore())
    mash(engine, hanging)
    run_to_the_prompt(engine, scan(motor, detector))
    engine.unsubscribe(token)
    assert_usable(engine, collector, hanging)


def test_an_asynchronous_stop_that_never_ends_gives_the_prompt_back(
    engine: RunEngine, collector: Collector, motor: Motor, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.PAUSE
    hanging = Hanging(interruptible=True)

    async def stop(*, success: bool = True) -> None:
        hanging.hangs.set()
        if not hanging.go_on.is_set():
            await asyncio.Event().wait()

    motor.stop = stop  # type: ignore[method-assign, assignment]
    mash(engine, hanging)
    run_to_the_prompt(engine, [Msg("open_run"), Msg("set", motor, 1), Msg("pause")])
    assert_usable(engine, collector, hanging)


def test_devices_of_a_thread_that_was_given_up_are_unstaged_by_recover(
    engine: RunEngine, motor: Motor, detector: Detector, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.STOP
    hanging = Hanging(interruptible=False)
    motor.set = hanging  # type: ignore[method-assign, assignment]
    mash(engine, hanging)
    run_to_the_prompt(engine, [Msg("stage", detector), Msg("set", motor, 1)])
    assert engine.state == "panicked"
    assert [(failure.step, failure.device) for failure in engine.cleanup_failures] == [("unstage", detector)]
    assert engine.recover() == []
    assert detector.calls == ["stage", "unstage"]
    hanging.go_on.set()


def test_recover_waits_for_asynchronous_devices(engine: RunEngine, motor: Motor) -> None:
    answers: list[Any] = [OSError("busy"), None]
    done: list[str] = []

    async def unstage() -> None:
        await asyncio.sleep(0)
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        done.append("unstaged")

    motor.unstage = unstage  # type: ignore[method-assign, assignment]
    engine([Msg("stage", motor)])
    assert [str(failure) for failure in engine.cleanup_failures] == ["m1: unstage failed: busy"]
    assert engine.recover() == []
    assert done == ["unstaged"]


@pytest.mark.parametrize("reading", [[], 3, "text", {"m1": 3.0}, {"m1": {"value": 1.0}}, {3: None}])
def test_a_reading_of_the_wrong_shape_fails_the_run_and_nothing_else(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector, reading: Any
) -> None:
    motor.read = lambda: reading  # type: ignore[method-assign]
    with pytest.raises((TypeError, ValueError, KeyError, AttributeError)):
        engine(scan(motor, detector))
    assert engine.state == "idle"
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]
    assert detector.calls.count("unstage") == 1


def test_a_status_whose_add_callback_raises_fails_the_run_and_does_not_block_the_cleanup(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    class Rude(HandStatus):
        def add_callback(self, callback: Any) -> None:
            raise OSError("no callbacks today")

    motor.set = lambda value: Rude()  # type: ignore[method-assign]
    cleaned: list[str] = []

    def plan() -> Any:
        yield Msg("open_run")
        try:
            yield Msg("set", motor, 1, group="g")
        finally:
            yield Msg("wait", None, group="g")
            cleaned.append("cleaned")

    threading.Timer(10, lambda: engine.state.is_idle or engine.halt()).start()
    with pytest.raises(OSError, match="no callbacks today"):
        engine(plan())
    assert cleaned == ["cleaned"]
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


@pytest.mark.parametrize("verb", ["describe", "read_configuration", "describe_configuration"])
def test_a_description_that_raises_fails_the_run(
    engine: RunEngine, collector: Collector, motor: Motor, detector: Detector, verb: str
) -> None:
    def fail() -> Any:
        raise OSError("no description")

    setattr(detector, verb, fail)
    with pytest.raises(OSError, match="no description"):
        engine(scan(motor, detector))
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]
    assert detector.calls.count("unstage") == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
@pytest.mark.parametrize(
    "verb", ["set", "stop", "stage", "unstage", "read", "describe", "read_configuration", "trigger"]
)
def test_no_exception_of_a_device_kills_the_engine(
    collector: Collector, motor: Motor, verb: str, error: type[BaseException]
) -> None:
    engine = RunEngine()
    engine.notify = lambda notice: None
    engine.subscribe(collector)
    detector = Detector("det", motor)
    device = motor if verb in ("set", "stop") else detector
    raised: list[Any] = []

    def fail(*args: Any, **kwargs: Any) -> Any:
        if raised:
            return getattr(type(device), verb)(device, *args, **kwargs)
        raised.append(verb)
        raise error

    setattr(device, verb, fail)
    call(engine, scan(motor, detector))
    assert raised == [verb]
    assert engine.state == "idle"
    assert len(collector.named("stop")) == len(collector.named("start"))
    assert engine.recover() == []
    call(engine, scan(motor, Detector("next_det", motor)))
    assert collector.named("stop")[-1]["exit_status"] == "success"
    engine.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
@pytest.mark.parametrize("document", ["start", "descriptor", "event", "stop"])
def test_no_exception_of_a_subscriber_kills_the_engine(
    collector: Collector, motor: Motor, document: str, error: type[BaseException]
) -> None:
    engine = RunEngine()
    engine.notify = lambda notice: None
    engine.subscribe(collector)
    raised: list[str] = []

    def fail(name: str, doc: Any) -> None:
        if not raised:
            raised.append(name)
            raise error

    engine.subscribe(fail, document)
    detector = Detector("det", motor)
    call(engine, scan(motor, detector))
    assert raised == [document]
    assert engine.state == "idle"
    assert len(collector.named("stop")) == len(collector.named("start"))
    assert detector.calls.count("unstage") >= 1
    call(engine, scan(motor, Detector("next_det", motor)))
    assert collector.named("stop")[-1]["exit_status"] == "success"
    engine.close()


def call(engine: RunEngine, plan: Any) -> None:
    """Run a plan from a thread that may be left behind, so that a dead engine fails the test, not pytest."""
    ended: list[BaseException | None] = []

    def target() -> None:
        try:
            engine(plan)
        except BaseException as error:
            ended.append(error)
        else:
            ended.append(None)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(10)
    assert ended, "the call did not come back"


@pytest.mark.parametrize("hook", ["state_hook", "msg_hook", "waiting_hook", "notify"])
def test_a_hook_that_raises_does_not_wedge_the_engine(collector: Collector, motor: Motor, hook: str) -> None:
    engine = RunEngine()
    engine.notify = lambda notice: None
    engine.subscribe(collector)
    detector = Detector("det", motor)

    def fail(*args: Any) -> None:
        raise ZeroDivisionError("broken hook")

    setattr(engine, hook, fail)

    def plan() -> Any:
        yield from scan(motor, detector)
        yield Msg("pause")

    call(engine, plan())
    setattr(engine, hook, None)
    if engine.state == "paused":
        engine.abort()
    assert engine.state == "idle"
    assert len(collector.named("stop")) == len(collector.named("start"))
    call(engine, scan(motor, Detector("next_det", motor)))
    assert collector.named("stop")[-1]["exit_status"] == "success"
    engine.close()


def test_a_press_whose_acknowledgement_fails_counts_and_so_does_the_next(
    engine: RunEngine, collector: Collector
) -> None:
    engine.interrupt_policy = InterruptPolicy.STOP

    def notify(notice: Notice) -> None:
        if isinstance(notice, InterruptAcknowledged):
            raise OSError("the terminal is gone")

    engine.notify = notify
    for _ in range(2):
        engine.msg_hook = lambda msg: os.kill(os.getpid(), signal.SIGINT) if msg.command == "sleep" else None
        run_to_the_prompt(engine, [Msg("open_run"), Msg("sleep", None, 5)])
        assert engine.state == "idle"
    assert [doc["reason"] for doc in collector.named("stop")] == ["interrupted by Ctrl+C"] * 2


def test_a_plan_that_swallows_an_abort_can_be_aborted_again_and_halted(
    engine: RunEngine, collector: Collector, motor: Motor
) -> None:
    swallowed: list[str] = []

    def stubborn() -> Any:
        yield Msg("open_run")
        while True:
            try:
                yield Msg("sleep", None, 60)
            except Exception as error:
                swallowed.append(type(error).__name__)

    def notify(notice: Notice) -> None:
        if len(swallowed) < 2 and type(notice).__name__ == "Leaving":
            threading.Timer(0.02, engine.abort).start()
        elif len(swallowed) == 2:
            swallowed.append("halt")
            threading.Timer(0.02, engine.halt).start()

    engine.notify = notify
    engine.msg_hook = lambda msg: threading.Timer(0.02, engine.abort).start() if not swallowed else None
    run_to_the_prompt(engine, stubborn())
    assert swallowed[:2] == ["RequestAbort", "RequestAbort"]
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["abort"]
    assert engine.state == "idle"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_plan_that_swallows_everything_is_ended_by_three_presses(
    engine: RunEngine, collector: Collector, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.ABORT
    hanging = Hanging(interruptible=True)

    def stubborn() -> Any:
        yield Msg("open_run")
        while True:
            try:
                hanging.hangs.set()
                yield Msg("sleep", None, 60)
            except BaseException:
                pass

    mash(engine, hanging)
    run_to_the_prompt(engine, stubborn())
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["abort"]
    assert engine.state == "idle"


def test_a_line_typed_after_the_question_was_taken_back_is_lost_and_nothing_else() -> None:
    engine: RunEngine
    asked: list[str] = []

    def read(prompt: str) -> str:
        asked.append(prompt)
        if len(asked) == 1:
            engine.request_pause()
            while engine.state != "paused":
                time.sleep(0.001)
        return f"answer {len(asked)}"

    engine = RunEngine(during_task=DefaultDuringTask(write=lambda line: None, read=read))
    engine.call_returns_result = True

    def plan() -> Any:
        yield Msg("checkpoint")
        return (yield Msg("input", None, prompt="go? "))

    with pytest.raises(RunEngineInterrupted):
        engine(plan())
    assert engine.state == "paused"
    assert engine.resume().plan_result == "answer 2"
    engine.close()


def test_a_failing_context_manager_leaves_no_subscription_behind(
    engine: RunEngine, collector: Collector
) -> None:
    temporary = Collector()

    class Broken:
        def __init__(self, engine: RunEngine) -> None: ...

        def __enter__(self) -> None:
            raise OSError("cannot enter")

        def __exit__(self, *exc: object) -> None: ...

    managers, engine.context_managers = engine.context_managers, [Broken]
    with pytest.raises(OSError, match="cannot enter"):
        engine([Msg("open_run"), Msg("close_run")], temporary)
    engine.context_managers = managers
    engine([Msg("open_run"), Msg("close_run")])
    assert temporary.documents == []
    assert len(collector.named("stop")) == 1


def test_a_bad_exit_status_of_close_run_still_closes_the_run(engine: RunEngine, collector: Collector) -> None:
    with pytest.raises(ValueError, match="stop document is not valid at exit_status"):
        engine([Msg("open_run"), Msg("close_run", exit_status="banana")])
    assert [doc["exit_status"] for doc in collector.named("stop")] == ["fail"]


def test_the_thread_that_was_given_up_says_where_it_hangs(
    engine: RunEngine, motor: Motor, mash: Mash
) -> None:
    engine.interrupt_policy = InterruptPolicy.STOP
    hanging = Hanging(interruptible=False)
    motor.set = hanging  # type: ignore[method-assign, assignment]
    notices: list[Notice] = []
    engine.notify = notices.append
    mash(engine, hanging)
    run_to_the_prompt(engine, [Msg("set", motor, 1)])
    (abandoned,) = [notice for notice in notices if isinstance(notice, ThreadAbandoned)]
    assert "go_on.wait(60)" in abandoned.stack
    hanging.go_on.set()
    engine.recover()
