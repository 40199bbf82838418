"""A beamline's own devices, as a profile names them: ophyd-async's, where they need more than a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def camera(name: str, folder: str) -> Any:
    """Make ophyd-async's simulated detector, which writes HDF5 files into a folder."""
    from ophyd_async.core import StaticFilenameProvider, StaticPathProvider
    from ophyd_async.sim import SimBlobDetector

    return SimBlobDetector(StaticPathProvider(StaticFilenameProvider("images"), Path(folder)), name=name)


def point(name: str) -> Any:
    """Make ophyd-async's simulated point detector."""
    from ophyd_async.sim import PatternGenerator, SimPointDetector

    return SimPointDetector(PatternGenerator(), name=name)
