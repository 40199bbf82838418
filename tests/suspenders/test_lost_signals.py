"""A signal that says nothing: NaN, or its connection is lost. Nothing runs then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh.devices.epics import import_device_class, wait_connected
from bsh.devices.sim import SimSignal
from bsh.engine.notices import Released, Suspended
from bsh.ioc.process import IocProcess
from bsh.suspenders import SuspenderBase, SuspendFloor, SuspendWhenChanged
from tests.suspenders.test_suspenders import CASES, at_command

WORDS = "the signal ring is not connected"


@pytest.fixture
def engine() -> Iterator[RunEngine]:
    engine = RunEngine()
    yield engine
    engine.close()


class Wired(SimSignal):
    """Tells of its connection as signals of ophyd do."""

    event_types = ("value", "meta")
    connected = True

    def __init__(self, name: str, value: Any) -> None:
        super().__init__(name, value=value)
        self.hears: list[Any] = []

    def subscribe(self, callback: Any, event_type: str | None = None, run: bool = True) -> int:
        if event_type == "meta":
            self.hears.append(callback)
            return -1
        return super().subscribe(callback, event_type, run)

    def clear_sub(self, callback: Any, event_type: str | None = None) -> None:
        self.hears = [one for one in self.hears if one != callback]
        super().clear_sub(callback, event_type)

    def connect(self, connected: bool) -> None:
        self.connected = connected
        for hear in self.hears:
            hear(connected=connected, units="mA")


@pytest.mark.parametrize("nan", [float("nan"), np.float32("nan")])
@pytest.mark.parametrize(("make", "bad", "good", "words"), CASES)
def test_nan_trips_and_never_releases(make: Any, bad: Any, good: Any, words: str, nan: Any) -> None:
    suspender: SuspenderBase = make(SimSignal("ring", value=good))
    tripped = []
    for value in (good, nan, good, bad, nan, good):
        suspender(value)
        tripped.append(suspender.tripped)
        if value is nan:
            assert "Signal ring = nan" in suspender.justification
    assert tripped == [False, True, False, True, True, False]


@pytest.mark.parametrize(("make", "bad", "good", "words"), CASES)
def test_a_lost_signal_trips_and_a_good_value_after_it_releases(
    engine: RunEngine, make: Any, bad: Any, good: Any, words: str
) -> None:
    signal = Wired("ring", good)
    suspender: SuspenderBase = make(signal)
    suspender.install(engine)
    signal.connect(False)
    assert suspender.tripped
    assert suspender.justification == WORDS
    assert suspender.report().value is None
    signal.connect(True)
    assert suspender.tripped, "what it was before says nothing"
    signal.put(bad)
    assert words in suspender.justification
    signal.put(good)
    assert not suspender.tripped


def test_a_value_that_comes_before_the_connection_is_whole_counts_then(engine: RunEngine) -> None:
    signal = Wired("ring", 100.0)
    suspender = SuspendFloor(signal, 50)
    suspender.install(engine)
    signal.connect(False)
    signal.put(90.0)
    assert suspender.tripped
    signal.connect(True)
    assert not suspender.tripped


def test_a_signal_that_changed_before_it_was_lost_does_not_release_either(engine: RunEngine) -> None:
    signal = Wired("mode", 1)
    suspender = SuspendWhenChanged(signal)
    suspender.install(engine)
    for value, is_held in ((1, False), (2, True), (1, True)):
        signal.connect(False)
        signal.connect(True)
        signal.put(value)
        assert suspender.tripped is is_held


def test_a_suspender_that_was_removed_hears_nothing_of_connections(engine: RunEngine) -> None:
    signal = Wired("ring", 100.0)
    suspender = SuspendFloor(signal, 50)
    suspender.install(engine)
    signal.connect(False)
    suspender.remove()
    signal.connected = True
    assert (suspender.tripped, signal.hears) == (False, [])


def test_a_signal_that_is_not_connected_at_installation_holds_the_next_plan_back(engine: RunEngine) -> None:
    signal = Wired("ring", 100.0)
    signal.connect(False)
    engine.install_suspender(SuspendFloor(signal, 50))
    told = told_by(engine, lambda: (signal.connect(True), signal.put(90.0)))
    engine([Msg("null")])
    assert told == [WORDS, Released]


def test_one_that_tells_nothing_of_its_connection_is_looked_at(
    engine: RunEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bsh.suspenders.base.LOOK_S", 0.01)
    signal: Any = SimSignal("ring", value=100.0)
    engine.install_suspender(SuspendFloor(signal, 50))
    signal.connected = False
    told = told_by(engine, lambda: setattr(signal, "connected", True))
    engine([Msg("null")])
    assert told == [WORDS, Released]


@pytest.mark.system
def test_an_ioc_that_dies_holds_the_plan_at_once(engine: RunEngine, crash_ioc: IocProcess) -> None:
    signal = import_device_class("ophyd.EpicsSignalRO")("CRASH:ring:current", name="ring")
    wait_connected(signal, 10)
    engine.install_suspender(SuspendFloor(signal, 1))
    told = told_by(engine, engine.abort)  # libca takes ten seconds to look for it again
    at_command(engine, "null", crash_ioc.kill)
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("null"), Msg("sleep", None, 20)])
    engine.clear_suspenders()
    assert told[0] == WORDS


def told_by(engine: RunEngine, when_suspended: Any) -> list[Any]:
    """Do something on another thread once the plan is held; return the reasons that were told, and the release."""
    told: list[Any] = []

    def notify(notice: Any) -> None:
        told.append(notice.justification if isinstance(notice, Suspended) else type(notice))
        if isinstance(notice, Suspended):
            threading.Timer(0.03, when_suspended).start()

    engine.notify = notify
    return told
