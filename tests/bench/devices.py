"""Devices without latency, so that only the engines are measured."""

from __future__ import annotations

import threading
from typing import Any


class DoneStatus:
    """A status that is done when it is made."""

    done = True
    success = True

    def add_callback(self, callback: Any) -> None:
        callback(self)

    def exception(self, timeout: float | None = 0) -> None:
        return None


class ThreadStatus:
    """A status that a thread finishes."""

    def __init__(self) -> None:
        self.done = False
        self.success = False
        self._callbacks: list[Any] = []
        self._lock = threading.Lock()

    def add_callback(self, callback: Any) -> None:
        with self._lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        callback(self)

    def finish(self, success: bool = True) -> None:
        with self._lock:
            if self.done:
                return
            self.done, self.success = True, success
        for callback in self._callbacks:
            callback(self)

    def exception(self, timeout: float | None = 0) -> None:
        return None


class Motor:
    """Arrives at once."""

    parent = None

    def __init__(self, name: str = "m") -> None:
        self.name = name
        self.hints = {"fields": [name]}
        self.position = 0.0
        self._status = DoneStatus()

    def set(self, value: float) -> Any:
        self.position = value
        return self._status

    def stop(self, *, success: bool = True) -> None:
        pass

    def read(self) -> dict[str, Any]:
        return {self.name: {"value": self.position, "timestamp": 0.0}}

    def describe(self) -> dict[str, Any]:
        return {self.name: {"dtype": "number", "shape": [], "source": "bench"}}

    def read_configuration(self) -> dict[str, Any]:
        return {}

    def describe_configuration(self) -> dict[str, Any]:
        return {}


class SlowMotor(Motor):
    """Arrives when another thread has said so: the one that takes statuses out of the queue ``work``.

    Without a queue it moves until it is stopped.
    """

    def __init__(self, name: str = "slow") -> None:
        super().__init__(name)
        self.work: Any = None
        self._moving: ThreadStatus | None = None

    def set(self, value: float) -> Any:
        self.position = value
        status = self._moving = ThreadStatus()
        if self.work is not None:
            self.work.put(status)
        return status

    def stop(self, *, success: bool = True) -> None:
        if self._moving is not None:
            self._moving.finish(success)


class Detector(Motor):
    """Measures at once; any number of signals."""

    def __init__(self, name: str = "d", signals: int = 1) -> None:
        super().__init__(name)
        self._keys = [f"{name}_{i}" for i in range(signals)]
        self.hints = {"fields": self._keys[:1]}

    def trigger(self) -> Any:
        return self._status

    def read(self) -> dict[str, Any]:
        return {key: {"value": 1.0, "timestamp": 0.0} for key in self._keys}

    def describe(self) -> dict[str, Any]:
        return {key: {"dtype": "number", "shape": [], "source": "bench"} for key in self._keys}
