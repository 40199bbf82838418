"""Measuring: CPU time of both sides in turn, medians, ratios."""

from __future__ import annotations

import gc
import statistics
from dataclasses import dataclass
from time import process_time

from tests.bench.rows import Row

__all__ = ["Figure", "measure"]


@dataclass(frozen=True)
class Figure:
    """What came out of one row: CPU microseconds a unit on both sides."""

    row: Row
    bluesky_us: float
    bsh_us: float

    @property
    def ratio(self) -> float:
        """How many times less bsh costs."""
        return self.bluesky_us / self.bsh_us

    @property
    def verdict(self) -> str:
        """Whether what was wanted was reached."""
        if self.ratio >= self.row.aim:
            return "aim"
        return "must" if self.ratio >= self.row.must else "MISSED"


def measure(row: Row, rounds: int = 5) -> Figure:
    """Measure a row: both sides in turn, after a round to warm up."""
    theirs, ours = [], []
    row.bluesky(), row.bsh()
    for _ in range(rounds):
        theirs.append(_cpu_us(row.bluesky) / row.units)
        ours.append(_cpu_us(row.bsh) / row.units)
    return Figure(row, statistics.median(theirs), statistics.median(ours))


def _cpu_us(work: object) -> float:
    gc.collect()
    began = process_time()
    work()  # type: ignore[operator]
    return (process_time() - began) * 1e6
