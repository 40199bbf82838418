"""Axes that somebody moves while a plan is paused are put back, and people are told."""

from __future__ import annotations

from typing import Any

import pytest

from bsh import Msg, RunEngine, RunEngineInterrupted
from bsh import plans as bp
from bsh.engine.notices import AxesReturned
from tests.engine.parts import Collector, Detector, Motor


def paused_at(engine: RunEngine, plan: Any, command: str, count: int) -> list[Any]:
    """Pause at the count-th message of a command; return what people are told from then on."""
    seen: list[str] = []

    def hook(msg: Msg) -> None:
        if msg.command == command:
            seen.append(command)
            if len(seen) == count:
                engine.request_pause()

    engine.msg_hook = hook
    with pytest.raises(RunEngineInterrupted):
        engine(plan)
    engine.msg_hook = None
    notices: list[Any] = []
    engine.notify = notices.append
    return [] if engine.state != "paused" else notices


def test_an_outer_axis_moved_by_hand_is_put_back_before_the_scan_goes_on(
    engine: RunEngine, collector: Collector, detector: Detector, motor: Motor
) -> None:
    outer = Motor("outer")
    outer.precision, outer.egu = 3, "mm"  # type: ignore[attr-defined]
    notices = paused_at(engine, bp.grid_scan([detector], outer, 1, 2, 2, motor, 1, 3, 3), "trigger", 2)
    outer.position = 7.0
    engine.resume()
    assert [doc["data"]["outer"] for doc in collector.named("event")] == [1.0] * 3 + [2.0] * 3
    (returned,) = (notice for notice in notices if isinstance(notice, AxesReturned))
    assert "outer to 1.000 mm." in returned.text


def test_what_stayed_where_it_was_is_not_moved(engine: RunEngine, detector: Detector, motor: Motor) -> None:
    outer = Motor("outer")
    outer.tolerance = 0.01  # type: ignore[attr-defined]
    notices = paused_at(engine, bp.grid_scan([detector], outer, 1, 2, 2, motor, 1, 3, 3), "trigger", 2)
    outer.position += 0.005  # it trembles
    before = len(outer.calls)
    engine.resume()
    assert not [notice for notice in notices if isinstance(notice, AxesReturned)]
    assert outer.calls[before:] == [("set", 2.0), "unstage", "stop"]


def test_an_axis_that_was_stopped_on_its_way_is_only_sent_on(engine: RunEngine) -> None:
    slow = Motor("slow", by_hand=True)
    engine.waiting_hook = lambda statuses: engine.request_pause() if statuses else None
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("checkpoint"), Msg("set", slow, 5.0, group="g"), Msg("wait", None, group="g")])
    notices: list[Any] = []
    engine.notify = notices.append
    slow.position = 3.0  # where it came to rest
    engine.waiting_hook = lambda statuses: slow.arrive(5.0) if statuses else None
    engine.resume()
    assert slow.calls == [("set", 5.0), "stop", ("set", 5.0), "stop"]
    assert not [notice for notice in notices if isinstance(notice, AxesReturned)]


@pytest.mark.parametrize(
    ("attributes", "moved_by", "is_returned"),
    [
        ({"tolerance": 0.1}, 0.15, False),
        ({"tolerance": 0.1}, 0.25, True),
        ({"tolerance": None, "precision": 2}, 0.04, False),
        ({"tolerance": None, "precision": 2}, 0.06, True),
        ({}, 1e-9, False),
        ({}, 1e-3, True),
    ],
)
def test_how_far_is_far_depends_on_the_axis(
    engine: RunEngine, motor: Motor, attributes: Any, moved_by: float, is_returned: bool
) -> None:
    for name, value in attributes.items():
        setattr(motor, name, value)
    plan = [Msg("set", motor, 4.0), Msg("checkpoint"), Msg("pause"), Msg("null")]
    with pytest.raises(RunEngineInterrupted):
        engine(plan)
    motor.position += moved_by
    engine.resume()
    assert (motor.calls.count(("set", 4.0)) == 2) is is_returned


class Lost(Motor):
    """Loses its connection during the pause."""

    connected = True

    @property
    def position(self) -> Any:
        if not self.connected:
            raise TimeoutError("not connected")
        return self.__dict__["position"]

    @position.setter
    def position(self, value: Any) -> None:
        self.__dict__["position"] = value


@pytest.mark.parametrize("end", ["lost", "words"])
def test_an_axis_that_does_not_say_where_it_is_is_left_alone(engine: RunEngine, end: str) -> None:
    motor = Lost("m1")
    with pytest.raises(RunEngineInterrupted):
        engine([Msg("set", motor, 4.0), Msg("checkpoint"), Msg("pause"), Msg("null")])
    if end == "lost":
        motor.connected = False
    else:
        motor.position = "somewhere"
    engine.resume()
    assert motor.calls.count(("set", 4.0)) == 1
