"""The plots of the runs under way: those that every run has, and those of callbacks.

Owns which plot is shown below the table, and what is done about one that fails: it costs one line and is off for
the rest of its run. Runs on the main thread only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from rich.text import Text

from bsh.callbacks.run_figures import RunFigures
from bsh.commands.selection import Selection
from bsh.display.console import ConsoleOwner, Line
from bsh.display.model_views import TerminalView
from bsh.display.plot_pane import PlotPane
from bsh.protocols import Document

__all__ = ["RunPlots"]

logger = logging.getLogger("bsh.display")


class RunPlots:
    """Draw runs.

    Parameters
    ----------
    owner : ConsoleOwner
        Asked for the size and the colours of the terminal.
    selection : Selection
        What somebody chose to see.
    is_off : bool, optional
        Draw nothing, whatever is chosen.
    monotonic : callable
        Returns seconds.
    """

    def __init__(
        self,
        owner: ConsoleOwner,
        selection: Selection,
        *,
        is_off: bool = False,
        monotonic: Callable[[], float],
    ) -> None:
        self._owner = owner
        self._selection = selection
        self._is_off = is_off
        self._monotonic = monotonic
        self._panes: dict[str, PlotPane] = {}
        self._view: TerminalView | None = None
        self._warnings: list[Line] = []

    @property
    def are_wanted(self) -> bool:
        """Whether anything is drawn."""
        return self._selection.plots and not self._is_off

    def begin(self, run: str, start: Document, counters: Sequence[str]) -> None:
        """Begin the plot of a run.

        Parameters
        ----------
        run : str
            Its uid.
        start : dict
            Start document.
        counters : sequence of str
            What comes first.
        """
        if not self.are_wanted:
            return
        chosen = self._selection.plotted
        figures = RunFigures(counters, self._selection.log_y, only=chosen)
        figures("start", start)
        self._panes[run] = PlotPane(self._owner, figures, chosen=bool(chosen), monotonic=self._monotonic)

    def document(self, run: str, name: str, doc: Document) -> list[Line]:
        """Take a document of a run; return the whole plot with the last one, unless a callback draws one.

        Parameters
        ----------
        run : str
            Uid of the run.
        name : str
            Kind of the document.
        doc : dict
            The document.
        """
        pane = self._panes.get(run)
        if pane is None:
            return []
        try:
            pane.source(name, doc)
            if name != "stop":
                return []
            del self._panes[run]
            return [] if self._view is not None else list(pane.whole())
        except Exception as error:
            self._panes.pop(run, None)
            return [_no_plot(error)]

    def live(self, run: str) -> list[Text]:
        """Return the small plot below the table: of the callback that changed last, else the run's own.

        Parameters
        ----------
        run : str
            Uid of the run.
        """
        view, pane = self._view, self._panes.get(run)
        try:
            if view is not None and view.pane is not None:
                return view.pane.live()
            return [] if pane is None else pane.live()
        except Exception as error:
            self._warnings.append(_no_plot(error))
            if view is not None:
                self._drop(view)
            else:
                self._panes.pop(run, None)
            return []

    def warnings(self) -> list[Line]:
        """Return what went wrong since the last call."""
        found, self._warnings = self._warnings, []
        return found

    def follow(self, view: TerminalView | None) -> None:
        """Show this view from now on.

        Parameters
        ----------
        view : TerminalView or None
            What changed last.
        """
        if view is None or view.is_over or view is self._view:
            return
        if view.pane is None:
            view.pane = PlotPane(self._owner, view.source, chosen=True, monotonic=self._monotonic)
        self._view = view

    def finish(self, view: TerminalView) -> list[Line]:
        """Return the whole plot of a view that will not change any more.

        Parameters
        ----------
        view : TerminalView
            The view.
        """
        self.follow(view)
        pane = view.pane
        self._drop(view)
        view.source.is_final = True
        try:
            return [] if pane is None else list(pane.whole())
        except Exception as error:
            return [_no_plot(error)]

    def reset(self) -> None:
        """Forget runs that will never be stopped."""
        self._panes.clear()
        self._view = None

    def _drop(self, view: TerminalView) -> None:
        view.is_over, view.pane = True, None
        if view is self._view:
            self._view = None


def _no_plot(error: Exception) -> Text:
    logger.warning("a plot failed", exc_info=error)
    reason = str(error).partition("\n")[0] or type(error).__name__
    return Text(f"(no plot for the rest of this run: {reason}; the data are safe)", style="red")
