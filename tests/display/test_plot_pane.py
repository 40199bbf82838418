"""When a plot is drawn, how large, and what it leaves out."""

from __future__ import annotations

from math import exp
from typing import Any

import pytest

from bsh.callbacks.figures import Curve, Figure, GridFigure, LineFigure
from bsh.commands.selection import Selection
from bsh.display.plot_pane import PlotPane, live_height, whole_size
from tests.callbacks.documents import scan_documents
from tests.display.terminal import Terminal, owner_of
from tests.display.test_board import ROWS, Stage, plain, unstyled


class Source:
    """Figures that a test changes."""

    def __init__(self, *figures: Figure) -> None:
        self.points = 0
        self.made = 0
        self._figures = figures

    def figures(self) -> list[Figure]:
        self.made += 1
        return list(self._figures)

    def __call__(self, name: str, doc: Any) -> None:
        self.points += 1


LINE = LineFigure("t", "x", "y", [Curve("y", [0, 1, 2], [0, 1, 0])])
GRID = GridFigure("t", "x", "y", "v", [[0.0, 1.0], [2.0, 3.0]], (0, 1, 0, 1))


class Pane:
    def __init__(self, source: Source, width: int = 80, height: int = 24, **options: Any) -> None:
        self.now = 100.0
        self.size = [width, height]
        owner = owner_of(Terminal())
        owner._size = lambda: (self.size[0], self.size[1])
        self.pane = PlotPane(owner, source, monotonic=lambda: self.now, **options)


@pytest.mark.parametrize(
    ("width", "height", "lines"),
    [(80, 24, 8), (59, 50, 0), (60, 50, 16), (200, 20, 0), (80, 21, 7), (80, 100, 16)],
)
def test_the_live_plot_takes_a_third_of_the_height_and_needs_room(
    width: int, height: int, lines: int
) -> None:
    assert live_height(width, height) == lines
    assert lines <= height / 3
    pane = Pane(Source(LINE), width, height)
    assert len(pane.pane.live()) == lines
    assert all(line.cell_len < width for line in pane.pane.live())


@pytest.mark.parametrize(
    ("width", "height", "titles"),
    [
        (80, 24, [["a"]]),  # 8 lines
        (80, 48, [["a"], ["b"]]),
        (130, 24, [["a", "b"]]),
        (130, 60, [["a", "b"], ["c"]]),
        (250, 24, [["a", "b", "c"]]),
    ],
)
def test_several_plots_that_were_asked_for_share_the_room(
    width: int, height: int, titles: list[list[str]]
) -> None:
    figures = [LineFigure(name, "x", "y", [Curve("y", [0, 1], [0, 1])]) for name in "abc"]
    drawn = Pane(Source(*figures), width, height, chosen=True).pane.live()
    assert len(drawn) <= live_height(width, height)
    assert all(line.cell_len < width for line in drawn)
    found = [[word for word in line.plain.split() if word in "abc"] for line in drawn if "━" in line.plain]
    assert found == titles
    assert len(Pane(Source(*figures), 250, 60).pane.live()) == 16  # nobody chose them: the first one only


def test_the_plot_at_the_end_leaves_room_for_the_words_below_it() -> None:
    assert whole_size(80, 24) == (79, 12)
    assert whole_size(300, 100) == (120, 20)


@pytest.mark.parametrize(("figure", "every"), [(LINE, 0.2), (GRID, 1.0)])
def test_a_line_is_drawn_five_times_a_second_a_map_once(figure: Figure, every: float) -> None:
    source = Source(figure)
    stage = Pane(source)
    for _ in range(100):  # ten seconds of frames
        source.points += 1
        stage.pane.live()
        stage.now += 0.1
    assert source.made <= 10 / every + 1
    assert source.made >= 10 / every * 0.5


def test_a_plot_that_did_not_change_is_not_drawn_again_and_one_of_another_size_is_at_once() -> None:
    source = Source(LINE)
    stage = Pane(source)
    for _ in range(5):
        stage.pane.live()
        stage.now += 1.0
    assert source.made == 1
    source.points += 1
    assert len(stage.pane.live()) == 8
    stage.size[:] = [100, 60]
    assert len(stage.pane.live()) == 16


