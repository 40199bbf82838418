"""Peak statistics as a callback that scripts subscribe.

Owns the field's own names for them (``com``, ``cen``, ``max``, ``fwhm``, ...). The arithmetic is in
:mod:`bsh.callbacks.peaks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from bsh.callbacks.collect_then_compute import CollectThenCompute
from bsh.callbacks.obj_fields import single_field
from bsh.callbacks.one_run import OneRun
from bsh.callbacks.peaks import PeakResult, derivative, peak_statistics
from bsh.callbacks.points import PointColumns
from bsh.callbacks.table import QUIET_STREAMS, stream_name
from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["PeakStats"]

MOST_PEAK_POINTS = 1_000_000
"""Of longer scans some points are left out."""

VERDICTS = {"peak": "peak", "edge": "no whole peak in this range", "none": "no peak", "few": "too few points"}


class PeakStats(CollectThenCompute):
    """Compute peak statistics at the end of a run.

    Parameters
    ----------
    x, y : str or device
        Data keys of the axis and of the counter.
    edge_count : int, optional
        Number of points at each end whose straight line is taken off as background. Without it ``com``
        still has a background taken off, and ``lin_bkg`` stays None.
    calc_derivative_and_stats : bool, optional
        Compute the statistics of the derivative, too: of an edge they give the place and the width.

    Attributes
    ----------
    com, cen : float or None
        Centre of mass, and middle of the places at half height, in the axis's own units.
    max, min : tuple of (float, float) or None
        Position and height of the highest and of the lowest point.
    fwhm : float or None
        Full width at half maximum.
    crossings : ndarray or None, shape ``(n_crossings,)``
        Places where the counter crosses half height.
    lin_bkg : dict or None
        Slope ``m`` and offset ``b`` of the background, if `edge_count` was given.
    x_data, y_data : ndarray or None, shape ``(n_points,)``
        The points.
    stats : PeakResult or None
        All of this, with the verdict whether there is a peak.
    derivative_stats : PeakResult or None
        The same of the derivative, taken half way between neighbouring points.

    Examples
    --------
    >>> ps = PeakStats("th", "det")
    >>> _ = ps("start", {"uid": "a"})
    >>> for i, counts in enumerate([0, 0, 1, 4, 1, 0, 0]):
    ...     _ = ps("event", {"data": {"th": i, "det": counts}})
    >>> _ = ps("stop", {"exit_status": "success"})
    >>> ps.cen, ps.com, ps.max
    (3.0, 3.0, (3.0, 4.0))
    >>> ps
    PeakStats('th', 'det'): peak, com 3, cen 3, max (3, 4), min (0, 0), fwhm 1.33333
    """

    def __init__(
        self, x: Any, y: Any, edge_count: int | None = None, *, calc_derivative_and_stats: bool = False
    ) -> None:
        super().__init__()
        self.x = single_field(x)
        self.y = single_field(y)
        self.edge_count = edge_count
        self._wants_derivative = calc_derivative_and_stats
        self._run = OneRun(without=QUIET_STREAMS)
        self.reset()

    def reset(self) -> None:
        """Forget all points and results."""
        super().reset()
        self._streams: dict[str, str] = {}
        self._stream: str | None = None
        self._columns = PointColumns((self.x, self.y), MOST_PEAK_POINTS)
        self.x_data: Floats | None = None
        self.y_data: Floats | None = None
        self.com: float | None = None
        self.cen: float | None = None
        self.fwhm: float | None = None
        self.max: tuple[float, float] | None = None
        self.min: tuple[float, float] | None = None
        self.crossings: Floats | None = None
        self.lin_bkg: dict[str, float] | None = None
        self.stats: PeakResult | None = None
        self.derivative_stats: PeakResult | None = None

    def start(self, doc: Document) -> None:
        """Forget the run before."""
        super().start(doc)
        self._run.begin(doc)

    def descriptor(self, doc: Document) -> None:
        """Note whose events these will be."""
        if self._run.takes_descriptor(doc):
            self._streams[doc["uid"]] = stream_name(doc)

    def event(self, doc: Document) -> None:
        """Keep one point, if the event has both keys."""
        data = doc["data"]
        if self.x not in data or self.y not in data or not self._run.takes_event(doc):
            return
        stream = self._streams.get(doc.get("descriptor", ""))
        if self._stream is None:
            self._stream = stream
        if stream == self._stream:  # the first stream that has both keys
            self._columns.append(doc)

    def stop(self, doc: Document) -> None:
        """Compute the statistics."""
        if self._run.takes_stop(doc):
            super().stop(doc)

    def compute(self) -> None:
        """Compute the statistics of the points so far."""
        import numpy as np

        data = self._columns.points().data
        self.x_data, self.y_data = data[self.x], data[self.y]
        result = self.stats = peak_statistics(self.x_data, self.y_data, self.edge_count)
        if result is None:
            return
        self.com, self.cen, self.fwhm = result.com, result.cen, result.fwhm
        self.max, self.min = result.max, result.min
        self.crossings = np.array(result.crossings)
        self.lin_bkg = result.lin_bkg if self.edge_count is not None else None
        if self.lin_bkg is not None:  # with an explicit background the heights are above it
            signal = self.y_data - (self.lin_bkg["m"] * self.x_data + self.lin_bkg["b"])
            top, bottom = int(np.nanargmax(signal)), int(np.nanargmin(signal))
            self.max = (float(self.x_data[top]), float(signal[top]))
            self.min = (float(self.x_data[bottom]), float(signal[bottom]))
        if self._wants_derivative:
            x, slopes = derivative(self.x_data, self.y_data)
            self.derivative_stats = peak_statistics(x, slopes, self.edge_count)

    def __repr__(self) -> str:
        words = [f"{type(self).__name__}({self.x!r}, {self.y!r}): "]
        if self.stats is None:
            return words[0] + "no points yet"
        words[0] += VERDICTS[self.stats.verdict]
        for name in ("com", "cen", "max", "min", "fwhm"):
            value = getattr(self, name)
            if isinstance(value, tuple):
                words.append(f"{name} ({value[0]:.6g}, {value[1]:.6g})")
            elif value is not None:
                words.append(f"{name} {value:.6g}")
        return ", ".join(words)
