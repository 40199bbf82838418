"""One plan, run again and again with something going wrong at another message, and what must hold after."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bsh import Msg, RunEngine
from bsh.documents.consolidators import ExternalData
from bsh.engine import InterruptPolicy
from bsh.engine.notices import InterruptAcknowledged, Notice
from bsh.errors import FailedStatus, RunEngineInterrupted
from bsh.suspenders import SuspendFloor
from tests.engine.campaign.devices import Axis, Bench, Broken, DeviceThread
from tests.engine.campaign.plans import PLANS, POSITIONS_AFTER

Action = Callable[["Trial"], Any]

injected = 0
"""How many injections have been made so far."""

MAX_SEGMENTS = 10
"""A plan that pauses more often than this is caught in a loop."""


@dataclass(frozen=True)
class Injection:
    """Something that goes wrong at a message.

    Parameters
    ----------
    act : callable
        Called on the engine's thread just before the message.
    leave : str
        How the plan goes on if it is paused: resume, or a way out.
    exit_status : str or None
        What the runs that were open end with; None when the data must be those of an undisturbed plan.
    cleans_up : bool
        Whether the plan's own cleanup runs to its end.
    breaks : bool
        Whether a device call fails, so that something may be left for ``RE.recover()``.
    policy : InterruptPolicy
        What presses of Ctrl+C mean.
    """

    act: Action
    leave: str = "resume"
    exit_status: str | None = None
    cleans_up: bool = True
    breaks: bool = False
    policy: InterruptPolicy = InterruptPolicy.LIBRARY


class Book:
    """Keeps the documents of one run of a plan."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, dict[str, Any]]] = []
        self.raise_next = False

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        self.documents.append((name, doc))
        if self.raise_next:
            self.raise_next = False
            raise Broken(f"a subscriber broke at a {name} document")

    def named(self, name: str) -> list[dict[str, Any]]:
        return [doc for each, doc in self.documents if each == name]

    def data(self, run: str) -> dict[tuple[str, int], dict[str, Any]]:
        """Each (stream, seq_num) of a run once, the last event of it; pages taken apart."""
        streams = {doc["uid"]: doc["name"] for doc in self.named("descriptor") if doc["run_start"] == run}
        data = {}
        for name, doc in self.documents:
            if name not in ("event", "event_page") or doc["descriptor"] not in streams:
                continue
            if name == "event":
                events = [(doc["seq_num"], doc["data"])]
            else:
                columns = doc["data"]
                events = [
                    (seq_num, {key: column[i] for key, column in columns.items()})
                    for i, seq_num in enumerate(doc["seq_num"])
                ]
            for seq_num, values in events:
                data[streams[doc["descriptor"]], seq_num] = values
        return data


def _repeatable(data: dict[tuple[str, int], Any]) -> dict[tuple[str, int], Any]:
    """Leave out monitors: they tell the present value again after a pause."""
    return {key: values for key, values in data.items() if not key[0].endswith("_monitor")}


def _monitored(data: dict[tuple[str, int], Any]) -> set[Any]:
    return {(stream, *values.items()) for (stream, _), values in data.items() if stream.endswith("_monitor")}


