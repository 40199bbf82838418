"""Figures that the tests of plots draw."""

from __future__ import annotations

import numpy as np

from bsh.callbacks.figures import Curve, GridFigure, LineFigure, Marker, ScatterFigure

TH = np.linspace(-1.0, 1.0, 41)
DET = 50_000 * np.exp(-((TH - 0.03) ** 2) / 0.08) + 20
MON = 10_000 + 500 * np.sin(9 * TH)

PEAK = LineFigure(
    "#142 ascan th -1 1 40 0.1",
    "th (deg)",
    "counts",
    [Curve("det", TH, DET), Curve("mon", TH, MON)],
    markers=[
        Marker("peak", 0.05),
        Marker("cen", 0.03),
        Marker("com", 0.1),
        Marker("fwhm", -0.205),
        Marker("fwhm", 0.265),
    ],
)
DECAY = LineFigure(
    "#7 timescan", "time (s)", "ring.current (mA)",
    [Curve("ring.current", np.arange(60.0), np.r_[100 * np.exp(-np.arange(30) / 3), [np.nan] * 5, np.full(25, 0.5)])],
    log_y=True,
)  # fmt: skip
FIT = LineFigure(
    "#8 fit", "x", "y",
    [
        Curve("y", np.arange(11.0), np.abs(np.arange(11.0) - 5), "points"),
        Curve("fit", np.linspace(0, 10, 50), np.abs(np.linspace(0, 10, 50) - 5), "dashes"),
    ],
)  # fmt: skip


def _mesh() -> GridFigure:
    rows, columns = np.mgrid[0:16, 0:21]
    values = 9000 * np.exp(-((rows - 6) ** 2 + (columns - 12) ** 2) / 30) + 20
    values[12:] = np.nan  # not measured yet
    values[11, :9] = np.nan  # a line that is scanned from the right
    return GridFigure(
        "#143 grid_scan", "samx (mm)", "samy (mm)", "det (counts)", values, (-1.0, 1.0, 0.0, 7.5)
    )


MESH = _mesh()
_angle = np.linspace(0, 12 * np.pi, 150)
SPIRAL = ScatterFigure(
    "#144 spiral", "samx (mm)", "samy (mm)", "det", _angle * np.cos(_angle), _angle * np.sin(_angle), -_angle
)

FIGURES = {"peak": PEAK, "decay": DECAY, "fit": FIT, "mesh": MESH, "spiral": SPIRAL}
