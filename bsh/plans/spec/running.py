"""What all SPEC scans have in common: a trajectory, a counting time, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plan_patterns.trajectory import Trajectory
from bsh.plans.count_times import count_for
from bsh.plans.scanning import relatively
from bsh.plans.stepping import run_steps

__all__ = ["MD", "CountTime", "Options", "run_points"]

MD = Mapping[str, Any] | None
CountTime = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Options:
    """How the points of a scan are taken.

    Parameters
    ----------
    seconds : float or None
        Counting time; negative is a number of monitor counts; None leaves it as it is.
    relative : bool
        Whether positions count from where the motors are, and the motors are brought back.
    settle : float
        Seconds between the end of a move and the measurement.
    count_time : mapping or None
        For detectors by name the attribute that takes the counting time.
    """

    seconds: float | None
    relative: bool = False
    settle: float = 0.0
    count_time: CountTime = None


def run_points(
    devices: Sequence[Any], points: Trajectory, md: Mapping[str, Any], options: Options
) -> MsgGenerator:
    """Take the points of a scan in a run.

    Parameters
    ----------
    devices : sequence of devices
        What to read at each point.
    points : Trajectory
        Where.
    md : mapping
        Metadata of the start document.
    options : Options
        How.

    Returns
    -------
    str
        The uid of the run.
    """
    scan = run_steps(devices, points, None, md, settle=options.settle)
    if options.relative:
        scan = relatively(scan, points.axes)
    return count_for(scan, devices, options.seconds, options.count_time)
