"""How much longer points take than speeds and counting times say, learned from scan to scan.

Owns the file that keeps it for the profile. Each set of axes and counters is learned on its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["LearnedTiming"]

FILE = "timing.json"
LEAST_POINTS = 5
WEIGHT = 0.5
"""How much the last scan counts against those before."""

MOST_FACTOR = 3.0
"""A scan that took so many times longer than foreseen was held up by something else: nothing is learned from it."""

MOST_KEPT = 500


class LearnedTiming:
    """Seconds that each point takes beyond the estimate, by the devices that are used.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    """

    def __init__(self, folder: Path) -> None:
        self._file = Path(folder) / FILE
        self._known: dict[str, float] | None = None

    def overhead_s(self, devices: Iterable[str]) -> float:
        """Return the seconds for each point; 0 where nothing was learned yet.

        Parameters
        ----------
        devices : iterable of str
            Names of the axes that move and the counters that count.
        """
        return self._read().get(_key(devices), 0.0)

    def learn(self, devices: Iterable[str], points: int, foreseen_s: float, took_s: float) -> None:
        """Take a scan into account that ran through without a pause.

        Parameters
        ----------
        devices : iterable of str
            As for :meth:`overhead_s`.
        points : int
            Points that it took.
        foreseen_s : float
            What it should have taken by speeds and counting times alone, in seconds.
        took_s : float
            What it took, in seconds.
        """
        if points < LEAST_POINTS or took_s > MOST_FACTOR * foreseen_s + points:
            return
        known, key = self._read(), _key(devices)
        seen = max(0.0, (took_s - foreseen_s) / points)
        before = known.pop(key, seen)
        known[key] = round(before + WEIGHT * (seen - before), 6)  # the newest stands last
        for oldest in list(known)[:-MOST_KEPT]:
            del known[oldest]
        self._write(known)

    def _read(self) -> dict[str, float]:
        if self._known is None:
            try:
                found = json.loads(self._file.read_text(encoding="utf-8"))
                self._known = {str(key): float(value) for key, value in found.items()}
            except (OSError, ValueError, TypeError, AttributeError):
                self._known = {}  # without it estimates are a little short, nothing else
        return self._known

    def _write(self, known: dict[str, float]) -> None:
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
            fresh.replace(self._file)
        except OSError:  # a full disk must not fail a scan that is done
            return


def _key(devices: Iterable[str]) -> str:
    return " ".join(sorted(set(devices)))
