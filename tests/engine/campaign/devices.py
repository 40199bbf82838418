"""A bench of devices that answer from a thread of their own, remember every call, and break when told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

from tests.engine.parts import HandStatus


class Broken(Exception):
    """What a device, a subscriber or a status fails with when the campaign says so."""


class DeviceThread:
    """The thread on which moves arrive and measurements finish, one after the other."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="campaign-devices", daemon=True)
        self._thread.start()

    def later(self, job: Callable[[], Any]) -> None:
        self._jobs.put(job)

    def settle(self) -> None:
        """Wait until all that was asked for so far is done."""
        done = threading.Event()
        self._jobs.put(done.set)
        assert done.wait(10)

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join(10)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class Bench:
    """Fresh devices for one run of a plan; the next call or the next status can be made to fail."""

    def __init__(self, thread: DeviceThread) -> None:
        self.thread = thread
        self.raise_next = False
        self.fail_next = False
        self.devices: list[Device] = []
        self.m1, self.m2 = Axis(self, "m1"), Axis(self, "m2")
        self.det, self.det2 = Counter(self, "det", 10.0), Counter(self, "det2", 100.0)
        self.once = Counter(self, "once", 1000.0)
        self.camera = Camera(self, "camera", 10.0)
        self.once.rewindable = Value(self, "once_rewindable", False)
        self.temperature = Value(self, "temperature", 300.0)
        self.shutter = Value(self, "shutter", 0.0)
        self.flyer = Flyer(self, "flyer")
        self.ramp = Ramp(self, "ramp")

    def watch(self, name: str, doc: dict[str, Any]) -> None:
        """End the ramp once enough events are out, whatever was repeated before."""
        if name == "event" and doc["seq_num"] >= 3 and "det" in doc["data"]:
            self.ramp.finish()


class Device:
    """Remembers calls; raises at the next one if the bench says so."""

    parent = None

    def __init__(self, bench: Bench, name: str) -> None:
        self.bench = bench
        self.name = name
        self.calls: list[Any] = []
        bench.devices.append(self)

    def note(self, call: Any) -> None:
        self.calls.append(call)
        if self.bench.raise_next:
            self.bench.raise_next = False
            raise Broken(f"{self.name} broke at {call}")

    def status(self, finish: Callable[[HandStatus], None]) -> HandStatus:
        """Make a status that ends on the device thread."""
        status = HandStatus()
        fails, self.bench.fail_next = self.bench.fail_next, False
        self.bench.thread.later(
            (lambda: status.finish(Broken(f"{self.name} failed"))) if fails else (lambda: finish(status))
        )
        return status

    def stage(self) -> list[Any]:
        self.note("stage")
        return [self]

    def unstage(self) -> list[Any]:
        self.note("unstage")
        return [self]

    def pause(self) -> None:
        self.note("pause")

    def resume(self) -> None:
        self.note("resume")

    @property
    def value(self) -> Any:
        raise NotImplementedError

    def read(self) -> dict[str, Any]:
        self.note("read")
        return {self.name: {"value": self.value, "timestamp": 1.0}}

    def describe(self) -> dict[str, Any]:
        self.note("describe")
        return {self.name: {"dtype": "number", "shape": [], "source": f"campaign:{self.name}"}}

    def read_configuration(self) -> dict[str, Any]:
        return {}

    describe_configuration = read_configuration

    @property
    def hints(self) -> dict[str, Any]:
        return {"fields": [self.name]}

    def __repr__(self) -> str:
        return self.name


