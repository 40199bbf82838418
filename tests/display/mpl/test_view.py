import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from io import StringIO
from typing import Any

import matplotlib
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot

from bsh.callbacks import BestEffortCallback, LivePlot
from bsh.display.mpl import (
    DefaultDuringTask,
    MatplotlibView,
    QtAwareCallback,
    draw_waiting_views,
    initialize_qt_teleporter,
    install,
    serve_windows,
    view_of,
)
from tests.callbacks.documents import event_doc, scan_documents, start_doc
from tests.display.test_live import display_on

ROWS = [(float(i), float(i * i), 1.0) for i in range(6)]


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    pyplot.close("all")


def feed(callback: Any, documents: Any) -> None:
    for name, doc in documents:
        callback(name, doc)


def test_callbacks_draw_in_windows_of_their_own_once_that_is_asked_for() -> None:
    uninstall = install()
    try:
        feed(LivePlot("det", "th"), scan_documents(ROWS))
    finally:
        uninstall()
    [number] = pyplot.get_fignums()
    [line] = pyplot.figure(number).axes[0].lines
    assert len(line.get_xdata()) == 6
    feed(LivePlot("mon", "th"), scan_documents(ROWS))
    assert pyplot.get_fignums() == [number]


def test_a_window_is_used_again_by_the_next_run_of_its_kind() -> None:
    uninstall = install()
    try:
        bec = BestEffortCallback(table_enabled=False)
        for _ in range(3):
            feed(bec, scan_documents(ROWS))
    finally:
        uninstall()
    assert len(pyplot.get_fignums()) == 1


def test_a_model_has_one_view_and_what_has_no_figure_none() -> None:
    plot = LivePlot("det", "th")
    assert view_of(plot) is view_of(plot)
    assert view_of(object()) is None


def test_a_model_that_nobody_wants_any_more_is_not_kept() -> None:
    plot = LivePlot("det", ax=pyplot.figure("short").add_subplot())
    feed(plot, scan_documents(ROWS))
    gone = weakref.ref(plot)
    del plot
    gc.collect()
    assert gone() is None


def test_a_plot_is_drawn_ten_times_a_second_and_once_more_at_the_end() -> None:
    now = [0.0]
    made = []

    class Counted(LivePlot):
        def figure(self) -> Any:
            made.append(now[0])
            return super().figure()

    plot = Counted("det", "th")
    view = MatplotlibView(plot, clock=lambda: now[0])
    plot("start", start_doc())
    for n in range(1, 101):
        plot("event", event_doc(n, {"th": n, "det": n}))
        now[0] = n * 0.01
        view.changed()
    assert len(made) == 10
    view.finished()
    assert len(made) == 11


def test_a_plot_without_points_is_no_error() -> None:
    view = MatplotlibView(LivePlot("det", "th"))
    view.changed()
    view.finished()
    assert view.mpl_figure is None


def test_what_another_thread_may_not_draw_waits_for_the_main_thread() -> None:
    plot = LivePlot("det", "th")
    feed(plot, scan_documents(ROWS))
    view = MatplotlibView(plot)
    view.changed()
    canvas = view.mpl_figure.canvas
    drawn = []
    canvas.required_interactive_framework = "wx"
    canvas.draw_idle = lambda: drawn.append(threading.current_thread())
    thread = threading.Thread(target=view.finished)
    thread.start()
    thread.join()
    assert drawn == []
    draw_waiting_views()
    assert drawn == [threading.main_thread()]


def test_a_plot_that_fails_on_the_main_thread_is_left_out_with_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    plot = LivePlot("det", "th")
    feed(plot, scan_documents(ROWS))
    view = MatplotlibView(plot)
    view.changed()
    canvas = view.mpl_figure.canvas
    canvas.required_interactive_framework = "wx"
    canvas.draw_idle = lambda: 1 / 0
    for _ in range(2):
        thread = threading.Thread(target=view.finished)
        thread.start()
        thread.join()
        draw_waiting_views()
    assert len([record for record in caplog.records if "left out" in record.getMessage()]) == 1


