"""What is seen of scans: ``plot``, ``cols``, ``plotselect``.

Owns which runs and which of their columns are meant; what is drawn comes from :mod:`bsh.callbacks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from bsh.commands import CommandSession, Flag, Option, command, readable_names
from bsh.commands.argument_types import WordsType, WordType
from bsh.commands.nearest import nearest_hint
from bsh.commands.plot_report import Plot
from bsh.commands.reports import Text
from bsh.commands.selection import selection_of
from bsh.commands.stored_figures import StoredFigures
from bsh.errors import RunNotFound, UsageError

if TYPE_CHECKING:
    from bsh.callbacks.figures import LineFigure

__all__ = ["COMMANDS", "chosen_counters", "cols", "plot", "plotselect"]

EVERYTHING = "all"
MOST_RUNS = 20


class CounterWords(WordsType):
    """Any number of names of counters, ``*`` allowed."""

    completes = "counters"


@command(group="plot", examples=["plot", "plot -2", "plot 142 {counter}", "plot 140:142", "plot -l 142"])
def plot(
    session: CommandSession,
    what: Annotated[Sequence[str], CounterWords()] = (),
    along: Annotated[str, Option(("-x", "--along"), WordType())] = "",
    log: Annotated[bool, Flag("-l", "--log")] = False,
) -> Plot:
    """Plot stored scans: the last one, one by number, or several overlaid.

    Numbers name scans (142, -1 for the last one, 138:142 for all of these); other words name what is
    plotted, any column of the scan. -x names the column along which, -l makes the axis logarithmic.
    """
    from bsh.callbacks.figures import LineFigure

    refs = [ref for word in what for ref in _references(word)]
    names = [word for word in what if not _references(word)]
    if len(refs) > MOST_RUNS:
        raise UsageError(f"{len(refs)} scans are too many for one plot, {MOST_RUNS} is the most")
    selection = selection_of(session)
    active = tuple(device.name for device in session.counters)
    runs = [StoredFigures(session.store.run(ref), selection.plotted, active) for ref in refs or [-1]]
    log = log or selection.log_y
    figures = [run.figures(names, along, log) for run in runs]
    if len(runs) == 1:
        return Plot(tuple(figures[0] if names else figures[0][:1]), chosen=bool(names))
    lines = [one[0] for one in figures if isinstance(one[0], LineFigure)]
    if len(lines) < len(figures):
        return Plot(tuple(one[0] for one in figures), chosen=True)
    return _overlaid(runs, lines, bool(names))


def _overlaid(runs: Sequence[StoredFigures], figures: Sequence[LineFigure], named: bool) -> Plot:
    """Return one plot of the curves of several runs; without names, of the first curve of each."""
    curves = [
        replace(curve, label=f"{run.label} {curve.label}")
        for run, figure in zip(runs, figures)
        for curve in (figure.curves if named else figure.curves[:1])
    ]
    labels = dict.fromkeys(figure.x_label for figure in figures)
    notes = () if len(labels) == 1 else (f"the scans are over different axes: {', '.join(labels)}",)
    figure = replace(figures[0], title=" ".join(run.label for run in runs), curves=curves, markers=())
    return Plot((figure,), chosen=True, notes=notes)


def _references(word: str) -> list[int]:
    """Return the runs that a word names; none if it names something else."""
    first, colon, last = word.partition(":")
    try:
        if not colon:
            return [int(first)]
        return list(range(int(first), int(last) + 1))[: MOST_RUNS + 1]
    except ValueError:
        return []


@command(group="plot", examples=["cols", "cols {counter}", "cols {counter} mon*", "cols all"])
def cols(session: CommandSession, names: Annotated[Sequence[str], CounterWords()] = ()) -> Text:
    """Choose the columns of tables: those named and no others.

    It holds from the next scan on. Names of devices or of single columns, * allowed. cols all shows all again; without names it tells what the
    last scan had. It is remembered when bsh is started again.
    """
    selection = selection_of(session)
    if names:
        selection.columns = chosen_counters(session, names)
        selection.save()
    shown = " ".join(selection.columns) if selection.columns else "all that fit, the active ones first"
    lines = [f"columns: {shown}"]
    if not names:
        lines += _columns_of_last(session)
    return Text("\n".join(lines))


@command(group="plot", examples=["plotselect {counter}", "plotselect all", "plotselect --log"])
def plotselect(
    session: CommandSession,
    names: Annotated[Sequence[str], CounterWords()] = (),
    log: Annotated[bool, Flag("--log")] = False,
    linear: Annotated[bool, Flag("--linear")] = False,
    off: Annotated[bool, Flag("--off")] = False,
    on: Annotated[bool, Flag("--on")] = False,
) -> Text:
    """Choose the counters of plots and peaks; the first one matters most.

    plotselect all goes back to the active counters. --log and --linear choose the axis, --off and --on whether
    scans are plotted at all. It is remembered when bsh is started again.
    """
    if (log and linear) or (off and on):
        raise UsageError("these options say opposite things", hint="give one of them")
    selection = selection_of(session)
    if names:
        selection.plotted = chosen_counters(session, names)
    selection.log_y = (selection.log_y or log) and not linear
    selection.plots = (selection.plots or on) and not off
    selection.save()
    active = " ".join(device.name for device in session.counters) or "no counters"
    plotted = " ".join(selection.plotted) or f"{active} (the active counters)"
    axis = "logarithmic" if selection.log_y else "linear"
    state = "" if selection.plots else "; plots are off (plotselect --on)"
    return Text(f"plotted: {plotted}; {axis} axis{state}")


def chosen_counters(session: CommandSession, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names as they stand, checked; empty for all.

    Parameters
    ----------
    session : CommandSession
        Whose counters.
    names : sequence of str
        As typed, ``*`` allowed.

    Raises
    ------
    UsageError
        One of them means no counter.
    """
    if list(names) == [EVERYTHING]:
        return ()
    known = {*readable_names(session), *_last_keys(session)}
    for name in names:
        if not any(fnmatchcase(one, name) for one in known):
            hint = nearest_hint(name, known) or "counters of the session or columns of the last scan"
            raise UsageError(f"unknown counter {name}", hint=hint)
    return tuple(dict.fromkeys(names))


def _last_keys(session: CommandSession) -> list[str]:
    try:
        return StoredFigures(session.store.run(-1)).keys
    except RunNotFound:
        return []


def _columns_of_last(session: CommandSession) -> list[str]:
    keys = _last_keys(session)
    return [f"the last scan had: {' '.join(keys)}"] if keys else []


COMMANDS = [plot, cols, plotselect]
