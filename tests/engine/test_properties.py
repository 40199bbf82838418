"""What holds for every request in every state, every sequence of messages, statuses and subscriptions."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh import IllegalMessageSequence, Msg, RunEngine, RunEngineInterrupted
from bsh.engine import LEGAL_REQUESTS, TRANSITIONS, Dispatcher, EngineState, watchdog
from bsh.engine.event_loop import EngineLoop
from bsh.engine.requests import (
    AbortRequest,
    HaltRequest,
    PauseRequest,
    Request,
    ResumeRequest,
    StopRequest,
    SuspendRequest,
)
from bsh.engine.states import Legality
from bsh.engine.statuses import StatusToken, StatusTracker
from bsh.errors import TransitionError
from tests.engine.parts import Collector, Detector, HandStatus, Motor, scan

S = EngineState

# -- the state table -----------------------------------------------------------------------------------


async def _at_once() -> None: ...


REQUESTS: dict[str, Callable[[], Request]] = {
    "pause": PauseRequest,
    "resume": ResumeRequest,
    "suspend": lambda: SuspendRequest(lambda: _at_once()),
    "stop": StopRequest,
    "abort": lambda: AbortRequest("property"),
    "halt": lambda: HaltRequest("property"),
}

LEADS_TO = {
    "pause": S.PAUSING, "resume": S.RUNNING, "suspend": S.SUSPENDING,
    "stop": S.STOPPING, "abort": S.ABORTING, "halt": S.HALTING,
}  # fmt: skip


class InState:
    """A plan that is led into a state, where something is asked once."""

    def __init__(self, state: EngineState, request: str) -> None:
        self.state = state
        self.request = request
        self.engine = RunEngine()
        self.engine.notify = lambda notice: None
        self.engine.state_hook = lambda new, old: self.trail.append(new)
        self.trail: list[EngineState] = []
        self.asks = True
        self.led = False
        self.asked_at: int | None = None
        self.waited_for: list[str] = []
        self.refused = False
        self.motor = Motor("m1")
        self.motor.stop = self._stop  # type: ignore[method-assign]
        self.motor.unstage = self._unstage  # type: ignore[method-assign]

    def ask(self) -> None:
        if not self.asks or self.asked_at is not None or self.engine.state is not self.state:
            return
        self.asked_at = len(self.trail)
        try:
            self.engine.post(REQUESTS[self.request]())
        except TransitionError:
            self.refused = True

    def _stop(self, *, success: bool = True) -> None:
        if self.engine.state in (S.PAUSING, S.SUSPENDING):
            self.ask()

    def _unstage(self) -> list[Any]:
        if self.engine.state is S.HALTING:
            self.ask()
        return []

    def plan(self) -> Iterator[Msg]:
        yield Msg("stage", self.motor)
        yield Msg("set", self.motor, 1)
        try:
            yield Msg("null", None, "running")
            yield Msg("sleep", None, 0)
        except Exception:
            yield Msg("null", None, "cleanup")
            yield Msg("sleep", None, 0)
            self.waited_for.append("cleaned")
            raise

    def hook(self, msg: Msg) -> None:
        self.waited_for.extend(["release"] if msg.command == "wait_for" else [])
        if msg.args == ("running",):
            self.ask()
            lead = {
                S.PAUSING: self.engine.request_pause,
                S.PAUSED: self.engine.request_pause,
                S.SUSPENDING: lambda: self.engine.request_suspend(_at_once),
                S.STOPPING: self.engine.stop,
                S.ABORTING: self.engine.abort,
                S.HALTING: self.engine.halt,
            }.get(self.state)
            if lead is not None and not self.led:
                self.led = True
                lead()
        elif msg.args == ("cleanup",):
            self.ask()

    def run(self) -> None:
        self.engine.msg_hook = self.hook
        with contextlib.suppress(RunEngineInterrupted):
            self.engine(self.plan())
        if self.state in (S.IDLE, S.PAUSED):
            self.ask()
            if self.state is S.PAUSED and self.request in LEADS_TO and not self.refused:
                # What is asked of a paused engine directly is answered by its thread soon.
                asyncio.run_coroutine_threadsafe(_at_once(), self.engine.loop).result(10)
        if self.engine.state is S.PAUSED:
            self.engine.resume()
        while not self.engine.state.is_idle:
            asyncio.run_coroutine_threadsafe(_at_once(), self.engine.loop).result(10)


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("state", [state for state in S if state is not S.PANICKED])
def test_every_request_in_every_state_is_answered_as_the_table_says(state: S, request_name: str) -> None:
    case = InState(state, request_name)
    undisturbed = InState(state, request_name)
    undisturbed.asks = False
    case.run()
    undisturbed.run()
    assert case.asked_at is not None, f"the plan was never {state}"
    answer = LEGAL_REQUESTS[request_name][state]
    assert case.refused == (answer is Legality.REFUSE)
    if answer is not Legality.OBEY:
        assert case.trail == undisturbed.trail
    elif (state, request_name) == (S.ABORTING, "abort"):  # what is left of the cleanup is skipped
        assert "cleaned" not in case.waited_for
        assert "cleaned" in undisturbed.waited_for
    elif (state, request_name) == (S.SUSPENDING, "suspend"):  # both are waited for
        assert case.waited_for.count("release") == undisturbed.waited_for.count("release") + 1
    else:
        assert LEADS_TO[request_name] in case.trail[case.asked_at :]
    case.engine.close()
    undisturbed.engine.close()


def test_a_panicked_engine_answers_as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "CUT_S", 0.05)
    monkeypatch.setattr(watchdog, "RAISE_S", 0.05)
    engine = RunEngine()
    engine.notify = lambda notice: None
    go_on = threading.Event()

    def hang(msg: Msg) -> None:
        engine.halt()
        go_on.wait(30)

    engine.msg_hook = hang
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("null")])
    go_on.set()
    for name, make in REQUESTS.items():
        assert engine.state == "panicked"
        if LEGAL_REQUESTS[name][S.PANICKED] is Legality.REFUSE:
            with pytest.raises(TransitionError, match="engine is panicked"):
                engine.post(make())
        else:
            engine.post(make())
    engine.recover()
    assert engine.state == "idle"
    engine.close()


def test_the_transitions_are_closed_and_idle_can_be_reached_from_everywhere() -> None:
    assert set(TRANSITIONS) == set(S)
    assert all(targets <= set(S) for targets in TRANSITIONS.values())
    for state in S:
        assert state is S.IDLE or S.IDLE in TRANSITIONS[state]
    for table in LEGAL_REQUESTS.values():
        assert set(table) == set(S)


@settings(max_examples=150, deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.integers(0, 25), st.sampled_from(sorted(REQUESTS)), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_no_sequence_of_requests_leads_outside_the_table(asked: list[tuple[int, str, bool]]) -> None:
    engine = RunEngine()
    engine.notify = lambda notice: None
    trail: list[tuple[S, S]] = []
    engine.state_hook = lambda new, old: trail.append((old, new))
    collector = Collector()
    engine.subscribe(collector)
    motor = Motor("m1")
    detector = Detector("det", motor)
    count = 0

    def ask(name: str) -> None:
        with contextlib.suppress(TransitionError):
            engine.post(REQUESTS[name]())

    def hook(msg: Msg) -> None:
        nonlocal count
        for index, name, elsewhere in asked:
            if index != count:
                continue
            if elsewhere:
                thread = threading.Thread(target=ask, args=(name,))
                thread.start()
                thread.join(10)
            else:
                ask(name)
        count += 1

    engine.msg_hook = hook
    for attempt in range(8):
        with contextlib.suppress(RunEngineInterrupted):
            engine.resume() if attempt else engine(scan(motor, detector))
        assert engine.state in ("idle", "paused")
        if engine.state == "idle":
            break
    assert engine.state == "idle"
    assert all(new in TRANSITIONS[old] for old, new in trail)
    assert [new for _, new in trail[:-1]] == [old for old, _ in trail[1:]]
    assert len(collector.named("start")) == len(collector.named("stop"))
    assert detector.calls.count("unstage") >= detector.calls.count("stage")
    engine.close()


# -- the bundler -----------------------------------------------------------------------------------------

STREAMS = ("primary", "other")


class Device(Motor):
    """Has one setting."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.gain = 0

    def configure(self, gain: int) -> Any:
        old, self.gain = self.gain, gain
        return {"gain": old}, {"gain": gain}

    def read_configuration(self) -> dict[str, Any]:
        return {"gain": {"value": self.gain, "timestamp": 1.0}}

    def describe_configuration(self) -> dict[str, Any]:
        return {"gain": {"dtype": "integer", "shape": [], "source": "test"}}


