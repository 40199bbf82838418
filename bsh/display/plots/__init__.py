"""Plots as lines of text: braille curves, half-block maps, scattered dots.

Pure functions: a figure, a size and what the terminal can show go in, lines come out.
"""

from bsh.display.plots.draw import draw, least_size
from bsh.display.plots.look import Colours, Look

__all__ = ["Colours", "Look", "draw", "least_size"]
