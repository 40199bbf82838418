"""Measuring CPU time: both sides in turn in one process, medians, ratios."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from time import process_time
from typing import Any

from tests.bench.figures import NO_BOUND, Bound, Figure, Measurement

__all__ = ["cpu_row"]


def cpu_row(
    name: str,
    unit: str,
    units: int,
    bluesky: Callable[[], Any],
    bsh: Callable[[], Any],
    *,
    must: Bound = NO_BOUND,
    aim: Bound = NO_BOUND,
    cost: str = "",
) -> Measurement:
    """Make the measurement of a piece of work that both sides do.

    Parameters
    ----------
    name, unit : str
        What stands in the table; the figures are CPU microseconds a ``unit``.
    units : int
        How many units one call of the work is.
    bluesky, bsh : callable
        The work.
    must, aim : Bound
        What is wanted.
    cost : str
        What keeps bsh from being better.
    """

    def measure(rounds: int) -> list[Figure]:
        theirs, ours = [], []
        bluesky(), bsh()  # to warm up
        for _ in range(rounds):
            theirs.append(_cpu_us(bluesky) / units)
            ours.append(_cpu_us(bsh) / units)
        return [
            Figure(name, f"µs / {unit}", statistics.median(theirs), statistics.median(ours), must, aim, cost)
        ]

    return Measurement(name, measure)


def _cpu_us(work: Callable[[], Any]) -> float:
    gc.collect()
    began = process_time()
    work()
    return (process_time() - began) * 1e6