class Trial:
    """An engine and a plan of the catalogue.

    Parameters
    ----------
    plan : str
        Name of the plan.
    """

    def __init__(self, plan: str) -> None:
        self.plan = plan
        self.thread = DeviceThread()
        self.engine = RunEngine()
        self.engine.notify = self._notify
        self.acknowledged = threading.Event()
        self.beam_back = 0
        self.bench = Bench(self.thread)
        self.book = Book()
        self.length = self._measure()
        data = [self.book.data(start["uid"]) for start in self.book.named("start")]
        self.reference = [_repeatable(each) for each in data]
        self.monitored = [_monitored(each) for each in data]
        self.values = self._values()

    def close(self) -> None:
        """Nothing of what was left long ago may have moved since."""
        self.thread.settle()
        for bench, calls in self._calls_at_the_end:
            assert calls == [list(device.calls) for device in bench.devices]
        self.engine.close()
        self.thread.close()

    def _measure(self) -> int:
        sent: list[Msg] = []
        self.engine.msg_hook = sent.append
        self._calls_at_the_end: list[tuple[Bench, list[list[Any]]]] = []
        self.engine(PLANS[self.plan](self.bench), [self.book, self.bench.watch])
        self._last_close = max(i for i, msg in enumerate(sent) if msg.command == "close_run")
        return len(sent)

    def _values(self) -> dict[str, Any]:
        self.thread.settle()
        return {device.name: device.value for device in self.bench.devices}

    def _notify(self, notice: Notice) -> None:
        if isinstance(notice, InterruptAcknowledged):
            self.acknowledged.set()

    # -- what an injection may do ------------------------------------------------------------------

    def press(self) -> None:
        """Press Ctrl+C and go on when the press was counted."""
        self.acknowledged.clear()
        os.kill(os.getpid(), signal.SIGINT)
        assert self.acknowledged.wait(10)

    def trip(self) -> None:
        """Let a suspender trip whose signal is good again at once."""
        beam = _Beam()
        suspender = SuspendFloor(beam, 50)
        suspender.install(self.engine)
        beam.change(10.0)
        beam.change(100.0)

    # -- one injection -----------------------------------------------------------------------------

    def run(self, injections: Sequence[tuple[int, Injection]]) -> None:
        """Run the plan with injections at messages (counted with repetitions and cleanup), and check."""
        self.bench, self.book = Bench(self.thread), Book()
        todo = dict(injections)
        count = 0

        def hook(msg: Msg) -> None:
            nonlocal count
            injection = todo.pop(count, None)
            count += 1
            if injection is not None:
                happened.append(injection)
                injection.act(self)

        global injected
        injected += 1
        happened: list[Injection] = []
        self.engine.msg_hook = hook
        self.engine.interrupt_policy = injections[0][1].policy
        self.errors: list[BaseException] = []
        plan = PLANS[self.plan](self.bench)
        self._attempt(lambda: self.engine(plan, [self.book, self.bench.watch]))
        for _ in range(MAX_SEGMENTS):
            assert self.engine.state in ("idle", "paused"), f"at the prompt the engine is {self.engine.state}"
            if self.engine.state != "paused":
                break
            # A press may come so late that it counts for the next message.
            self._attempt(_WAYS_OUT[happened[-1].leave], self)
        assert self.engine.state == "idle"
        self.engine.msg_hook = None
        # What leaves a plan in the middle of its cleanup, or twice, leaves the cleanup out as well.
        self._expect_return = all(injection.exit_status is None for injection in happened) or (
            len(injections) == 1 and injections[0][0] < self._last_close
        )
        self._check(happened)

    def _attempt(self, function: Callable[..., Any], *args: Any) -> None:
        try:
            function(*args)
        except (RunEngineInterrupted, Broken, FailedStatus) as error:
            self.errors.append(error)

    # -- what must hold ----------------------------------------------------------------------------

    def _check(self, happened: Sequence[Injection]) -> None:
        breaks = any(injection.breaks for injection in happened)
        if breaks:
            self.engine.recover()
        assert self.engine.cleanup_failures == []
        self.engine.cleanup_failures.clear()
        self._check_documents(happened)
        self._check_devices()
        if all(injection.exit_status is None for injection in happened):
            assert self._values() == self.values
        if self._expect_return and all(injection.cleans_up for injection in happened) and not breaks:
            self._check_positions()
        self._check_nothing_leaks()
        self._check_next_plan()

    def _check_documents(self, happened: Sequence[Injection]) -> None:
        starts, stops = self.book.named("start"), self.book.named("stop")
        assert sorted(doc["run_start"] for doc in stops) == sorted(doc["uid"] for doc in starts)
        data = [_repeatable(self.book.data(start["uid"])) for start in starts]
        expected = {injection.exit_status for injection in happened} - {None}
        if not expected:
            assert data == self.reference
            for start, wanted in zip(starts, self.monitored, strict=True):
                assert wanted <= _monitored(self.book.data(start["uid"]))
            assert {doc["exit_status"] for doc in stops} == {"success"}
        by_run = {doc["run_start"]: doc for doc in stops}
        for i, start in enumerate(starts):
            stop = by_run[start["uid"]]
            assert stop["exit_status"] in {"success", *expected}
            if stop["exit_status"] == "success" and "success" not in expected:
                assert data[i] == self.reference[i], "marked as good, but not complete"
            numbers: dict[str, set[int]] = {}
            for stream, seq_num in self.book.data(start["uid"]):
                numbers.setdefault(stream, set()).add(seq_num)
            for stream, seq_nums in numbers.items():
                assert seq_nums == set(range(1, max(seq_nums) + 1)), stream
                assert stop["num_events"][stream] == len(seq_nums), stream
        self._check_frames()
        self._check_order()

    def _check_frames(self) -> None:
        """The frame of an event is the one that was taken for it, whatever was taken again."""
        external = ExternalData()
        for name, doc in self.book.documents:
            external(name, doc)
        for (stream, key), consolidator in external.consolidators.items():
            camera = getattr(self.bench, key.removesuffix("_frames"))
            assert consolidator.shape[0] <= len(camera.frames)
            for start in self.book.named("start"):
                for (name, seq_num), values in self.book.data(start["uid"]).items():
                    if name == stream:
                        assert camera.frames[consolidator.row_of(seq_num)] == values[camera.name]

    def _check_order(self) -> None:
        open_runs: set[str] = set()
        descriptors: dict[str, str] = {}
        for name, doc in self.book.documents:
            if name == "start":
                open_runs.add(doc["uid"])
            elif name == "descriptor":
                assert doc["run_start"] in open_runs
                descriptors[doc["uid"]] = doc["run_start"]
            elif name in ("event", "event_page"):
                assert descriptors[doc["descriptor"]] in open_runs
            elif name == "stop":
                open_runs.remove(doc["run_start"])

    def _check_devices(self) -> None:
        for device in self.bench.devices:
            calls = device.calls
            if isinstance(device, Axis) and any(isinstance(call, tuple) for call in calls):
                last_move = max(i for i, call in enumerate(calls) if isinstance(call, tuple))
                assert "stop" in calls[last_move:], f"{device} was not stopped: {calls}"
            if "stage" in calls:
                last = len(calls) - calls[::-1].index("stage")
                assert "unstage" in calls[last:], f"{device} was not unstaged: {calls}"

    def _check_positions(self) -> None:
        for name, position in POSITIONS_AFTER.get(self.plan, {}).items():
            (device,) = (each for each in self.bench.devices if each.name == name)
            if any(isinstance(call, tuple) for call in device.calls):
                assert device.value == position, f"{name} was not brought back: {device.calls}"

    def _check_nothing_leaks(self) -> None:
        assert self.bench.temperature.watchers == []
        assert asyncio.run_coroutine_threadsafe(_other_tasks(), self.engine.loop).result(10) == []

    def _check_next_plan(self) -> None:
        documents_before = len(self.book.documents)
        self.thread.settle()
        calls = [list(device.calls) for device in self.bench.devices]
        next_bench, next_book = Bench(self.thread), Book()
        self.engine(PLANS["count"](next_bench), next_book)
        (uid,) = (doc["uid"] for doc in next_book.named("start"))
        assert [doc["run_start"] for doc in next_book.named("stop")] == [uid]
        assert [values["det"] for values in next_book.data(uid).values()] == [15.5] * 3
        assert len(self.book.documents) == documents_before, "a subscription of the call outlived it"
        self._calls_at_the_end = [*self._calls_at_the_end[-20:], (self.bench, calls)]


class _Beam:
    """A signal that a suspender watches."""

    name = "beam"

    def __init__(self) -> None:
        self._watchers: list[Any] = []

    def subscribe(self, watcher: Any, **kwargs: Any) -> None:
        self._watchers.append(watcher)
        watcher(value=100.0)

    def clear_sub(self, watcher: Any) -> None:
        self._watchers.remove(watcher)

    def change(self, value: float) -> None:
        for watcher in list(self._watchers):
            watcher(value=value)


async def _other_tasks() -> list[Any]:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


def _move_aside(trial: Trial) -> None:
    bench = trial.bench
    axes = [Msg("set", axis, 77.0, group="aside") for axis in (bench.m1, bench.m2)]
    trial.engine.run_aside([*axes, Msg("wait", None, group="aside")])
    assert trial.engine.state == "paused"
    trial.engine.resume()


_WAYS_OUT: dict[str, Callable[[Trial], Any]] = {
    "resume": lambda trial: trial.engine.resume(),
    "move aside, resume": _move_aside,
    "stop": lambda trial: trial.engine.stop(),
    "stop here": lambda trial: trial.engine.stop(return_motors=False),
    "abort": lambda trial: trial.engine.abort(),
    "halt": lambda trial: trial.engine.halt(),
}
