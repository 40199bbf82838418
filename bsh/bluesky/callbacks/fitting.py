"""Callbacks that compute: peaks and fits."""

from bsh.bluesky.adapted.center_of_mass import center_of_mass
from bsh.callbacks import CallbackBase, CollectThenCompute, LiveFit, PeakStats

__all__ = ["CallbackBase", "CollectThenCompute", "LiveFit", "PeakStats", "center_of_mass"]
