"""Memory: each engine in a process of its own, checkpoints at each point, no subscribers."""

from __future__ import annotations

import subprocess
import sys

from tests.bench.figures import Bound, Figure, Measurement

__all__ = ["memory_rows"]


def memory_rows(scale: float) -> list[Measurement]:
    """Return the rows about memory; ``scale`` makes the scans longer or shorter."""
    # Bluesky is flat as well, but would need minutes for as many points.
    ours, theirs = max(20_000, int(100_000 * scale)), max(5_000, int(10_000 * scale))
    return [Measurement("memory", lambda rounds: _memory(theirs, ours))]


def _memory(their_points: int, our_points: int) -> list[Figure]:
    _, their_peak = _resident("bluesky", their_points)
    our_warm, our_peak = _resident("bsh", our_points)
    return [
        Figure(
            f"memory: resident after {our_points:,} points (bluesky: {their_points:,})",
            "MiB",
            their_peak,
            our_peak,
            Bound(ratio=2),
            Bound(ratio=1 / 0.35),
            "the interpreter, asyncio and the compiled schema validator.",
        ),
        Figure(
            f"memory: growth from point {our_points // 10:,} on",
            "MiB",
            None,
            our_peak - our_warm,
            Bound(at_most=1.0),
        ),
    ]


def _resident(side: str, points: int) -> tuple[float, float]:
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.remembering", side, str(points)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    warm, peak = said.split()
    return float(warm), float(peak)
