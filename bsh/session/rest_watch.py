"""Looks whether axes that were told to stop come to rest, and tells them again where they do not.

A controller may ignore a stop, or its network may lose it. Owns the thread of each axis that is watched, so that one that
does not answer keeps nobody waiting; and the words that must not be missed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

from bsh.commands.columns import format_value
from bsh.commands.values import precision_of, units_of
from bsh.devices.epics import is_connected

from .telling import tell

__all__ = ["RestWatch", "watch_over"]

LOOK_EVERY_S = 0.1
PATIENCE_S = 1.0
"""How long an axis may take to slow down before people hear of it, in seconds."""

SLOWING = 0.8
"""An axis that has less of its speed than a moment ago is slowing down: it gets more time."""

LONGEST_SLOWING_S = 10.0
MOST_STOPS = 5
WATCHED_S = 600.0
"""How long one that does not stop is watched, to tell when it has stopped after all."""

ANSWER_S = 2.0
"""How long a device may take to answer a stop, in seconds."""


def watch_over(engine: Any, sent: Callable[[Any], None] | None = None) -> RestWatch:
    """Have an engine's stops watched, of pauses and of plans that end early.

    Parameters
    ----------
    engine : RunEngine
        Its ``move_guard`` is there already.
    sent : callable, optional
        Hears of each axis that a plan sends somewhere.
    """
    from bsh.engine.devices import stop_call
    from bsh.engine.outside import call_all

    def stop(device: Any) -> None:
        for error in call_all(engine.engine_loop, {device: stop_call(device)}, ANSWER_S).values():
            raise error

    watch = RestWatch(lambda text, loud: tell(engine, text, loud=loud), stop)
    guard = engine.move_guard

    def moved(device: Any, target: Any, status: Any) -> Any:
        watch.forget(device)
        if sent is not None:
            sent(device)
        return status if guard is None else guard(device, target, status)

    engine.move_guard, engine.rest_guard = moved, watch
    return watch


class RestWatch:
    """Watches axes after a stop.

    Parameters
    ----------
    tell : callable
        ``tell(text, loud)``; from any thread.
    stop : callable
        Stops a device; returns when it has, or raises.
    patience_s, look_every_s : float, optional
        Seconds.
    clock : callable, optional
        Monotonic seconds.
    """

    def __init__(
        self,
        tell: Callable[[str, bool], None],
        stop: Callable[[Any], None],
        *,
        patience_s: float = PATIENCE_S,
        look_every_s: float = LOOK_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._stop = stop
        self._patience_s = patience_s
        self._look_every_s = look_every_s
        self._clock = clock
        self._watched: dict[Any, threading.Event] = {}
        self._lock = threading.Lock()

    def __call__(self, devices: Iterable[Any]) -> None:
        """Watch devices that were just told to stop.

        Parameters
        ----------
        devices : iterable of devices
            Those that have neither a position that is a number nor ``moving`` are passed over.
        """
        for device in devices:
            kind = type(device)
            if not (hasattr(kind, "position") or hasattr(kind, "moving")):
                continue
            with self._lock:
                if device in self._watched:
                    continue
                over = self._watched[device] = threading.Event()
            threading.Thread(
                target=self._follow, args=(device, over), name=f"bsh-rest-{device.name}", daemon=True
            ).start()

    def forget(self, device: Any) -> None:
        """Watch a device no longer: it was sent somewhere.

        Parameters
        ----------
        device : device
            Any.
        """
        over = self._watched.get(device)
        if over is not None:
            over.set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is watched any more; return whether that is so.

        Parameters
        ----------
        timeout_s : float
            Seconds.
        """
        deadline = self._clock() + timeout_s
        for thread in [one for one in threading.enumerate() if one.name.startswith("bsh-rest-")]:
            thread.join(max(0.0, deadline - self._clock()))
        return not self._watched

    def close(self, timeout_s: float) -> None:
        """Watch nothing any more: whatever moves afterwards is somebody else's.

        Parameters
        ----------
        timeout_s : float
            How long to wait before for axes that do not stand still yet, in seconds.
        """
        self.wait(timeout_s)
        for over in list(self._watched.values()):
            over.set()

    def _follow(self, device: Any, over: threading.Event) -> None:
        try:
            _Axis(device, self._clock).follow(
                over, self._tell, self._stop, patience_s=self._patience_s, look_every_s=self._look_every_s
            )
        finally:
            with self._lock:
                self._watched.pop(device, None)


