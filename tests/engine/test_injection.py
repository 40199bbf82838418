"""Interrupts at every message of a plan: the engine is never wedged and no data are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bsh.engine import RunEngine
from bsh.errors import RunEngineInterrupted
from tests.engine.parts import Collector, Detector, Motor, open_scan, scan

PLANS = {"scan": scan, "open_scan": open_scan}


def message_count(engine: RunEngine, plan: Any) -> int:
    counted = []
    engine.msg_hook = counted.append
    engine(plan)
    engine.msg_hook = None
    return len(counted)


def at_message(engine: RunEngine, index: int, action: Callable[[], Any]) -> None:
    """Do something just before message number ``index``, on the engine's thread, once."""
    seen = []

    def hook(msg: Any) -> None:
        seen.append(msg)
        if len(seen) == index + 1:
            action()

    engine.msg_hook = hook


class Injection:
    """One plan, run again and again with something going wrong at another message."""

    def __init__(self, plan: str) -> None:
        self.engine = RunEngine()
        self.engine.notify = lambda notice: None
        self.collector = Collector()
        self.engine.subscribe(self.collector)
        self.factory = PLANS[plan]
        self.fresh()
        self.length = message_count(self.engine, self.plan())
        self.reference = self.collector.data

    def fresh(self) -> None:
        self.motor = Motor("m1")
        self.detector = Detector("det", self.motor)
        self.collector.documents.clear()
        self.engine.msg_hook = None

    def plan(self) -> Any:
        return self.factory(self.motor, self.detector)

    def assert_left_clean(self, *, exit_status: str | None = None) -> None:
        assert self.engine.state == "idle"
        starts, stops = self.collector.named("start"), self.collector.named("stop")
        assert [stop["run_start"] for stop in stops] == [start["uid"] for start in starts]
        if exit_status is not None and stops:
            assert stops[-1]["exit_status"] == exit_status
        if any(isinstance(call, tuple) for call in self.motor.calls):
            assert "stop" in self.motor.calls
        assert self.detector.calls.count("stage") <= self.detector.calls.count("unstage")
        assert self.engine.cleanup_failures == []
        # The next plan works.
        self.fresh()
        self.engine(self.plan())
        assert self.collector.data == self.reference


@pytest.fixture(params=sorted(PLANS))
def injection(request: pytest.FixtureRequest) -> Any:
    injection = Injection(request.param)
    yield injection
    injection.engine.close()


@pytest.mark.parametrize("defer", [False, True])
def test_pause_at_every_message_then_resume_loses_no_data(injection: Injection, defer: bool) -> None:
    for index in range(injection.length):
        injection.fresh()
        at_message(injection.engine, index, lambda: injection.engine.request_pause(defer=defer))
        try:
            injection.engine(injection.plan())
        except RunEngineInterrupted:
            if injection.engine.state == "paused":
                injection.engine.resume()
        assert injection.collector.data == injection.reference, f"paused at message {index}"
        injection.assert_left_clean(exit_status="success")


@pytest.mark.parametrize("way_out", ["stop", "abort", "halt"])
def test_leaving_at_every_message_closes_the_run(injection: Injection, way_out: str) -> None:
    expected = {"stop": "success", "abort": "abort", "halt": "abort"}[way_out]
    for index in range(injection.length):
        injection.fresh()
        at_message(injection.engine, index, lambda: getattr(injection.engine, way_out)())
        with pytest.raises(RunEngineInterrupted):
            injection.engine(injection.plan())
        closed_before = injection.engine.execution.runs == {} and index >= injection.length - 2
        injection.assert_left_clean(exit_status=None if closed_before else expected)


@pytest.mark.parametrize("way_out", ["stop", "abort", "halt"])
def test_leaving_from_a_pause_at_every_message_closes_the_run(injection: Injection, way_out: str) -> None:
    for index in range(injection.length):
        injection.fresh()
        at_message(injection.engine, index, injection.engine.request_pause)
        with pytest.raises(RunEngineInterrupted):
            injection.engine(injection.plan())
        if injection.engine.state == "paused":
            getattr(injection.engine, way_out)()
        injection.assert_left_clean()


def test_an_error_at_every_message_closes_the_run_as_failed(injection: Injection) -> None:
    for index in range(injection.length):
        injection.fresh()

        def fail() -> None:
            raise ZeroDivisionError("boom")

        at_message(injection.engine, index, fail)
        with pytest.raises(ZeroDivisionError, match="boom"):
            injection.engine(injection.plan())
        closed = index >= injection.length - 1
        injection.assert_left_clean(exit_status="success" if closed else "fail")


def test_abort_during_the_cleanup_of_an_abort_still_closes_the_run(injection: Injection) -> None:
    for index in range(injection.length):
        for later in range(1, 4):
            injection.fresh()
            seen = []

            def hook(msg: Any, seen: list[Any] = seen, index: int = index, later: int = later) -> None:
                seen.append(msg)
                if len(seen) in (index + 1, index + 1 + later):
                    injection.engine.abort("again")

            injection.engine.msg_hook = hook
            with pytest.raises(RunEngineInterrupted):
                injection.engine(injection.plan())
            injection.assert_left_clean()
