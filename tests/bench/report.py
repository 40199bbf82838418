"""The table, on the screen and as a page of the reference."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from tests.bench.figures import Figure

__all__ = ["HEADER", "line", "measured_again", "missed_rows", "page"]

LIBRARIES = ("bsh", "bluesky", "event-model", "ophyd", "ipython", "prompt-toolkit", "numpy", "matplotlib")

HEADER = f"{'row':78} {'unit':12} {'bluesky':>9} {'bsh':>9} {'ratio':>7} {'must':>9} {'aim':>9}"


def line(figure: Figure) -> str:
    """Return a row for the screen."""
    return (
        f"{figure.name:78} {figure.unit:12} {_number(figure.reference):>9} {_number(figure.bsh):>9} "
        f"{_ratio(figure):>7} {figure.must!s:>9} {figure.aim!s:>9}  {figure.verdict}"
    )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _ratio(figure: Figure) -> str:
    return "–" if figure.ratio is None else f"{_number(figure.ratio)}x"


def page(figures: Sequence[Figure], *, rounds: int, load: float) -> str:
    """Return the page docs/reference/performance.md.

    Parameters
    ----------
    figures : sequence of Figure
        All rows.
    rounds : int
        How often each was measured.
    load : float
        Load average when the measurement began.
    """
    rows = "\n".join(_row(figure) for figure in figures)
    return _PAGE.format(
        rows=rows,
        costs=_costs(figures),
        missed=_missed(figures),
        versions=", ".join(f"{library} {version(library)}" for library in LIBRARIES),
        date=datetime.now(UTC).date().isoformat(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        load=f"{load:.1f}",
        rounds=rounds,
    )


def _row(figure: Figure) -> str:
    return (
        f"| {figure.name} | {figure.unit} | {_number(figure.reference)} | {_number(figure.bsh)} | "
        f"{_ratio(figure)} | {figure.must} | {figure.aim} | {figure.verdict} |"
    )


def measured_again(text: str, figures: Sequence[Figure]) -> str:
    """Return the page with rows that were measured once more, alone; it says which these are.

    Parameters
    ----------
    text : str
        The page.
    figures : sequence of Figure
        The new figures.
    """
    again = {figure.name: figure for figure in figures}
    lines = []
    for old in text.splitlines():
        name = old.removeprefix("| ").partition(" | ")[0]
        lines.append(_row(again[name]) if old.startswith("| ") and name in again else old)
    missed = missed_rows("\n".join(lines))
    told = f"Missed: {'; '.join(missed)}." if missed else "No row misses its *must*."
    names = "; ".join(again)
    told += f" Measured once more, alone, after they had missed it in the whole measurement: {names}."
    return "\n".join(told if one.startswith("Missed: ") else one for one in lines) + "\n"


def missed_rows(text: str) -> list[str]:
    """Return the names of the rows of a page that miss their *must*."""
    return [
        one.removeprefix("| ").partition(" | ")[0] for one in text.splitlines() if one.endswith("| MISSED |")
    ]


def _costs(figures: Sequence[Figure]) -> str:
    """Return a sentence for each thing that keeps rows from their aim."""
    by_cost: dict[str, list[str]] = {}
    for figure in figures:
        if figure.aim and figure.verdict != "aim":
            by_cost.setdefault(figure.cost, []).append(figure.name)
    lines = [f"- {'; '.join(names)}: {cost}" for cost, names in by_cost.items()]
    return "\n".join(lines) or "Every row reaches its *aim*."


def _missed(figures: Sequence[Figure]) -> str:
    names = [figure.name for figure in figures if figure.verdict == "MISSED"]
    return f"Missed: {'; '.join(names)}." if names else "No row misses its *must*."


_PAGE = """\
# Performance: bsh against bluesky

Written by `make bench` (`python -m tests.bench --write` in its environment); do not edit. The ratios are what
counts: the figures are those of one machine, with other work on it, and change from day to day.

*Ratio* is how many times less bsh needs than bluesky, or than what the row names as its reference. A row that
misses its *must* fails `make bench`; *aim* is what the project works towards. A bound with ≤ is one of bsh's own
figure, in the unit of the row.

| row | unit | bluesky | bsh | ratio | must | aim | reached |
|---|---|---|---|---|---|---|---|
{rows}

{missed}

## What keeps rows from their aim

{costs}

## How it was measured

- {date}; {machine}; {python}; load average {load} at the beginning.
- {versions}.
- Microseconds are CPU time of the whole process (`process_time`, all threads), both engines in turn in one process,
  garbage collected before each round, median of {rounds} rounds after one to warm up. Milliseconds and the rows
  called *wall* are wall-clock time. A row that misses its *must* is measured once again with twice as many rounds
  before that is said.
- The engine rows have devices without latency, no subscribers, and neither engine's signal handlers
  (`context_managers=[]`). *Raw* rows run the same generator of messages through both engines; *stock* rows run each
  library's own plan. bluesky's `@plan` formats a stack trace at each call of a stub; as a later version may not,
  the rows *patched out* show bluesky without.
- Key presses are real SIGINTs from another process; each engine has a process of its own and its default handlers,
  and the trials take turns. The clock starts when the signal is sent and stops when the caller of `RE(...)` has
  control. The second press of a hard interruption comes 0.2 s after the first, because bluesky ignores earlier
  ones; a press without effect is repeated after a second, and the clock goes on. The tight loop sends one message
  again and again: a plan that makes new ones, and no checkpoint, also waits for full garbage collections, 16 ms for
  100,000 messages. The row of the soft interruption counts from the first checkpoint after the press, with points of
  10 ms.
- The first prompt is timed from exec to the prompt on a pseudo-terminal, byte code compiled. bsh draws it before devices
  are made and the engine is loaded; the rows of the first line's answer have that, the line being typed as soon
  as the prompt is there. *bsui-like* is IPython with
  what a beamline's startup files import: bluesky's plans and stubs, pyplot, BestEffortCallback, ophyd.sim, 20 devices.
- The live table's row is CPU time of the engine's thread alone, while the main thread draws on a pseudo-terminal.
  The reference is bluesky's LiveTable, which draws on the engine's thread.
- There is no row for publishing documents over zmq yet: bsh has no publisher yet.

## What is validated when

bluesky checks every event against its JSON schema, and its keys against the descriptor. bsh checks start, descriptor
and stop documents, event pages, every document about data kept elsewhere, and the first event of each stream against
the same schemas, and the keys of every
event against the descriptor. The schema says nothing about values and timestamps, and all the rest of an event comes
from the stream's template: a later event can differ from the schema only in what a flyer gives itself, its `time` and
`filled`. `RE.validate = "all"` checks every event by schema as well; the table has rows with and without.
"""
