"""A callback that shows what it can of any run: heading, table, baseline, plots, peaks.

Owns the switches and the order of things. The shell has a display of its own; this is for scripts. Text goes to
standard output, plots to the registered views.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bsh.callbacks.baseline_table import baseline_lines
from bsh.callbacks.best_effort_plot import BestEffortPlot, LineMemory
from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.columns import choose_columns
from bsh.callbacks.live_plot import LivePlot
from bsh.callbacks.live_table import LiveTable
from bsh.callbacks.one_run import OneRun
from bsh.callbacks.peak_results import PeakResults
from bsh.callbacks.peaks import PeakResult
from bsh.callbacks.run_figures import StreamFigures, peak_markers
from bsh.callbacks.safety import make_class_safe
from bsh.callbacks.table import is_quiet, main_stream, stream_name
from bsh.protocols import Document

__all__ = ["BestEffortCallback", "LivePlotPlusPeaks", "hinted_fields"]

BASELINE = "baseline"
PEAK_WORDS = {"edge": "no whole peak in this range", "none": "no peak", "few": "too few points for a peak"}


def hinted_fields(descriptor: Document) -> list[str]:
    """Return all fields that the devices of a stream hint.

    Parameters
    ----------
    descriptor : dict
        Descriptor of the stream.

    Examples
    --------
    >>> hinted_fields({"hints": {"det": {"fields": ["det"]}, "th": {}}})
    ['det']
    """
    hints = descriptor.get("hints") or {}
    return [key for about in hints.values() for key in (about or {}).get("fields") or ()]


@make_class_safe
class BestEffortCallback(CallbackBase):
    """Show what can be shown of every run.

    Parameters
    ----------
    fig_factory : callable, optional
        ``fig_factory(name)`` returns a figure of matplotlib: plots are drawn there instead of in the
        registered views.
    table_enabled : bool, optional
        Print the table.
    calc_derivative_and_stats : bool, optional
        Compute the peaks of the derivative, too.
    **kwargs
        Ignored; taken for what older code gives, such as ``use_teleporter``.

    Attributes
    ----------
    overplot : bool
        Leave the lines of earlier runs in the plots.
    noplot_streams : list of str
        Streams that are not plotted.
    omit_single_point_plot : bool
        Make no plots of runs with one point.
    peaks : PeakResults
        The peaks of the last run: ``bec.peaks.com["det"]``.
    """

    def __init__(
        self,
        *,
        fig_factory: Callable[..., Any] | None = None,
        table_enabled: bool = True,
        calc_derivative_and_stats: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.overplot = True
        self.noplot_streams = [BASELINE]
        self.omit_single_point_plot = True
        self.peaks = PeakResults()
        self._fig_factory = fig_factory
        self._wants_derivative = calc_derivative_and_stats
        self._is_enabled = {"heading": True, "table": table_enabled, "baseline": True, "plots": True}
        self._memory = LineMemory()
        self._run = OneRun()
        self.clear()

    # switches

    def enable(self) -> None:
        """Show everything."""
        self._is_enabled = dict.fromkeys(self._is_enabled, True)

    def disable(self) -> None:
        """Show nothing; peaks are still computed."""
        self._is_enabled = dict.fromkeys(self._is_enabled, False)

    def enable_heading(self) -> None:
        """Print the number, time and uid of a run, and the names of its streams."""
        self._is_enabled["heading"] = True

    def disable_heading(self) -> None:
        """Opposite of :meth:`enable_heading`."""
        self._is_enabled["heading"] = False

    def enable_table(self) -> None:
        """Print the hinted readings, a row an event."""
        self._is_enabled["table"] = True

    def disable_table(self) -> None:
        """Opposite of :meth:`enable_table`."""
        self._is_enabled["table"] = False

    def enable_baseline(self) -> None:
        """Print the readings of the baseline at the start and at the end of a run."""
        self._is_enabled["baseline"] = True

    def disable_baseline(self) -> None:
        """Opposite of :meth:`enable_baseline`."""
        self._is_enabled["baseline"] = False

    def enable_plots(self) -> None:
        """Plot the hinted readings."""
        self._is_enabled["plots"] = True

    def disable_plots(self) -> None:
        """Opposite of :meth:`enable_plots`."""
        self._is_enabled["plots"] = False

    # documents

    def clear(self) -> None:
        """Forget the run under way; lines of earlier runs and the last peaks stay."""
        self._streams: set[str] = set()
        self._table: LiveTable | None = None
        self._table_stream = ""
        self._baseline: dict[str, Document] = {}
        self._end_of_baseline: list[str] = []
        self._plots: dict[str, BestEffortPlot] = {}
        self._figures: dict[str, StreamFigures] = {}

    def start(self, doc: Document) -> None:
        """Print the heading."""
        self.clear()
        self._run.begin(doc)
        if self._is_enabled["heading"]:
            time = doc.get("time")
            begun = "" if time is None else f"{datetime.fromtimestamp(time):%Y-%m-%d %H:%M:%S}"
            print(f"\n\nTransient Scan ID: {doc.get('scan_id', '')}     Time: {begun}")
            print(f"Persistent Unique Scan ID: '{doc['uid']}'")

    def descriptor(self, doc: Document) -> None:
        """Announce a stream; begin its table and its plots."""
        if not self._run.takes_descriptor(doc):
            return
        stream = stream_name(doc)
        is_new = stream not in self._streams
        self._streams.add(stream)
        if is_new and self._is_enabled["heading"]:
            print(f"New stream: {stream!r}")
        if stream == BASELINE:
            self._baseline[doc["uid"]] = doc
        if stream in self._figures:
            self._figures[stream].add_descriptor(doc)
        elif stream not in self.noplot_streams:
            self._begin_plots(doc)
        if not is_quiet(stream):
            self._begin_table(doc)

    def event(self, doc: Document) -> None:
        """Show one event."""
        if not self._run.takes_event(doc):
            return
        if doc["descriptor"] in self._baseline:
            self._take_baseline(doc)
        if self._table is not None:
            self._table("event", doc)
        for stream, figures in self._figures.items():
            if stream in self._plots:
                self._plots[stream].take(doc)
            else:
                figures.take(doc)

    def stop(self, doc: Document) -> None:
        """Print the end of the table and of the baseline; compute the peaks."""
        if not self._run.takes_stop(doc):
            return
        if self._table is not None:
            self._table("stop", doc)
        if self._end_of_baseline:
            print("End-of-run baseline readings:")
            print("\n".join(self._end_of_baseline))
        self.peaks.clear()
        is_drawn = False
        for stream, figures in self._figures.items():
            plot = self._plots.get(stream)
            is_drawn = is_drawn or (plot is not None and bool(plot.views))
            self.peaks.update(figures.peaks() if plot is None else plot.finish())
            if self._wants_derivative:
                self.peaks.derivative.update(figures.derivative_peaks())
        if self._is_enabled["plots"] and not is_drawn:
            for counter, result in self.peaks.stats.items():
                print(_peak_line(counter, result))
        self._table = None

    def plot_prune_fifo(self, num_lines: int, x_signal: Any, y_signal: Any) -> None:
        """Forget all but the last lines of one plot.

        Parameters
        ----------
        num_lines : int
            Lines that stay.
        x_signal, y_signal : device or str
            What is plotted over what.

        Raises
        ------
        ValueError
            `num_lines` is negative.
        """
        if num_lines < 0:
            raise ValueError(f"num_lines must be 0 or more, not {num_lines}")
        x, y = (getattr(signal, "name", signal) for signal in (x_signal, y_signal))
        self._memory.prune(x, y, num_lines)

    def _begin_plots(self, descriptor: Document) -> None:
        stream = stream_name(descriptor)
        figures = StreamFigures(self._run.start, descriptor, omit_single_point=self.omit_single_point_plot)
        self._figures[stream] = figures
        if not self._is_enabled["plots"] or is_quiet(stream):
            return
        data_keys = descriptor.get("data_keys") or {}
        for key in hinted_fields(descriptor):
            dtype = (data_keys.get(key) or {}).get("dtype", "number")
            if dtype not in ("number", "integer"):
                warnings.warn(f"{key} is not plotted: its values are of dtype {dtype!r}.", stacklevel=2)
        memory = self._memory if self.overplot else None
        self._plots[stream] = BestEffortPlot(figures, self._run.start, memory, self._fig_factory)

    def _begin_table(self, descriptor: Document) -> None:
        stream, main = stream_name(descriptor), main_stream(self._run.start)
        if not self._is_enabled["table"]:
            return
        if self._table is not None and self._table_stream != stream:
            if stream != main:
                return
            self._table = None  # another stream was shown until the scan began
        if self._table is None:
            columns = choose_columns(self._run.start, descriptor)
            self._table = LiveTable([column.key for column in columns], stream_name=stream)
            self._table_stream = stream
            self._table("start", self._run.start)
        self._table("descriptor", descriptor)

    def _take_baseline(self, event: Document) -> None:
        if not self._is_enabled["baseline"]:
            return
        lines = baseline_lines(self._baseline[event["descriptor"]], event)
        if event["seq_num"] == 1:
            print("Start-of-run baseline readings:")
            print("\n".join(lines))
        else:
            self._end_of_baseline = lines


class LivePlotPlusPeaks(LivePlot):
    """A :class:`LivePlot` that marks the peak once the run has ended.

    Parameters
    ----------
    *args, **kwargs
        As for :class:`LivePlot`.
    peak_results : PeakResults
        Where the peaks are found, by the name of the counter.
    """

    def __init__(self, *args: Any, peak_results: PeakResults, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.peak_results = peak_results

    def figure(self) -> Any:
        """Return the lines, and the marks of the peak."""
        from dataclasses import replace

        figure = super().figure()
        result = self.peak_results.stats.get(self.y)
        return figure if figure is None else replace(figure, markers=peak_markers(result))


def _peak_line(counter: str, result: PeakResult) -> str:
    highest = f"{result.max[1]:.6g} @ {result.max[0]:.6g}"
    if not result.is_peak:
        return f"{counter}: max {highest}, {PEAK_WORDS[result.verdict]}"
    parts = [
        f"{name} {getattr(result, name):.6g}"
        for name in ("cen", "com", "fwhm")
        if getattr(result, name) is not None
    ]
    return f"{counter}: peak {', '.join([highest, *parts])}"