class Axis(Device):
    """Arrives a little later; a move that is replaced by another fails, as with real motors."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(bench, name)
        self.position = 0.5
        self._move: HandStatus | None = None
        self._lock = threading.Lock()

    @property
    def value(self) -> float:
        return self.position

    def set(self, value: float) -> HandStatus:
        self.note(("set", value))
        with self._lock:
            replaced = self._move
            self._move = status = self.status(lambda each: self._arrive(each, value))
        if replaced is not None:
            replaced.finish(Broken(f"{self.name}: replaced by a move to {value}"))
        return status

    def _arrive(self, status: HandStatus, value: float) -> None:
        with self._lock:
            if self._move is not status:
                return
            self._move = None
            self.position = value
        status.finish()

    def stop(self, *, success: bool = True) -> None:
        self.note("stop")
        with self._lock:
            status, self._move = self._move, None
        if status is not None:
            status.finish(None if success else Broken(f"{self.name} was stopped"))


class Counter(Device):
    """Measures something that depends on the axes."""

    rewindable: Value

    def __init__(self, bench: Bench, name: str, scale: float) -> None:
        super().__init__(bench, name)
        self.count_time = Value(bench, f"{name}_count_time", 1.0)
        self._scale = scale
        self._value = 0.0

    @property
    def value(self) -> float:
        return self._value

    def trigger(self) -> HandStatus:
        self.note("trigger")
        return self.status(self._measured)

    def _measured(self, status: HandStatus) -> None:
        self._value = self._scale * (1 + self.bench.m1.position) + self.bench.m2.position
        status.finish()


class Camera(Counter):
    """Keeps a frame of each measurement elsewhere, and tells of it when it is read."""

    def __init__(self, bench: Bench, name: str, scale: float) -> None:
        super().__init__(bench, name, scale)
        self.frames: list[float] = []
        self._told = 0

    def _measured(self, status: HandStatus) -> None:
        self._value = self._scale * (1 + self.bench.m1.position)
        self.frames.append(self._value)
        status.finish()

    def describe(self) -> dict[str, Any]:
        source = f"campaign:{self.name}"
        frames = {"dtype": "array", "shape": [1, 4], "source": source, "external": "STREAM:"}
        return {**super().describe(), f"{self.name}_frames": frames}

    def collect_asset_docs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        uid, written = f"{self.name}-file", len(self.frames)
        indices, self._told = {"start": self._told, "stop": written}, written
        if indices["start"] == 0:
            file = {"uid": uid, "data_key": f"{self.name}_frames", "mimetype": "application/x-hdf5"}
            yield "stream_resource", {**file, "uri": "file://localhost/x", "parameters": {"dataset": "/d"}}
        if written > indices["start"]:
            yield "stream_datum", {"uid": f"{uid}/{written}", "stream_resource": uid, "indices": indices}


class Value(Device):
    """A value that can be set and watched."""

    def __init__(self, bench: Bench, name: str, value: Any) -> None:
        super().__init__(bench, name)
        self._value = value
        self.watchers: list[Callable[..., Any]] = []

    @property
    def value(self) -> Any:
        return self._value

    def get(self) -> Any:
        return self._value

    def set(self, value: Any) -> HandStatus:
        self.note(("set", value))
        return self.status(lambda status: self._changed(status, value))

    def _changed(self, status: HandStatus, value: Any) -> None:
        self._value = value
        for watcher in list(self.watchers):
            watcher(value=value, timestamp=1.0, obj=self)
        status.finish()

    def subscribe(self, watcher: Callable[..., Any], **kwargs: Any) -> None:
        self.note("subscribe")
        self.watchers.append(watcher)
        watcher(value=self._value, timestamp=1.0, obj=self)

    def clear_sub(self, watcher: Callable[..., Any]) -> None:
        self.note("clear_sub")
        self.watchers = [each for each in self.watchers if each != watcher]


class Flyer(Device):
    """Takes two points in each of two streams at every flight."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(bench, name)
        self._points = 0

    @property
    def value(self) -> float:
        return float(self._points)

    def kickoff(self) -> HandStatus:
        self.note("kickoff")
        self._points = 0
        return self.status(HandStatus.finish)

    def complete(self) -> HandStatus:
        self.note("complete")

        def land(status: HandStatus) -> None:
            self._points = 2
            status.finish()

        return self.status(land)

    def describe_collect(self) -> dict[str, Any]:
        self.note("describe_collect")
        return {
            name: {name: {"dtype": "number", "shape": [], "source": "campaign:flyer"}}
            for name in ("flown_a", "flown_b")
        }

    def collect(self) -> Iterator[dict[str, Any]]:
        self.note("collect")
        for i in range(self._points):
            for name in ("flown_a", "flown_b"):
                yield {"time": float(i), "data": {name: float(i)}, "timestamps": {name: float(i)}}
        self._points = 0


class Ramp(Device):
    """A slow change that nobody can stop and the bench ends; starting it again changes nothing."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(bench, name)
        self._over = False
        self._statuses: list[HandStatus] = []

    @property
    def value(self) -> float:
        return 1.0

    def set(self, value: float) -> HandStatus:
        self.note(("set", value))
        status = HandStatus()
        if self._over:
            status.finish()
        else:
            self._statuses.append(status)
        return status

    def finish(self) -> None:
        self._over = True
        statuses, self._statuses = self._statuses, []
        for status in statuses:
            status.finish()
