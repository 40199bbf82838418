"""Devices that do as a test tells them, and plans made of plain messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from bsh.msg import Msg


class HandStatus:
    """A status that ends when the test says so, from any thread."""

    def __init__(self) -> None:
        self.done = False
        self.success = False
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Any], None]] = []
        self._lock = threading.Lock()

    def add_callback(self, callback: Callable[[Any], None]) -> None:
        with self._lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        callback(self)

    def finish(self, error: BaseException | None = None) -> None:
        with self._lock:
            if self.done:
                return
            self.done, self.success, self._error = True, error is None, error
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)

    def exception(self, timeout: float | None = 0) -> BaseException | None:
        return self._error


class Motor:
    """Arrives at once, or when told; remembers every call."""

    parent = None

    def __init__(self, name: str, *, by_hand: bool = False) -> None:
        self.name = name
        self.by_hand = by_hand
        self.position = 0.0
        self.calls: list[Any] = []
        self.statuses: list[HandStatus] = []

    def set(self, value: float) -> HandStatus:
        self.calls.append(("set", value))
        status = HandStatus()
        self.statuses.append(status)
        if not self.by_hand:
            self.position = value
            status.finish()
        return status

    def arrive(self, value: float) -> None:
        self.position = value
        self.statuses[-1].finish()

    def stop(self, *, success: bool = True) -> None:
        self.calls.append("stop")

    def stage(self) -> list[Any]:
        self.calls.append("stage")
        return [self]

    def unstage(self) -> list[Any]:
        self.calls.append("unstage")
        return [self]

    def read(self) -> dict[str, Any]:
        return {self.name: {"value": self.position, "timestamp": 1.0}}

    def describe(self) -> dict[str, Any]:
        return {self.name: {"dtype": "number", "shape": [], "source": f"test:{self.name}"}}

    def read_configuration(self) -> dict[str, Any]:
        return {}

    def describe_configuration(self) -> dict[str, Any]:
        return {}

    @property
    def hints(self) -> dict[str, Any]:
        return {"fields": [self.name]}


class Detector(Motor):
    """Measures ten times the motor's position, at once or when told."""

    def __init__(self, name: str, motor: Motor, *, by_hand: bool = False) -> None:
        super().__init__(name, by_hand=by_hand)
        self._motor = motor

    def trigger(self) -> HandStatus:
        self.calls.append("trigger")
        status = HandStatus()
        self.statuses.append(status)
        if not self.by_hand:
            self.position = 10 * self._motor.position
            status.finish()
        return status


class Collector:
    """Subscriber that keeps documents."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, name: str, doc: dict[str, Any]) -> None:
        self.documents.append((name, doc))

    def named(self, name: str) -> list[dict[str, Any]]:
        return [doc for each, doc in self.documents if each == name]

    @property
    def data(self) -> list[tuple[str, int, tuple[tuple[str, Any], ...]]]:
        """Each (stream, seq_num) once, the last event of it, in order of appearance."""
        streams = {doc["uid"]: doc["name"] for doc in self.named("descriptor")}
        events = {
            (streams[doc["descriptor"]], doc["seq_num"]): tuple(doc["data"].items())
            for doc in self.named("event")
        }
        return sorted((stream, number, data) for (stream, number), data in events.items())


def point(motor: Motor, detector: Detector, value: float) -> Iterator[Msg]:
    yield Msg("checkpoint")
    yield Msg("set", motor, value, group="move")
    yield Msg("wait", None, group="move")
    yield Msg("trigger", detector, group="count")
    yield Msg("wait", None, group="count")
    yield Msg("create", None, name="primary")
    yield Msg("read", motor)
    yield Msg("read", detector)
    yield Msg("save")


def scan(motor: Motor, detector: Detector, points: int = 3) -> Any:
    """Stage, open a run, take points, close, unstage: with cleanup on every exit but halt."""
    yield Msg("stage", detector)
    try:
        yield Msg("open_run")
        try:
            for i in range(points):
                yield from point(motor, detector, float(i))
        except GeneratorExit:
            raise
        except Exception as error:
            yield Msg("close_run", exit_status=getattr(error, "exit_status", "fail"), reason=str(error))
            raise
        else:
            yield Msg("close_run")
    except GeneratorExit:
        raise
    except BaseException:
        yield Msg("unstage", detector)
        raise
    else:
        yield Msg("unstage", detector)
    return "scanned"


def open_scan(motor: Motor, detector: Detector, points: int = 3) -> Any:
    """Take points with no cleanup of its own at all."""
    yield Msg("stage", detector)
    yield Msg("open_run")
    for i in range(points):
        yield from point(motor, detector, float(i))
    yield Msg("close_run")
    yield Msg("unstage", detector)
