"""Small plans to learn and test with; the simulated devices of old are ophyd.sim's, and say so once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bsh.bluesky.adapted.deprecation import moved_object
from bsh.msg import Msg, MsgGenerator

__all__ = [
    "Msg", "cautious_stepscan", "checkpoint_forever", "conditional_break", "conditional_pause", "do_nothing",
    "fly_gen", "multi_sample_temperature_ramp", "simple_scan", "simple_scan_saving", "sleepy", "stepscan",
    "wait_complex", "wait_multiple", "wait_one",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        from bsh.devices.epics import prepare

        prepare()
        import ophyd.sim

        if hasattr(ophyd.sim, name):
            return moved_object(f"bluesky.examples.{name}", f"ophyd.sim.{name}", getattr(ophyd.sim, name))
    raise AttributeError(f"module 'bluesky.examples' has no attribute {name!r}")


def _measure(detector: Any) -> MsgGenerator:
    yield Msg("trigger", detector)
    return (yield Msg("read", detector))


def simple_scan(motor: Any) -> MsgGenerator:
    """Set a motor to 5 and read it.

    Parameters
    ----------
    motor : device
        Can be set and read.
    """
    yield Msg("open_run")
    yield Msg("set", motor, 5)
    yield Msg("read", motor)
    yield Msg("close_run")


def simple_scan_saving(det: Any, motor: Any) -> MsgGenerator:
    """Set a motor to 5 and save one event with it and a detector.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    """
    yield Msg("open_run")
    yield Msg("declare_stream", None, motor, det, name="primary")
    yield Msg("create", name="primary")
    yield Msg("set", motor, 5)
    yield Msg("read", motor)
    yield from _measure(det)
    yield Msg("save")
    yield Msg("close_run")


def conditional_break(det: Any, motor: Any, threshold: float) -> MsgGenerator:
    """Step a motor by 1 until a detector reads less than a threshold.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    threshold : float
        In the detector's units.
    """
    yield Msg("open_run")
    position, value = 0, threshold
    while value >= threshold:
        yield Msg("set", motor, position)
        reading = yield from _measure(det)
        value = next(iter(reading.values()))["value"]
        position += 1
    yield Msg("close_run")


def sleepy(det: Any, motor: Any) -> MsgGenerator:
    """Set a motor, sleep for 2 s, read a detector.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    """
    yield Msg("open_run")
    yield Msg("set", motor, 5)
    yield Msg("sleep", None, 2)
    yield from _measure(det)
    yield Msg("close_run")


def do_nothing(timeout: float = 5) -> MsgGenerator:
    """Pass checkpoints for a time.

    Parameters
    ----------
    timeout : float, optional
        In seconds.
    """
    from time import monotonic

    yield Msg("open_run")
    end = monotonic() + timeout
    while monotonic() < end:
        yield Msg("checkpoint")
    yield Msg("close_run")


def checkpoint_forever() -> MsgGenerator:
    """Pass checkpoints until somebody interrupts."""
    yield Msg("open_run")
    while True:
        yield Msg("checkpoint")


def wait_one(det: Any, motor: Any) -> MsgGenerator:
    """Wait for one motor, then read a detector.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    """
    return wait_multiple(det, [motor])


def wait_multiple(det: Any, motors: Iterable[Any]) -> MsgGenerator:
    """Wait for several motors, then read a detector.

    Parameters
    ----------
    det : device
        What is read.
    motors : iterable of device
        What is set.
    """
    yield Msg("open_run")
    for motor in motors:
        yield Msg("set", motor, 5, group="A")
    yield Msg("wait", None, group="A")
    yield from _measure(det)
    yield Msg("close_run")


def wait_complex(det: Any, motors: Sequence[Any]) -> MsgGenerator:
    """Wait for all motors but the last and read a detector, wait for the last and read again.

    Parameters
    ----------
    det : device
        What is read.
    motors : sequence of device
        What is set.
    """
    yield Msg("open_run")
    for motor in motors[:-1]:
        yield Msg("set", motor, 5, group="A")
    yield Msg("set", motors[-1], 5, group="B")
    for group in ("A", "B"):
        yield Msg("wait", None, group=group)
        yield from _measure(det)
    yield Msg("close_run")


def conditional_pause(det: Any, motor: Any, defer: bool, include_checkpoint: bool) -> MsgGenerator:
    """Ask for a pause at each of five positions.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    defer : bool
        Pause at a checkpoint.
    include_checkpoint : bool
        Whether there are any.
    """
    yield Msg("open_run")
    for position in range(5):
        if include_checkpoint:
            yield Msg("checkpoint")
        yield Msg("set", motor, position)
        yield from _measure(det)
        yield Msg("pause", None, defer=defer)
    yield Msg("close_run")


def stepscan(det: Any, motor: Any) -> MsgGenerator:
    """Scan a motor from -5 to 4 in steps of 1.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    """
    return _steps(det, motor, cautious=False)


def cautious_stepscan(det: Any, motor: Any) -> MsgGenerator:
    """Scan a motor from -5 to 4 in steps of 1, with a checkpoint before each.

    Parameters
    ----------
    det, motor : device
        What is read and set.
    """
    return _steps(det, motor, cautious=True)


def _steps(det: Any, motor: Any, *, cautious: bool) -> MsgGenerator:
    yield Msg("open_run")
    yield Msg("declare_stream", None, motor, det, name="primary")
    for position in range(-5, 5):
        if cautious:
            yield Msg("checkpoint")
        yield Msg("create", name="primary")
        yield Msg("set", motor, position)
        yield Msg("trigger", det)
        yield Msg("read", motor)
        yield Msg("read", det)
        yield Msg("save")
    yield Msg("close_run")


def fly_gen(flyer: Any) -> MsgGenerator:
    """Fly twice in one run.

    Parameters
    ----------
    flyer : device
        Can kick off, complete and collect.
    """
    yield Msg("open_run")
    for number in ("", "2"):
        for command in ("kickoff", "complete"):
            yield Msg(command, flyer, group=f"fly-{command}{number}")
            yield Msg("wait", None, group=f"fly-{command}{number}")
        yield Msg("collect", flyer)
    yield Msg("close_run")


def multi_sample_temperature_ramp(
    detector: Any,
    sample_names: Sequence[str],
    sample_positions: Sequence[float],
    scan_motor: Any,
    start: float,
    stop: float,
    step: float,
    temp_controller: Any,
    tstart: float,
    tstop: float,
    tstep: float,
) -> MsgGenerator:
    """At each temperature make a run of each sample.

    Parameters
    ----------
    detector : device
        What is read.
    sample_names, sample_positions : sequence
        What the samples are called, and where they are.
    scan_motor : device
        What is scanned around each sample's position.
    start, stop, step : float
        Of the scan, in the motor's units; without the stop.
    temp_controller : device
        What sets the temperature.
    tstart, tstop, tstep : float
        Temperatures, in its units; without the stop.
    """
    from numpy import arange

    for temperature in arange(tstart, tstop, tstep).tolist():
        yield Msg("set", temp_controller, temperature)
        for name, centre in zip(sample_names, sample_positions, strict=True):
            yield Msg("open_run", sample_name=name, target_temp=temperature)
            yield Msg("declare_stream", None, scan_motor, detector, temp_controller, name="primary")
            for offset in arange(start, stop, step).tolist():
                yield Msg("set", scan_motor, centre + offset)
                yield Msg("trigger", detector)
                yield Msg("create", name="primary")
                for device in (scan_motor, detector, temp_controller):
                    yield Msg("read", device)
                yield Msg("save")
            yield Msg("close_run")
