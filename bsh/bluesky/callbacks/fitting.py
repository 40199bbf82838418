"""Callbacks that compute: peaks and fits."""

from bsh.bluesky.adapted.center_of_mass import center_of_mass
from bsh.callbacks import LiveFit, PeakStats

__all__ = ["LiveFit", "PeakStats", "center_of_mass"]
