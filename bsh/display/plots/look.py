"""What the terminal can show: how many colours, and whether more than ASCII."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

__all__ = ["CURVE_MARKS", "Colours", "Look", "curve_style", "map_styles"]

Colours: TypeAlias = Literal["none", "16", "256", "truecolor"]

CURVE_STYLES = ("cyan", "magenta", "green", "yellow", "red", "blue")
CURVE_MARKS = "ox+*#@"
"""What tells curves apart where there is no colour."""

VIRIDIS = (
    (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140),
    (40, 174, 128), (94, 201, 98), (173, 220, 48), (253, 231, 37),
)  # fmt: skip
"""Equal steps of the colour map; what lies between is interpolated."""

LEVELS = 64
CUBE = (0, 95, 135, 175, 215, 255)
"""Intensities of the 6x6x6 colours that terminals with 256 colours have."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be written.

    Parameters
    ----------
    colours : {"none", "16", "256", "truecolor"}, optional
        Colours that the terminal has.
    ascii_only : bool, optional
        Whether only ASCII can be written.
    """

    colours: Colours = "none"
    ascii_only: bool = False

    @property
    def has_colour(self) -> bool:
        """Whether curves can be told apart by colour."""
        return self.colours != "none"

    @property
    def has_map(self) -> bool:
        """Whether values can be shown as colours: with 16 of them they cannot."""
        return self.colours in ("256", "truecolor")


def curve_style(number: int, look: Look) -> str:
    """Return the style of a curve.

    Parameters
    ----------
    number : int
        Its place in the figure, from 0.
    look : Look
        What the terminal can show.
    """
    return CURVE_STYLES[number % len(CURVE_STYLES)] if look.has_colour else ""


@lru_cache
def map_styles(colours: Colours) -> tuple[str, ...]:
    """Return the colours of a map from its lowest to its highest value, as names that rich knows.

    Parameters
    ----------
    colours : {"256", "truecolor"}
        Colours that the terminal has.
    """
    styles = []
    for level in range(LEVELS):
        place = level / (LEVELS - 1) * (len(VIRIDIS) - 1)
        below = min(int(place), len(VIRIDIS) - 2)
        part = place - below
        rgb = [round(a + part * (b - a)) for a, b in zip(VIRIDIS[below], VIRIDIS[below + 1])]
        if colours == "truecolor":
            styles.append("#{:02x}{:02x}{:02x}".format(*rgb))
        else:
            red, green, blue = (min(range(6), key=lambda i: abs(CUBE[i] - value)) for value in rgb)
            styles.append(f"color({16 + 36 * red + 6 * green + blue})")
    return tuple(styles)
