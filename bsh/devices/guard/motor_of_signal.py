"""The motor record behind a signal that is set like any other.

ophyd's ``EpicsSignal.set()`` without put-completion is done when its readback is what was written; the readback of a motor
record's VAL is its target, and so it is done while the motor still moves.
"""

from __future__ import annotations

from typing import Any

__all__ = ["motor_of_signal"]

ANSWER_WITHIN_S = 1.0

_known: dict[str, Any] = {}


def motor_of_signal(signal: Any) -> Any | None:
    """Return a motor for the record whose target a signal writes; None if it is something else.

    Asks the IOC once for each process variable.

    Parameters
    ----------
    signal : EpicsSignal
        What was set.
    """
    parent = signal.parent
    if parent is not None and getattr(parent, "user_setpoint", None) is signal:
        return parent if hasattr(type(parent), "motor_done_move") else None
    record, _, field = signal.setpoint_pvname.partition(".")
    if field not in ("", "VAL"):
        return None
    if record not in _known:
        _known[record] = _connect(record, signal.name) if _is_motor(record) else None
    return _known[record]


def _is_motor(record: str) -> bool:
    from epics import PV, ca

    kind = PV(f"{record}.RTYP", auto_monitor=False)
    try:
        return bool(
            kind.wait_for_connection(ANSWER_WITHIN_S) and kind.get(timeout=ANSWER_WITHIN_S) == "motor"
        )
    finally:
        kind.disconnect()
        ca.clear_channel(kind.chid)  # what does not answer must not be searched for ever


def _connect(record: str, name: str) -> Any | None:
    from ophyd import EpicsMotor

    motor = EpicsMotor(record, name=name)
    try:
        motor.wait_for_connection(timeout=ANSWER_WITHIN_S)
    except TimeoutError:
        motor.destroy()
        return None
    return motor