def test_the_main_thread_draws_while_a_plan_runs_and_prints_what_the_engine_says() -> None:
    lines: list[str] = []
    done = threading.Event()
    task = DefaultDuringTask(write=lines.append, read=lambda prompt: f"answer to {prompt}")
    plot = LivePlot("det", "th")
    feed(plot, scan_documents(ROWS))
    view = MatplotlibView(plot)
    view.changed()
    drawn = threading.Event()
    view.mpl_figure.canvas.required_interactive_framework = "wx"
    view.mpl_figure.canvas.draw_idle = drawn.set
    answers = []

    def engine() -> None:
        view.finished()
        answers.append(task.ask("sure?").result(30))
        drawn.wait(30)
        done.set()
        task.wake()

    thread = threading.Thread(target=engine)
    thread.start()
    task.block(done)
    thread.join()
    assert drawn.is_set()
    assert answers == ["answer to sure?"]


def test_the_live_display_draws_in_windows_too_and_lets_them_answer() -> None:
    plot = LivePlot("det", "th")
    feed(plot, scan_documents(ROWS))
    view = MatplotlibView(plot)
    view.changed()
    drawn, served = threading.Event(), threading.Event()
    threads = set()
    canvas = view.mpl_figure.canvas
    canvas.required_interactive_framework = "wx"
    canvas.draw_idle = drawn.set
    canvas.flush_events = lambda: (threads.add(threading.current_thread()), served.set())
    done = threading.Event()

    def engine() -> None:
        view.finished()
        drawn.wait(30)
        served.wait(30)
        done.set()

    thread = threading.Thread(target=engine)
    thread.start()
    display_on(StringIO()).block(done)
    thread.join()
    assert drawn.is_set()
    assert threads == {threading.main_thread()}


def test_windows_that_fail_cost_one_warning_and_no_plan(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bsh.display.mpl import view

    monkeypatch.setattr(view, "_windows_have_failed", False)
    canvas = pyplot.figure("gone").canvas
    canvas.required_interactive_framework = "wx"  # type: ignore[misc]  # as if it were a window
    canvas.flush_events = lambda: 1 / 0  # type: ignore[method-assign]
    for _ in range(3):
        serve_windows()
    assert len([record for record in caplog.records if "stand still" in record.getMessage()]) == 1


def test_figures_of_a_notebook_are_redrawn_when_they_are_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = pyplot.figure("in a notebook")
    figure.canvas.draw()
    monkeypatch.setattr(matplotlib, "get_backend", lambda: "module://ipympl.backend_nbagg")
    drawn, done = threading.Event(), threading.Event()
    figure.canvas.draw = drawn.set

    def engine() -> None:
        figure.stale = True
        drawn.wait(30)
        done.set()

    thread = threading.Thread(target=engine)
    thread.start()
    DefaultDuringTask().block(done)
    thread.join()
    assert drawn.is_set()


def test_the_engine_runs_plans_with_this_task() -> None:
    from bsh.devices.sim import SimDetector
    from bsh.engine import RunEngine
    from bsh.plans import count

    engine = RunEngine(during_task=DefaultDuringTask())
    ax = pyplot.figure("a count").add_subplot()
    engine(count([SimDetector("det")], 3), LivePlot("det", ax=ax))
    assert len(ax.lines[0].get_xdata()) == 3


def test_nothing_of_matplotlib_is_imported_for_the_task_alone() -> None:
    code = """
import sys, threading
from bsh.display.mpl import DefaultDuringTask, install
done = threading.Event()
done.set()
DefaultDuringTask().block(done)
install()
assert not {"matplotlib", "PyQt5", "PyQt6", "PySide6", "tkinter"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_qt_aware_callback_is_an_ordinary_one_without_qt() -> None:
    class Names(QtAwareCallback):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.seen: list[str] = []

        def start(self, doc: dict[str, Any]) -> None:
            self.seen.append(threading.current_thread().name)

    names = Names()
    names("start", start_doc())
    names("start", start_doc(), escape=True)
    assert names.seen == [threading.main_thread().name] * 2


def test_the_teleporter_can_only_be_made_on_the_main_thread() -> None:
    errors = []

    def make() -> None:
        try:
            initialize_qt_teleporter()
        except RuntimeError as error:
            errors.append(str(error))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    assert errors == ["initialize_qt_teleporter() must be called on the main thread."]
