"""Looking ahead: limits, rules and time of a whole plan before it runs."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import process_time
from typing import Any

from tests.bench.figures import NO_BOUND, Bound, Figure, Measurement

__all__ = ["plan_rows"]

POINTS = 10_000
RULES = ("th > 99", "th < -1 and det > 5")


def plan_rows(scale: float) -> list[Measurement]:
    """Return the rows about looking ahead; ``scale`` changes nothing, the number of points is the row's."""
    return [Measurement("limits and time", _measure)]


def _measure(rounds: int) -> list[Figure]:
    from bsh.devices.sim import SimDetector, SimMotor
    from bsh.plans import spec
    from bsh.simulators import preflight

    motor = SimMotor("th", limits=(-180, 180))
    detector = SimDetector("det", motor=motor)
    devices = {"th": motor, "det": detector}

    def ours(*rules: str) -> None:
        preflight(spec.ascan([detector], motor, 0, 10, POINTS - 1, 0.1), rules=rules, devices=devices)

    theirs = _their_check()
    times: dict[str, list[float]] = {
        "bluesky": [_seconds(theirs)],
        "bsh": [],
        "rules": [],
    }  # once: it takes long
    work = {"bsh": ours, "rules": lambda: ours(*RULES)}
    for call in work.values():
        call()  # to warm up
    for _ in range(rounds):
        for name, call in work.items():
            times[name].append(_seconds(call))
    median = {name: statistics.median(values) for name, values in times.items()}
    return [
        Figure(
            f"limits and time of {POINTS:,} points (bluesky: check_limits alone)",
            "s",
            median["bluesky"],
            median["bsh"],
            Bound(at_most=0.2),
            Bound(at_most=0.1),
            "a message is made and followed for each move, count, reading and event, eight a point.",
        ),
        Figure(
            f"the same with {len(RULES)} rules at every point",
            "s",
            median["bluesky"],
            median["rules"],
            NO_BOUND,
        ),
    ]


def _their_check() -> Callable[[], Any]:
    from bluesky.plans import scan
    from bluesky.simulators import check_limits

    from tests.bench.devices import Detector, Motor

    motor = Motor("th")
    motor.check_value = lambda value: None
    detector = Detector("det")
    return lambda: check_limits(scan([detector], motor, 0, 10, POINTS))


def _seconds(call: Callable[[], Any]) -> float:
    began = process_time()
    call()
    return process_time() - began