class Watched(Device):
    """Tells its subscribers."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.watchers: list[Any] = []

    def subscribe(self, watcher: Any, **kwargs: Any) -> None:
        self.watchers.append(watcher)
        watcher(value=self.position, timestamp=1.0)

    def clear_sub(self, watcher: Any) -> None:
        self.watchers.remove(watcher)

    def change(self) -> None:
        self.position += 1
        for watcher in self.watchers:
            watcher(value=self.position, timestamp=1.0)


class Model:
    """What a plan may expect of its run; knows nothing of pauses, which must not show."""

    def __init__(self) -> None:
        self.bundle: str | None = None
        self.read: list[str] = []
        self.left_behind = False
        self.sets: dict[str, set[str]] = {}
        self.events: dict[str, list[tuple[frozenset[str], dict[str, int]]]] = {}
        self.gains = {"a": 0, "b": 0}
        self.listening = False
        self.changes = 0

    def close_bundle(self) -> None:
        self.bundle, self.read, self.left_behind = None, [], False

    def may_begin(self) -> bool:
        """Whether a new bundle, a checkpoint or a configuration is legal; drops one that was left behind."""
        if self.bundle is not None and self.left_behind:
            self.close_bundle()
            self.dropped_by_engine = True
        return self.bundle is None

    dropped_by_engine = False


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(STREAMS)),
        st.tuples(st.just("read"), st.sampled_from("ab")),
        st.just(("save",)),
        st.just(("save",)),
        st.just(("drop",)),
        st.just(("checkpoint",)),
        st.tuples(st.just("pause"), st.booleans()),
        st.just(("suspend",)),
        st.tuples(st.just("configure"), st.sampled_from("ab"), st.integers(1, 9)),
        st.just(("monitor",)),
        st.just(("unmonitor",)),
        st.just(("change",)),
        st.tuples(st.just("rewindable"), st.booleans()),
    ),
    min_size=3,
    max_size=30,
)


class Trial:
    """Sends operations to an engine and keeps the model up to date."""

    def __init__(self, operations: list[tuple[Any, ...]]) -> None:
        self.operations = operations
        self.engine = RunEngine()
        self.engine.notify = lambda notice: None
        self.collector = Collector()
        self.engine.subscribe(self.collector)
        self.devices = {name: Device(name) for name in "ab"}
        self.signal = Watched("sig")
        self.model = Model()

    def plan(self) -> Any:
        yield Msg("open_run")
        for operation in self.operations:
            msg, legal, after = getattr(self, f"_{operation[0]}")(*operation[1:])
            if msg is None:
                continue
            try:
                yield msg
            except (IllegalMessageSequence, RuntimeError):
                refused = True
                self.model.left_behind = self.model.bundle is not None
            else:
                refused = False
                after()
            assert refused is not legal, msg
        yield Msg("close_run")

    def _create(self, name: str) -> Any:
        model = self.model
        legal = model.may_begin()

        def after() -> None:
            model.bundle, model.read, model.left_behind = name, [], False
            model.dropped_by_engine = False

        return Msg("create", None, name=name), legal, after

    def _read(self, name: str) -> Any:
        if name in self.model.read:
            return None, True, None
        return (
            Msg("read", self.devices[name]),
            True,
            lambda: self.model.read.append(name) if self.model.bundle else None,
        )

    def _save(self) -> Any:
        model = self.model
        bundle, read = model.bundle, frozenset(model.read)
        known = model.sets.get(bundle or "", read)
        legal = bundle is not None and (not read or known == read)

        def after() -> None:
            assert bundle is not None
            if read:
                model.sets[bundle] = read
                gains = {name: model.gains[name] for name in read}
                model.events.setdefault(bundle, []).append((read, gains))
            model.close_bundle()

        if bundle is not None and not legal:
            # The bundle is left open or not, as the engine likes: the plan drops it to be sure.
            return None, True, None
        return Msg("save"), legal, after

    def _drop(self) -> Any:
        legal = self.model.bundle is not None or self.model.dropped_by_engine

        def after() -> None:
            self.model.close_bundle()
            self.model.dropped_by_engine = False

        return Msg("drop"), legal, after

    def _checkpoint(self) -> Any:
        return Msg("checkpoint"), self.model.may_begin(), lambda: None

    def _configure(self, name: str, gain: int) -> Any:
        legal = self.model.may_begin()
        return (
            Msg("configure", self.devices[name], gain),
            legal,
            lambda: self.model.gains.update({name: gain}),
        )

    def _pause(self, defer: bool) -> Any:
        self.engine.request_pause(defer)
        return Msg("null"), True, lambda: None

    def _suspend(self) -> Any:
        self.engine.request_suspend(_at_once)
        return Msg("null"), True, lambda: None

    def _monitor(self) -> Any:
        def after() -> None:
            self.model.listening = True

        return Msg("monitor", self.signal, name="sig_monitor"), not self.model.listening, after

    def _unmonitor(self) -> Any:
        def after() -> None:
            self.model.listening = False

        return Msg("unmonitor", self.signal), self.model.listening, after

    def _change(self) -> Any:
        self.signal.change()
        if self.model.listening:
            self.model.changes += 1
        return None, True, None

    def _rewindable(self, wanted: bool) -> Any:
        return Msg("rewindable", None, wanted), True, lambda: None

    def run(self) -> None:
        for attempt in range(len(self.operations) + 2):
            try:
                self.engine.resume() if attempt else self.engine(self.plan())
            except RunEngineInterrupted:
                assert self.engine.state == "paused"
                continue
            return
        raise AssertionError("it pauses for ever")


@settings(max_examples=300, deadline=None)
@given(OPERATIONS)
def test_the_data_of_a_run_are_those_of_a_simple_model_whatever_interrupts_it(
    operations: list[tuple[Any, ...]],
) -> None:
    trial = Trial(operations)
    trial.run()
    documents, model = trial.collector, trial.model
    (stop,) = documents.named("stop")
    assert stop["exit_status"] == "success"
    streams: dict[str, dict[int, dict[str, Any]]] = {}
    descriptors: dict[str, dict[str, Any]] = {}
    for name, doc in documents.documents:
        if name == "descriptor":
            descriptors[doc["uid"]] = doc
        elif name == "event":
            descriptor = descriptors[doc["descriptor"]]  # it came before
            assert doc["data"].keys() == descriptor["data_keys"].keys()
            streams.setdefault(descriptor["name"], {})[doc["seq_num"]] = doc
    for name, events in streams.items():
        assert sorted(events) == list(range(1, len(events) + 1))
        assert stop["num_events"][name] == len(events)
    for name in STREAMS:
        wanted = model.events.get(name, [])
        events = streams.get(name, {})
        assert [frozenset(events[i]["data"]) for i in sorted(events)] == [read for read, _ in wanted]
        for number, (_, gains) in enumerate(wanted, start=1):
            configuration = descriptors[events[number]["descriptor"]]["configuration"]
            assert {device: configuration[device]["data"]["gain"] for device in gains} == gains
    watched = [doc["data"]["sig"] for _, doc in sorted(streams.get("sig_monitor", {}).items())]
    assert watched == sorted(watched)
    assert len(watched) >= model.changes
    assert trial.signal.watchers == []
    trial.engine.close()


# -- statuses --------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    operations=st.lists(
        st.one_of(
            st.tuples(st.just("track"), st.integers(0, 7), st.sampled_from("gh"), st.booleans()),
            st.tuples(st.just("finish"), st.integers(0, 7), st.booleans(), st.booleans()),
            st.tuples(st.just("call back again"), st.integers(0, 7), st.booleans()),
            st.tuples(st.just("forget"), st.integers(0, 7)),
            st.tuples(st.just("wait"), st.sampled_from("gh")),
        ),
        max_size=25,
    )
)
def test_statuses_are_waited_for_and_fail_once_however_they_end(operations: list[tuple[Any, ...]]) -> None:
    engine_loop = EngineLoop()
    failed: list[Any] = []
    tracker = StatusTracker(engine_loop, lambda token: failed.append(token.status))
    statuses = [HandStatus() for _ in range(8)]
    callbacks: dict[int, list[Any]] = {}
    pending: dict[int, str] = {}
    expected_failures: list[Any] = []
    tracked: set[int] = set()
    waiters: list[tuple[str, Any]] = []

    def on_the_loop(function: Callable[[], Any]) -> Any:
        async def call() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), engine_loop.loop).result(10)

    for kind, *arguments in operations:
        if kind == "track":
            number, group, _ = arguments
            status = statuses[number]
            if number in tracked:
                continue
            tracked.add(number)
            original = status.add_callback

            def add(callback: Any, number: int = number, original: Any = original) -> None:
                callbacks.setdefault(number, []).append(callback)
                original(callback)

            status.add_callback = add  # type: ignore[method-assign]
            if not status.done:
                pending[number] = group
            elif not status.success:
                expected_failures.append(status)
            on_the_loop(lambda status=status, group=group: tracker.track(status, Msg("set"), group))
        elif kind == "finish":
            number, good, elsewhere = arguments
            status = statuses[number]
            if status.done:
                continue
            error = None if good else OSError("no")
            if pending.pop(number, None) is not None and not good:
                expected_failures.append(status)
            if elsewhere:
                thread = threading.Thread(target=status.finish, args=(error,))
                thread.start()
                thread.join(10)
            else:
                on_the_loop(lambda status=status, error=error: status.finish(error))
        elif kind == "call back again":
            number, _ = arguments
            for callback in callbacks.get(number, []) if statuses[number].done else []:
                callback(statuses[number])
        elif kind == "forget":
            (number,) = arguments
            pending.pop(number, None)

            def forget(status: HandStatus = statuses[number]) -> None:
                for token in list(tracker.all_pending()):
                    if token.status is status:
                        tracker.forget(token)

            on_the_loop(forget)
        else:
            (group,) = arguments
            waiter = on_the_loop(lambda group=group: tracker.waiter(group))
            assert (waiter is None) == (group not in pending.values())
            if waiter is not None:
                waiters.append((group, waiter))
        on_the_loop(lambda: None)
        for group in "gh":
            wanted = {id(statuses[number]) for number, each in pending.items() if each == group}
            tokens: list[StatusToken] = on_the_loop(lambda group=group: tracker.pending(group))
            assert {id(token.status) for token in tokens} == wanted
            if not wanted:
                assert all(waiter.done() for each, waiter in waiters if each == group)
        assert failed == expected_failures
    on_the_loop(tracker.forget_all)
    assert all(waiter.done() for _, waiter in waiters)
    engine_loop.close()


# -- subscriptions ----------------------------------------------------------------------------------------


class Subscriber:
    """Notes what it gets; may fail, and may unsubscribe itself meanwhile."""

    def __init__(self, number: int, log: list[Any], fails: bool) -> None:
        self.number, self.log, self.fails = number, log, fails
        self.leave: Callable[[], Any] | None = None

    def note(self, name: str, doc: Any) -> None:
        self.log.append((self.number, name))
        if self.leave is not None:
            self.leave()
        if self.fails:
            raise ZeroDivisionError(str(self.number))


@settings(max_examples=150, deadline=None)
@given(
    operations=st.lists(
        st.one_of(
            st.tuples(
                st.just("subscribe"),
                st.sampled_from(["all", "start", "event", "stop", "datum"]),
                st.booleans(),
                st.booleans(),
                st.booleans(),
            ),
            st.tuples(st.just("unsubscribe"), st.integers(0, 9)),
            st.tuples(st.just("forget"), st.integers(0, 9)),
            st.tuples(st.just("process"), st.sampled_from(["start", "event", "stop", "datum", "resource"])),
            st.just(("unsubscribe all",)),
        ),
        max_size=25,
    ),
    ignore=st.booleans(),
)
def test_documents_go_to_all_who_want_them_in_order_whoever_fails(
    operations: list[tuple[Any, ...]], ignore: bool
) -> None:
    dispatcher = Dispatcher()
    dispatcher.ignore_exceptions = ignore
    log: list[Any] = []
    subscribed: dict[int, tuple[str, Subscriber, bool]] = {}
    tokens: list[int] = []

    for kind, *arguments in operations:
        if kind == "subscribe":
            name, fails, weakly, leaves = arguments
            subscriber = Subscriber(len(tokens), log, fails)
            function: Any = subscriber.note if weakly else (lambda n, d, s=subscriber: s.note(n, d))
            token = dispatcher.subscribe(function, name)
            assert token not in tokens
            tokens.append(token)
            subscribed[token] = (name, subscriber, weakly)
            if leaves:
                subscriber.leave = lambda token=token: dispatcher.unsubscribe(token)
            del subscriber, function
        elif kind == "unsubscribe" and arguments[0] < len(tokens):
            dispatcher.unsubscribe(tokens[arguments[0]])
            subscribed.pop(tokens[arguments[0]], None)
        elif kind == "forget" and arguments[0] < len(tokens):
            # What is held weakly is gone when nobody else knows it.
            if subscribed.get(tokens[arguments[0]], ("", None, False))[2]:
                del subscribed[tokens[arguments[0]]]
        elif kind == "process":
            _process(dispatcher, arguments[0], subscribed, log)
        elif kind == "unsubscribe all":
            dispatcher.unsubscribe_all()
            subscribed.clear()


def _process(
    dispatcher: Dispatcher, name: str, subscribed: dict[int, tuple[str, Subscriber, bool]], log: list[Any]
) -> None:
    log.clear()
    wanted = {token: each[1] for token, each in subscribed.items() if each[0] in ("all", name)}
    failing = [str(subscriber.number) for subscriber in wanted.values() if subscriber.fails]
    raised = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            dispatcher.process(name, {})
        except ZeroDivisionError as error:
            raised = str(error)
    assert raised == (failing[0] if failing and not dispatcher.ignore_exceptions else "")
    assert len(caught) == (len(failing) if dispatcher.ignore_exceptions else 0)
    assert log == [(subscriber.number, name) for subscriber in wanted.values()]
    for token, subscriber in wanted.items():
        if subscriber.leave is not None:
            subscribed.pop(token)
