"""Moves of EPICS motors that tell the truth.

ophyd ends the status of a motor record's move with success whenever the record says "done moving": also when somebody
stopped it half-way, when it was another move that ended, and when the IOC died in mid-move and came back. And it never
ends the status when the IOC is lost or the motor is stuck. The guard puts a status of its own in the place of
ophyd's: it fails at once when the connection is lost, when the motor stopped elsewhere, or when nothing changes
for too long. Classes of devices stay as they are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bsh.devices.status import Status
from bsh.errors import DeviceError

__all__ = ["GuardedMove", "MoveGuard"]

STALL_S = 60.0
"""A move without any change of the readback for so long has failed, in seconds."""

SETTLE_S = 0.5
"""How long a motor that says it is done, and is elsewhere, may take to begin to move, in seconds."""

LOOK_EVERY_S = 0.1
"""How often moves under way are looked at, in seconds."""

FRACTION = 0.5
"""Without a tolerance for the motor, and without a sign of a stop: with less of the way done, it has not arrived."""

STEPS = 20
"""Without a tolerance for the motor: so many times its last decimal is near enough."""


class MoveGuard:
    """Takes the place of the status of a move where that status could lie.

    Parameters
    ----------
    stall_s : float or None, optional
        Seconds without any change of the readback after which a move has failed; None for never.
    tolerances : mapping of str to float, optional
        For a motor by name, in its own units (EGU): how far off is still there.

    Examples
    --------
    >>> from bsh.devices.sim import SimMotor
    >>> motor, status = SimMotor("th"), Status.finished()
    >>> MoveGuard()(motor, 1.0, status) is status  # bsh's own motors tell the truth
    True
    """

    def __init__(
        self, *, stall_s: float | None = STALL_S, tolerances: Mapping[str, float] | None = None
    ) -> None:
        self._stall_s = stall_s
        self._tolerances = dict(tolerances or {})
        self._is_record: dict[type, bool] = {}

    def __call__(self, device: Any, target: Any, status: Any) -> Any:
        """Return the status that tells the truth about a move.

        Parameters
        ----------
        device : object
            What moves.
        target : object
            Where it was sent, in its own units (EGU).
        status : Status
            What its ``set()`` returned.
        """
        kind = type(device)
        is_record = self._is_record.get(kind)
        if is_record is None:
            is_record = all(
                hasattr(kind, name) for name in ("motor_done_move", "user_readback", "motor_stop")
            )
            self._is_record[kind] = is_record
        if not is_record or not isinstance(target, int | float):
            return status
        tolerance = self._tolerances.get(device.name)
        return GuardedMove(device, float(target), status, stall_s=self._stall_s, tolerance=tolerance)


class GuardedMove(Status):
    """A move of a motor record that is done when the motor is where it was sent.

    Parameters
    ----------
    motor : device
        Like ophyd's EpicsMotor.
    target : float
        In the motor's units (EGU).
    inner : Status
        What the motor's ``set()`` returned.
    stall_s, tolerance
        As for :class:`MoveGuard`.
    """

    __slots__ = (
        "_began_at", "_changed_at", "_inner", "_lost", "_said_done_at", "_seen", "_stall_s", "_start", "_stopped",
        "_subscriptions", "_tolerance", "_unit",
    )  # fmt: skip

    def __init__(
        self, motor: Any, target: float, inner: Any, *, stall_s: float | None, tolerance: float | None
    ) -> None:
        super().__init__(obj=motor, target=target)
        self._inner = inner
        self._stall_s = stall_s
        self._tolerance = tolerance
        self._start = self._seen = _last_position(motor)
        self._unit = f" {motor.egu or ''}".rstrip()  # kept: a motor that is lost cannot be asked
        self._began_at = self._changed_at = time.monotonic()
        self._said_done_at: float | None = None
        self._stopped = self._lost = False
        self._subscriptions: list[tuple[Any, int]] = []
        self._follow(motor.motor_done_move, self._on_connection, motor.motor_done_move.SUB_META)
        self._follow(motor.motor_stop, self._on_stop, motor.motor_stop.SUB_VALUE)
        inner.add_callback(self._on_done)
        _overseer.watch(self)

    def watch(self, watcher: Callable[..., Any]) -> None:
        """Call a function while the motor moves, as the motor's own status does.

        Parameters
        ----------
        watcher : callable
            Takes ophyd's keywords: name, current, initial, target, unit, precision, fraction...
        """
        watch = getattr(self._inner, "watch", None)
        if watch is not None:
            watch(watcher)

    def look(self, now: float) -> bool:
        """Judge the move as it stands; return whether it is over.

        Parameters
        ----------
        now : float
            Monotonic seconds.
        """
        if self.done:
            return True
        motor = self.obj
        if self._lost or not motor.motor_done_move.connected:
            self._fail("its connection was lost, and it may be moving still: see that its IOC runs")
            return True
        position = _last_position(motor)
        if position != self._seen:
            self._seen, self._changed_at = position, now
        if self._said_done_at is not None:
            return self._judge(now, position)
        if self._stall_s is not None and now - self._changed_at > self._stall_s:
            with suppress(Exception):  # it does not answer: stopping it is worth a try
                motor.motor_stop.put(1, wait=False)
            self._fail(f"nothing has changed for {self._stall_s:g} s; it was told to stop")
            return True
        return False

    def _judge(self, now: float, position: float | None) -> bool:
        """Judge a motor whose status is done."""
        failure = self._inner.exception(0)
        complaint = _complaint(self.obj) if failure is not None else ""
        if failure is not None and (complaint or not self._stopped):
            self._fail(complaint or f"its record reports a failure ({_reason(failure)})")
            return True
        if position is not None and abs(position - self.target) <= self._near_enough():
            self.set_finished()
            self._leave()
            return True
        if self._stopped:
            self._fail("somebody stopped it")
            return True
        assert self._said_done_at is not None
        if self.obj.motor_done_move.get() != 1:  # another move had ended; this one is under way
            self._said_done_at = now
            return False
        if now - max(self._said_done_at, self._changed_at) < SETTLE_S:
            return False
        self._fail("it says that it is done: it was stopped, or it is blocked")
        return True

    def _near_enough(self) -> float:
        if self._tolerance is not None:
            return self._tolerance
        precision = getattr(self.obj, "precision", None)
        near: float = STEPS * 10.0 ** -(precision if isinstance(precision, int) and precision > 0 else 3)
        if self._stopped or self._start is None:
            return near
        return float(max(near, FRACTION * abs(self.target - self._start)))

    def _fail(self, why: str) -> None:
        motor, unit = self.obj, self._unit
        places = [f"it was sent from {_shown(self._start)} to {_shown(self.target)}{unit}"]
        if self._seen is not None:
            places.append(f"and was last seen at {_shown(self._seen)}{unit}")
        self.set_exception(
            DeviceError(
                f"{motor.name} did not arrive: {why} ({' '.join(places)})",
                hint=f"look where it is: wm {motor.name}",
            )
        )
        self._leave()

    # from threads of the control system: note it, and have it looked at

    def _on_done(self, *args: Any, **kwargs: Any) -> None:
        self._said_done_at = time.monotonic()
        _overseer.ring()

    def _on_connection(self, *, connected: bool = True, **_: Any) -> None:
        if not connected:
            self._lost = True
            _overseer.ring()

    def _on_stop(self, *, value: Any = 0, **_: Any) -> None:
        if value:
            self._stopped = True

    def _follow(self, signal: Any, callback: Callable[..., None], event: str) -> None:
        self._subscriptions.append((signal, signal.subscribe(callback, event_type=event, run=False)))

    def _leave(self) -> None:
        for signal, number in self._subscriptions:
            with suppress(Exception):
                signal.unsubscribe(number)
        self._subscriptions.clear()


class _Overseer:
    """One thread that looks at all moves under way; it rests while there is none."""

    def __init__(self) -> None:
        self._moves: list[GuardedMove] = []
        self._changed = threading.Condition()
        self._rung = False
        self._thread: threading.Thread | None = None

    def watch(self, move: GuardedMove) -> None:
        """Look at a move until it is over."""
        with self._changed:
            self._moves.append(move)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bsh-move-guard", daemon=True)
                self._thread.start()
            self._changed.notify()

    def ring(self) -> None:
        """Look now."""
        with self._changed:
            self._rung = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._moves:
                    self._changed.wait()
                if not self._rung:
                    self._changed.wait(LOOK_EVERY_S)
                self._rung = False
                moves = list(self._moves)
            now = time.monotonic()
            over = [move for move in moves if self._is_over(move, now)]
            with self._changed:
                self._moves = [move for move in self._moves if move not in over]

    def _is_over(self, move: GuardedMove, now: float) -> bool:
        try:
            return move.look(now)
        except Exception as error:  # the device cannot be judged: that is a failure, not a success
            move.set_exception(DeviceError(f"{move.obj.name} could not be watched while it moved: {error}"))
            return True


_overseer = _Overseer()


def _last_position(motor: Any) -> float | None:
    """Return the readback that came last, without asking the IOC."""
    value = getattr(motor.user_readback, "_readback", None)
    return float(value) if isinstance(value, int | float) else None


def _complaint(motor: Any) -> str:
    """Return what the record says of limit switches and alarms, from its monitors; empty if nothing."""
    for switch, name in (("high_limit_switch", "high"), ("low_limit_switch", "low")):
        if getattr(getattr(motor, switch, None), "_readback", 0) == 1:
            return f"it is on its {name} limit switch"
    severity = motor.user_readback.alarm_severity
    return f"its readback is in alarm ({getattr(severity, 'name', severity)})" if severity else ""


def _shown(value: Any) -> str:
    return "?" if value is None else f"{value:.6g}"


def _reason(failure: BaseException) -> str:
    return str(failure) or type(failure).__name__
