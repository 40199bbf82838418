"""What commands answer, in colour.

The layout of a report is its own plain form, which fills the width it is given; a view adds styles.
Reports that no view knows are shown as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.text import Text

from bsh.commands.counts import Counts
from bsh.commands.plot_report import Plot
from bsh.commands.reports import Code, Limits, MoveSummary, Position, Positions, RunList
from bsh.commands.reports import Text as Words
from bsh.commands.wrapping import at_words
from bsh.display.console import ConsoleOwner, Mode

__all__ = ["report_lines", "show"]

STATE_STYLES = {"ok": "bold", "moving": "bold cyan", "limit": "bold yellow", "offline": "red", "error": "red"}
STATUS_STYLES = {"success": "green", "abort": "yellow", "fail": "red", "interrupted": "red"}
"""Others are cyan: such a run is not over."""
WIDEST_PLOT, HIGHEST_PLOT = 160, 30
UNLIMITED = 10_000
"""Width of a list in a file: nothing is cut there."""


def show(report: Any, owner: ConsoleOwner | None = None) -> None:
    """Show what a command answered.

    Parameters
    ----------
    report : Report or object
        Anything with ``plain(width=, ascii_only=)``; other objects are shown by their ``str``.
    owner : ConsoleOwner, optional
        Where to show it; standard output without it.
    """
    owner = ConsoleOwner() if owner is None else owner
    owner.print_rows(report_lines(report, owner))


def report_lines(report: Any, owner: ConsoleOwner) -> list[Text]:
    """Return the lines of a report.

    Parameters
    ----------
    report : Report or object
        What is shown.
    owner : ConsoleOwner
        Asked for the width.
    """
    if isinstance(report, Plot):
        return _drawn(report, owner)
    texts = _plain(report, owner).split("\n")
    if isinstance(report, Code) and owner.has_colour:
        return _coloured(texts)
    if isinstance(report, Words) and not isinstance(report, Code) and owner.mode is not Mode.PIPE:
        texts = [piece for text in texts for piece in at_words(text, owner.width - 1)]
    lines = [Text(line) for line in texts]
    for kind, paint in _PAINTERS.items():
        if isinstance(report, kind):
            paint(report, lines)
    return lines


def _coloured(texts: list[str]) -> list[Text]:
    from rich.syntax import Syntax

    code = Syntax("", "python", theme="ansi_dark", background_color="default")
    return list(code.highlight("\n".join(texts)).split("\n"))[: len(texts)]


def _drawn(report: Plot, owner: ConsoleOwner) -> list[Text]:
    """Draw the figures, larger than at the end of a scan: here they are what was asked for."""
    from bsh.display.plot_pane import readable
    from bsh.display.plots import draw

    width = min(owner.width - 1, WIDEST_PLOT)
    height = min(HIGHEST_PLOT, max(12, owner.size[1] - 4))
    figures = report.figures if report.chosen else [readable(figure) for figure in report.figures]
    lines = [line for figure in figures for line in draw(figure, width, height, owner.look)]
    return [*lines, *(Text(note, style="yellow") for note in report.notes)]


def _plain(report: Any, owner: ConsoleOwner) -> str:
    plain = getattr(report, "plain", None)
    if not callable(plain):
        return str(report)
    is_list = isinstance(report, RunList)
    width = UNLIMITED if is_list and owner.mode is Mode.PIPE else owner.width
    return str(plain(width=width, ascii_only=owner.ascii_only))


def _paint_positions(report: Any, lines: list[Text]) -> None:
    if report.rows and lines and lines[0].plain.startswith("Current"):
        lines[0].stylize("dim")
    _paint_names(report.rows, lines)


def _paint_limits(report: Any, lines: list[Text]) -> None:
    _paint_names(report.rows, lines)


def _paint_names(rows: Iterable[Position], lines: list[Text]) -> None:
    """Colour the names of axes by their state, wherever they stand."""
    styles = {row.name: STATE_STYLES.get(row.state, "") for row in rows}
    for line in lines:
        place = 0
        for word in line.plain.split():
            place = line.plain.index(word, place)
            if style := styles.get(word.rstrip(":")):
                line.stylize(style, place, place + len(word))
            place += len(word)


def _paint_counts(report: Any, lines: list[Text]) -> None:
    lines[0].stylize("yellow" if report.partial else "dim")
    for row, line in zip(report.rows, lines[1:]):
        line.stylize("bold", 0, line.plain.find("="))
        if row.note:
            line.stylize("yellow", len(line.plain) - len(row.note))


def _paint_move(report: Any, lines: list[Text]) -> None:
    for line in lines:
        if report.interrupted:
            line.stylize("yellow")
        line.stylize("bold", 0, max(0, line.plain.find(":")))


def _paint_runs(report: Any, lines: list[Text]) -> None:
    if not report.runs:
        return
    column = lines[0].plain.find("status")
    lines[0].stylize("bold")
    for run, line in zip(report.runs, lines[1:]):
        line.stylize(STATUS_STYLES.get(run.status, "cyan"), column, column + len(run.status))


_PAINTERS: dict[type, Callable[[Any, list[Text]], None]] = {
    Positions: _paint_positions,
    Limits: _paint_limits,
    Counts: _paint_counts,
    MoveSummary: _paint_move,
    RunList: _paint_runs,
}