def test_a_curve_that_would_flatten_the_first_one_is_left_out_unless_it_was_chosen() -> None:
    figure = LineFigure(
        "t", "x", "y",
        [Curve("det", [0, 1, 2], [0, 9, 0]), Curve("mon", [0, 1, 2], [1e5, 1e5, 1e5]), Curve("i0", [0, 1, 2], [5, 5, 5])],
    )  # fmt: skip
    title = Pane(Source(figure)).pane.live()[0].plain
    assert "det" in title
    assert "i0" in title
    assert "mon" not in title
    assert "mon" in Pane(Source(figure), chosen=True).pane.live()[0].plain


def test_a_board_shows_the_plot_above_its_status_and_prints_it_whole_once_at_the_end() -> None:
    stage = Stage(plots="auto")
    documents = scan_documents([(x / 10, 9000 * exp(-((x / 3) ** 2)), 1000.0) for x in range(-10, 11)])
    shown = stage.feed(documents[:-1])
    assert not any("┤" in line for line in shown)
    footer = stage.footer()
    assert len(footer) == 8 + 2
    assert footer[0].startswith("#142 ascan th -1 1 20 0.1  ━ det")
    assert footer[-2].startswith("#142")
    ending = stage.feed(documents[-1:])
    assert len([line for line in ending if line.startswith("#142 ascan")]) == 1
    assert any("▼ peak" in line for line in ending)
    assert ending[-3].startswith("#142 done")
    assert stage.footer() == []


def test_what_was_chosen_to_be_plotted_comes_first_in_table_plot_and_peaks() -> None:
    stage = Stage(plots="auto", selection=Selection(plotted=("mon",)))
    documents = scan_documents(ROWS)
    shown = stage.feed(documents[:-1])
    assert shown[2].split() == ["point", "th", "mon", "det"]
    assert "det" not in stage.footer()[0]
    ending = stage.feed(documents[-1:])
    assert next(line for line in ending if ": " in line).startswith("mon: ")


def test_columns_that_were_chosen_are_the_only_ones() -> None:
    stage = Stage(selection=Selection(columns=("m*",)))
    assert stage.feed(scan_documents(ROWS))[2].split() == ["point", "th", "mon"]


@pytest.mark.parametrize(
    "options", [{"plots": "off"}, {"plots": "auto", "selection": Selection(plots=False)}]
)
def test_plots_can_be_switched_off(options: dict[str, Any]) -> None:
    stage = Stage(**options)
    shown = stage.feed(scan_documents(ROWS)[:-1])
    assert len(stage.footer()) == 2
    assert not any("┤" in line for line in shown + stage.feed(scan_documents(ROWS)[-1:]))


def test_a_pipe_gets_no_plot() -> None:
    stage = Stage(plots="auto", pipe=True)
    assert not any("┤" in line or "│" in line for line in stage.feed(scan_documents(ROWS)))


def test_a_plot_that_fails_costs_one_line_and_is_off_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(plots="auto")
    documents = scan_documents(ROWS)
    stage.feed(documents[:3])
    run = next(iter(stage.board.plots._panes))

    def fail() -> None:
        raise RuntimeError("no figure\nat all")

    monkeypatch.setattr(stage.board.plots._panes[run].source, "figures", fail)
    stage.later(1.0)
    stage.feed(documents[3:4])
    assert len(stage.footer()) == 2
    warning = "(no plot for the rest of this run: no figure; the data are safe)"
    assert [plain(line) for line in stage.board.plots.warnings()] == [warning]
    assert len(stage.footer()) == 2
    assert stage.board.plots.warnings() == []
    ending = stage.feed(documents[4:])
    assert not any("no plot" in line for line in ending)
    assert any("#142 done" in line for line in ending)


def test_the_highest_value_so_far_is_marked_in_colour_and_only_there() -> None:
    stage = Stage()
    styled = stage.feed_styled(
        scan_documents([(0.0, 5.0, 9.0), (1.0, 7.0, 1.0), (2.0, 6.0, 9.0), (3.0, 8.0, 9.0)])
    )
    rows = [line for line in styled if unstyled([line])[0].startswith("    ") and "deg" not in line]
    assert ["\x1b[1;32m" in row for row in rows] == [False, True, False, True]
    assert "\x1b[1;32m         7\x1b[0m" in rows[1]
    spec = Stage(table_style="spec").feed_styled(scan_documents(ROWS))
    assert not any("\x1b" in plain(line) for line in spec)


def test_a_terminal_that_only_scrolls_gets_the_plot_once_at_the_end() -> None:
    stage = Stage(plots="auto", environ={"TERM": "dumb"})
    documents = scan_documents(ROWS)
    stage.feed(documents[:-1])
    assert len(stage.footer()) == 2
    assert sum("└" in line for line in stage.feed(documents[-1:])) == 1
