"""Plots of callbacks (LivePlot and its like) in the live display."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from bsh.callbacks import BestEffortCallback, LivePlot
from bsh.callbacks.figures import Curve, Figure, LineFigure
from bsh.callbacks.views import register_view, views_of
from bsh.display import LiveDisplay, draw_models_in
from bsh.display.model_views import ModelFigures, TerminalView
from tests.callbacks.documents import scan_documents
from tests.display.terminal import Drawn
from tests.display.test_live import display_on, run, wait_until

ROWS = [(float(i), 100.0 + i, 1.0) for i in range(8)]


class Model:
    """Something of a user's that has a figure."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.values = [1.0, 2.0]

    def figure(self) -> Figure | None:
        self.threads.append(threading.current_thread())
        return LineFigure("mine", "x", "y", [Curve("mine", range(len(self.values)), self.values)])


class Hanging(Model):
    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def figure(self) -> Figure | None:
        self.threads.append(threading.current_thread())
        self.go_on.wait(60)
        return None


class Failing(Model):
    def figure(self) -> Figure | None:
        raise RuntimeError("no figure today")


@pytest.fixture
def screen() -> Drawn:
    return Drawn()


@pytest.fixture
def display(screen: Drawn) -> Iterator[LiveDisplay]:
    made = display_on(screen.file, plots="auto")
    unregister = register_view(made.view_of)
    yield made
    unregister()


def view_of(model: Any) -> TerminalView:
    [view] = views_of(model)
    assert isinstance(view, TerminalView)
    return view


def test_a_live_plot_is_drawn_instead_of_the_plot_that_every_run_has(
    display: LiveDisplay, screen: Drawn
) -> None:
    callback = LivePlot("det", "th")

    def plan() -> None:
        for name, doc in scan_documents(ROWS):
            display(name, doc)
            callback(name, doc)

    run(display, plan)
    lines = screen.look()
    titles = [line for line in lines if "━" in line]
    assert len(titles) == 1
    assert titles[0].startswith("det over th  ━ 142")
    assert sum("┤" in line for line in lines) >= 2


def test_a_view_in_the_footer_is_drawn_while_the_plan_runs_and_never_on_its_thread(
    display: LiveDisplay, screen: Drawn
) -> None:
    model = Model()
    engine: list[threading.Thread] = []

    def plan() -> None:
        engine.append(threading.current_thread())
        view = view_of(model)
        documents = scan_documents(ROWS)
        for name, doc in documents[:5]:
            display(name, doc)
            view.changed()
        display.wake()
        wait_until(lambda: any("mine" in text for text in screen.file.writes))
        for name, doc in documents[5:]:
            display(name, doc)
        model.values.append(3.0)
        view.finished()

    run(display, plan)
    assert not set(model.threads) & set(engine)
    lines = screen.look()
    assert sum(line.startswith("mine  ━ mine") for line in lines) == 1  # none of the live ones is left


def test_a_model_that_hangs_costs_one_line_and_keeps_nobody_waiting(
    display: LiveDisplay, screen: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Hanging()

    def plan() -> None:
        view = view_of(model)
        view.source._patience_s = 0.05
        for name, doc in scan_documents(ROWS):
            display(name, doc)
            view.changed()
            display.wake()
        wait_until(lambda: any("no plot" in text for text in screen.file.writes) or not display._queue)
        view.finished()

    run(display, plan)
    model.go_on.set()
    lines = screen.look()
    assert (
        sum("(no plot for the rest of this run: Hanging has not made its figure" in line for line in lines)
        == 1
    )
    assert any(line.startswith("#142 done · 8 points") for line in lines)


def test_a_model_that_fails_costs_one_line(display: LiveDisplay, screen: Drawn) -> None:
    def plan() -> None:
        view = view_of(Failing())
        for name, doc in scan_documents(ROWS):
            display(name, doc)
            view.changed()
            display.wake()
        view.finished()

    run(display, plan)
    assert sum("no figure today" in line for line in screen.look()) == 1


def test_without_a_plan_a_finished_view_is_drawn_at_once(display: LiveDisplay, screen: Drawn) -> None:
    view = view_of(Model())
    view.changed()
    view.finished()
    assert screen.look()[0].startswith("mine  ━ mine")


def test_a_view_that_finishes_on_another_thread_waits_for_the_next_plan(
    display: LiveDisplay, screen: Drawn
) -> None:
    view = view_of(Model())
    thread = threading.Thread(target=view.finished)
    thread.start()
    thread.join()
    assert screen.look() == []
    run(display, lambda: None)
    assert screen.look()[0].startswith("mine")


def test_a_pipe_gets_no_plots_of_callbacks() -> None:
    file = StringIO()
    display = display_on(file, plots="auto")
    unregister = register_view(display.view_of)
    try:
        view = view_of(Model())
        view.finished()
    finally:
        unregister()
    assert file.getvalue() == ""


def test_where_plots_are_off_there_are_no_views() -> None:
    display = display_on(StringIO(), plots="off")
    assert display.view_of(Model()) is None
    assert display_on(StringIO(), plots="auto").view_of("no model") is None


def test_all_plots_of_a_model_that_has_several_are_drawn(display: LiveDisplay, screen: Drawn) -> None:
    callback = BestEffortCallback(table_enabled=False)
    callback.disable_heading()

    def plan() -> None:
        for name, doc in scan_documents(ROWS):
            display(name, doc)
            callback(name, doc)

    run(display, plan)
    titles = [line.split("  ")[0] for line in screen.look() if "━" in line]
    assert titles == ["det over th", "mon over th"]


def test_the_last_figure_has_everything_even_if_an_older_one_was_being_made() -> None:
    model = Model()
    figures = ModelFigures(model)
    figures.points = 1
    figures.figures()
    model.values.append(9.0)
    figures.points = 2
    figures.is_final = True
    [figure] = figures.figures()
    assert isinstance(figure, LineFigure)
    assert list(figure.curves[0].y) == [1.0, 2.0, 9.0]


def test_the_last_display_of_a_process_draws_and_no_other() -> None:
    first, second = (display_on(StringIO(), plots="auto") for _ in range(2))
    before = len(views_of(Model()))
    end_first, end_second = draw_models_in(first), draw_models_in(second)
    try:
        end_first()  # another one has taken over
        assert len(views_of(Model())) <= before + 1
        assert views_of(Model())[-1]._listener is second  # type: ignore[attr-defined]
        end_third = draw_models_in(display_on(StringIO(), plots="auto"))
        assert all(view._listener is not second for view in views_of(Model()))  # type: ignore[attr-defined]
        end_third()
    finally:
        end_second()
    assert all(view._listener is not second for view in views_of(Model()))  # type: ignore[attr-defined]
