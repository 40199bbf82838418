"""What a measurement says: a figure on each side, and the bounds that it is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["NO_BOUND", "Bound", "Figure", "Measurement"]


@dataclass(frozen=True)
class Bound:
    """What is wanted of a figure: a ratio reference / bsh of at least so much, a value of at most so much."""

    ratio: float | None = None
    at_most: float | None = None

    def is_met(self, figure: Figure) -> bool:
        """Whether the figure keeps within the bound."""
        if self.ratio is not None and (figure.ratio is None or figure.ratio < self.ratio):
            return False
        return self.at_most is None or figure.bsh <= self.at_most

    def __bool__(self) -> bool:
        return self.ratio is not None or self.at_most is not None

    def __str__(self) -> str:
        parts = []
        if self.at_most is not None:
            parts.append(f"≤ {self.at_most:g}")
        if self.ratio is not None:
            parts.append(f"{self.ratio:.3g}x")
        return ", ".join(parts) or "–"


NO_BOUND = Bound()


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    ``reference`` is bluesky's figure unless the name says otherwise; smaller is better on both sides.
    ``cost`` says in one sentence what keeps bsh from being better.
    """

    name: str
    unit: str
    reference: float | None
    bsh: float
    must: Bound = NO_BOUND
    aim: Bound = NO_BOUND
    cost: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times less bsh costs; None where there is nothing to compare with."""
        if self.reference is None:
            return None
        return self.reference / self.bsh if self.bsh > 0 else float("inf")

    @property
    def verdict(self) -> str:
        """What was reached: ``aim``, ``must`` or ``MISSED``; ``–`` where nothing was asked for."""
        if not self.must.is_met(self):
            return "MISSED"
        if not self.aim:
            return "must" if self.must else "–"
        return "aim" if self.aim.is_met(self) else "must"


@dataclass(frozen=True)
class Measurement:
    """Something that can be measured, with more rounds if need be, and gives one figure or several."""

    name: str
    measure: Callable[[int], Sequence[Figure]]
