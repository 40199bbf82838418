"""Moves of EPICS motors that tell the truth.

ophyd ends the status of a motor record's move with success whenever the record says "done moving": also when somebody
stopped it half-way, when it was another move that ended, and when the IOC died in mid-move and came back. And it never
ends the status when the IOC is lost or the motor is stuck. The guard puts a status of its own in the place of
ophyd's: it fails at once when the connection is lost, when the motor stopped elsewhere, or when nothing changes
for too long. Classes of devices stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bsh.devices.guard.after_callbacks import after_callbacks
from bsh.devices.guard.guarded_motion import ELSEWHERE, LOST, GuardedMotion, shown
from bsh.devices.guard.guarded_status import reason
from bsh.devices.guard.overseer import LOOK_EVERY_S, overseer

__all__ = ["GuardedMove"]

SETTLE_S = 0.5
"""How long a motor that says it is done, and is elsewhere, may take to begin to move, in seconds."""

BEGIN_S = 1.0
"""A motor that has not begun to move after so many seconds is asked whether its record took the target."""

ANSWER_WITHIN_S = 0.5

FRACTION = 0.5
"""Without a tolerance for the motor, and without a sign of a stop: with less of the way done, it has not arrived."""

BLOCKED = "it says that it is done: it was stopped, or it is blocked"


class GuardedMove(GuardedMotion):
    """A move of a motor record that is done when the motor is where it was sent.

    Parameters
    ----------
    motor : device
        Like ophyd's EpicsMotor.
    target : float
        In the motor's units (EGU).
    inner : Status
        What the motor's ``set()`` returned.
    stall_s : float or None
        Seconds without any change of the readback after which it has failed; None for never.
    tolerance : float or None
        How far off is still there, in the motor's units (EGU); None if nobody has said.
    """

    __slots__ = (
        "_began_at", "_changed_at", "_lost", "_said_done_at", "_stopped", "_subscriptions", "_was_asked",
    )  # fmt: skip

    def __init__(
        self, motor: Any, target: float, inner: Any, *, stall_s: float | None, tolerance: float | None
    ) -> None:
        super().__init__(motor, target, inner, stall_s=stall_s, tolerance=tolerance)
        self._start = self._seen = _last_position(motor)
        self._unit = motor.egu or ""
        self._began_at = self._changed_at = time.monotonic()
        self._said_done_at: float | None = None
        self._stopped = self._lost = self._was_asked = False
        self._subscriptions: list[tuple[Any, int]] = []
        self._follow(motor.motor_done_move, self._on_connection, motor.motor_done_move.SUB_META)
        self._follow(motor.motor_stop, self._on_stop, motor.motor_stop.SUB_VALUE)
        inner.add_callback(lambda _: after_callbacks(self._on_done))
        overseer.watch(self)

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
            self._fail(LOST)
            return True
        position = _last_position(motor)
        if position != self._seen:
            self._seen, self._changed_at = position, now
        if self._said_done_at is None and self._rests_at_target(now):
            self._said_done_at = now  # ophyd has forgotten to say so
        if self._said_done_at is not None:
            return self._judge(now, position)
        return self._is_refused(now) or self._is_stalled(now)

    def _rests_at_target(self, now: float) -> bool:
        """Tell whether the motor has been where it was sent for longer than ophyd takes to say so."""
        if self._seen is None or abs(self._seen - self.target) > self._exactly():
            return False
        quiet_s = now - max(self._began_at, self._changed_at)
        return quiet_s > SETTLE_S + (getattr(self.obj, "settle_time", None) or 0.0) and self._rests()

    def _is_stalled(self, now: float) -> bool:
        if self._stall_s is None or now - self._changed_at <= self._stall_s:
            return False
        with suppress(Exception):  # it does not answer: stopping it is worth a try
            self.obj.motor_stop.put(1, wait=False)
        self._fail(self._stalled())
        return True

    def _is_refused(self, now: float) -> bool:
        """Tell whether the record has not taken the target, as it does with one out of its limits; asks it once."""
        if self._was_asked or now - self._began_at < BEGIN_S:
            return False
        self._was_asked = True
        if self._seen != self._start or not self._rests():
            return False
        kept = self._kept()
        if self._is_target(kept):
            return False
        unit = f" {self._unit}".rstrip()
        self._fail(f"its record keeps the target {shown(kept)}{unit}{self._limits()}")
        return True

    def _limits(self) -> str:
        motor = self.obj
        low, high = (
            signal.get(use_monitor=False, timeout=ANSWER_WITHIN_S)
            for signal in (motor.low_limit_travel, motor.high_limit_travel)
        )
        return "" if low <= self.target <= high else f", with limits from {shown(low)} to {shown(high)}"

    def _kept(self) -> float:
        """Ask the record, not its monitors, which target it has."""
        return float(self.obj.user_setpoint.get(use_monitor=False, timeout=ANSWER_WITHIN_S))

    def _is_target(self, kept: float) -> bool:
        return bool(abs(kept - self.target) <= self._a_few_steps())

    def _rests(self) -> bool:
        """Ask the record, not its monitors, whether it says that it is done."""
        return bool(self.obj.motor_done_move.get(use_monitor=False, timeout=ANSWER_WITHIN_S) == 1)

    def _judge(self, now: float, position: float | None) -> bool:
        """Judge a motor whose status is done."""
        failure = self._inner.exception(0) if self._inner.done else None
        complaint = _complaint(self.obj) if failure is not None else ""
        if failure is not None and (complaint or not self._stopped):
            self._fail(complaint or f"its record reports a failure ({reason(failure)})")
            return True
        missing = None if position is None else abs(position - self.target)
        if missing is not None and missing <= self._exactly():
            self._succeed()
            return True
        assert self._said_done_at is not None
        if self.obj.motor_done_move.get() != 1:  # another move had ended; this one is under way
            self._said_done_at = now
            return self._is_stalled(now)
        if self._stopped:
            self._fail("somebody stopped it")
            return True
        quiet_s = now - max(self._said_done_at, self._changed_at)
        if quiet_s < LOOK_EVERY_S:  # what was done may be another move still, begun before this one
            return False
        if not self._rests():
            self._said_done_at = now
            return False
        keeps_target = self._is_target(self._kept())  # that of a record that was stopped is where it is
        if missing is not None and missing <= self._roughly() and keeps_target:
            self._succeed()
            return True
        if quiet_s < SETTLE_S:
            return False
        self._fail(_complaint(self.obj) or (BLOCKED if keeps_target else ELSEWHERE))
        return True

    def _succeed(self) -> None:
        motor = self.obj
        if (motor.user_readback.alarm_severity or 0) > getattr(motor, "tolerated_alarm", 0):
            self._fail(_complaint(motor))  # the alarm came just after ophyd had looked
            return
        self.set_finished()
        self._leave()

    def _a_few_steps(self) -> float:
        return self._steps(getattr(self.obj, "precision", None))

    def _exactly(self) -> float:
        return self._a_few_steps() if self._tolerance is None else self._tolerance

    def _roughly(self) -> float:
        if self._tolerance is not None:
            return self._tolerance
        return 0.0 if self._start is None else FRACTION * abs(self.target - self._start)

    def _fail(self, why: str) -> None:
        super()._fail(why)
        self._leave()

    # from threads of the control system: note it, and have it looked at

    def _on_done(self) -> None:
        self._said_done_at = time.monotonic()
        overseer.ring()

    def _on_connection(self, *, connected: bool = True, **_: Any) -> None:
        if not connected:
            self._lost = True
            overseer.ring()

    def _on_stop(self, *, value: Any = 0, **_: Any) -> None:
        if value:
            self._stopped = True

    def _follow(self, signal: Any, callback: Callable[..., None], event: str) -> None:
        self._subscriptions.append((signal, signal.subscribe(callback, event_type=event, run=False)))

    def _leave(self) -> None:
        if not self._inner.done:  # ophyd would fail it when the next move begins, and stop the motor for that
            with suppress(Exception):
                self.obj.clear_sub(self._inner._finished)
        for signal, number in self._subscriptions:
            with suppress(Exception):
                signal.unsubscribe(number)
        self._subscriptions.clear()


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