class _Axis:
    """What is seen of one axis after its stop."""

    def __init__(self, device: Any, clock: Callable[[], float]) -> None:
        self._device = device
        self._clock = clock
        self._name = str(device.name)
        self._position: float | None = None
        self._speed = 0.0
        self._problem = ""

    def follow(
        self,
        over: threading.Event,
        tell: Callable[[str, bool], None],
        stop: Callable[[Any], None],
        *,
        patience_s: float,
        look_every_s: float,
    ) -> None:
        """Look until it stands still; tell and stop again where it does not."""
        began = told_at = self._clock()
        stops, seen, speed_before = 1, 0, None
        self._looks_moving(look_every_s)
        while not over.wait(look_every_s):
            now = self._clock()
            seen = 0 if self._looks_moving(look_every_s) else seen + 1
            speed_before = abs(self._speed) if speed_before is None else speed_before
            if seen == 2:  # one look may fall between two updates of a readback
                break
            if now - told_at < patience_s:
                continue
            slows = abs(self._speed) < SLOWING * speed_before and now - began < LONGEST_SLOWING_S
            speed_before, told_at = abs(self._speed), now
            if self._problem:
                tell(
                    f"{self._name} was told to stop, but whether it did cannot be seen: {self._problem}", True
                )
                return
            if slows and stops == 1:
                continue
            if stops < MOST_STOPS:
                stops += 1
                tell(f"{self._still_moving(now - began)}; stop is sent again ({stops} of {MOST_STOPS})", True)
                self._stop_again(stop, tell)
            elif stops == MOST_STOPS:
                stops += 1
                tell(f"{self._still_moving(now - began)}, and does not obey: use its emergency stop", True)
            elif now - began > WATCHED_S:
                return
        if stops > 1 and not over.is_set():
            tell(f"{self._name} stands still now, at {self._text(self._position)}", False)

    def _looks_moving(self, period_s: float) -> bool:
        try:
            says_so = bool(getattr(self._device, "moving", False))
            position = getattr(self._device, "position", None)
        except Exception as error:  # a device that is lost
            words = str(error) or type(error).__name__
            self._problem = words if is_connected(self._device) else "its connection is lost"
            return True
        self._problem = ""
        if not isinstance(position, Real):
            return says_so
        before, self._position = self._position, float(position)
        if before is None:
            return True  # one look does not tell
        moved = self._position - before
        self._speed = moved / period_s
        return says_so or abs(moved) > self._jitter()

    def _jitter(self) -> float:
        digits = precision_of(self._device)
        return float(2.0 * 10.0 ** -(4 if digits is None else digits))

    def _stop_again(self, stop: Callable[[Any], None], tell: Callable[[str, bool], None]) -> None:
        try:
            stop(self._device)
        except Exception as error:
            tell(f"{self._name} cannot be stopped: {str(error) or type(error).__name__}", True)

    def _still_moving(self, after_s: float) -> str:
        where = (
            ""
            if self._position is None
            else f": at {self._text(self._position)}, {self._text(abs(self._speed))}/s"
        )
        return f"{self._name} IS STILL MOVING {after_s:.1f} s after its stop{where}"

    def _text(self, value: float | None) -> str:
        if value is None:
            return "?"
        units = units_of(self._device)
        return f"{format_value(value, precision_of(self._device))}{f' {units}' if units else ''}"
