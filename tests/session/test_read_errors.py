"""``on_read_error``: a device that cannot be read costs its values where the profile wants it so."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh.session import Session

MakeSession = Callable[..., Session]

CLASSES = """\
from bsh.devices.sim import SimDetector
from bsh.devices.status import Status

class Flaky(SimDetector):
    fails_to = ""
    times = 0
    points = 0

    def trigger(self):
        self.points += 1
        if self.fails_to == "begin" and self.points == 2:
            raise OSError("no route to it")
        status = super().trigger()
        if self.fails_to == "count" and self.points == 2:
            status = Status(obj=self)
            status.set_exception(TimeoutError("it did not count"))
        return status

    def read(self):
        if self.fails_to == "read" and self.points == 2 and self.times:
            self.times -= 1
            raise TimeoutError("no answer to the question")
        return super().read()

class Slow(Flaky):
    concurrent_read = True

class Other(Slow):
    pass

class Awaited(Flaky):
    async def read(self):
        return Flaky.read(self)
    async def describe(self):
        return Flaky.describe(self)
"""
BASE = (
    "devices:\n  flaky.{}: [{{name: diode, count_time: 0}}]\n  bsh.devices.sim.SimMotor: [{{name: th, velocity: 1000}}]\n"
    "  flaky.Other: [{{name: other, count_time: 0}}]\ncounters: {{default: [diode, other]}}\n"
)


@pytest.fixture
def flaky(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flaky.py").write_text(CLASSES)
    monkeypatch.delitem(sys.modules, "flaky", raising=False)


def scanned(session: Session, fails_to: str, times: int = 2) -> tuple[list[float], list[str]]:
    told: list[str] = []
    session.RE.notify = lambda notice: told.append(notice.text)
    diode = session.devices["diode"]
    diode.fails_to, diode.times, diode.points = fails_to, times, 0
    session.run("ascan th 0 1 2 0.001")
    events = [doc for name, doc in session.store.run(-1).documents() if name == "event"]
    return [doc["data"]["diode"] for doc in events], [text for text in told if "diode" in text]


@pytest.mark.usefixtures("flaky")
@pytest.mark.parametrize("kind", ["Flaky", "Slow", "Awaited"])
def test_its_values_are_not_known_and_the_scan_goes_on(make_session: MakeSession, kind: str) -> None:
    session = make_session("on_read_error: {diode: nan}\n", base=BASE.format(kind))
    for fails_to, why in [
        ("read", "no answer to the question"),
        ("begin", "no route to it"),
        ("count", "it did not count"),
    ]:
        values, told = scanned(session, fails_to)
        assert [math.isnan(value) for value in values] == [False, True, False], fails_to
        (warning,) = told
        assert warning.startswith(f"WARNING diode cannot be read ({why}"), warning


@pytest.mark.usefixtures("flaky")
def test_a_second_try_is_made_and_told(make_session: MakeSession) -> None:
    session = make_session("on_read_error: {diode: nan}\n", base=BASE.format("Flaky"))
    values, told = scanned(session, "read", times=1)
    assert not any(math.isnan(value) for value in values)
    assert told == ["WARNING diode was read at the second try: no answer to the question"]


@pytest.mark.usefixtures("flaky")
@pytest.mark.parametrize("key", ["", "on_read_error: {diode: fail}\n", "on_read_error: {th: nan}\n"])
def test_else_the_scan_fails_and_says_why(make_session: MakeSession, key: str) -> None:
    session = make_session(key, base=BASE.format("Flaky"))
    with pytest.raises(TimeoutError, match="no answer"):
        scanned(session, "read")
    assert session.store.runs()[0].exit_status == "fail"


@pytest.mark.usefixtures("flaky")
def test_of_one_that_fails_at_every_point_it_is_told_three_times(make_session: MakeSession) -> None:
    session = make_session("on_read_error: {diode: nan}\n", base=BASE.format("Flaky"))
    told: list[str] = []
    session.RE.notify = lambda notice: told.append(notice.text)
    diode: Any = session.devices["diode"]
    diode.read = lambda: 1 / 0
    session.run("ascan th 0 1 5 0.001")
    warnings = [text for text in told if "diode" in text]
    assert len(warnings) == 3
    assert warnings[-1].endswith("from here on this is not told again")
