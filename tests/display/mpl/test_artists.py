from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib.figure import Figure as MplFigure

from bsh.callbacks import (
    BestEffortCallback,
    Curve,
    GridFigure,
    LineFigure,
    LiveFit,
    LiveFitPlot,
    LiveGrid,
    LivePlot,
    LiveScatter,
    PeakStats,
    plot_peak_stats,
)
from tests.callbacks.documents import descriptor_doc, event_doc, number, scan_documents, start_doc, stop_doc

X = np.linspace(-1, 1, 21)
PEAK = [(float(x), float(1000 * np.exp(-((x - 0.2) ** 2) / 0.02) + 50), float(i)) for i, x in enumerate(X)]


@pytest.fixture
def ax() -> Any:
    return MplFigure().add_subplot()


def feed(callback: Any, documents: Any) -> None:
    for name, doc in documents:
        callback(name, doc)


def test_a_live_plot_is_drawn_into_the_axes_given(ax: Any) -> None:
    feed(LivePlot("det", "th", ax=ax, marker="x", color="red", ylim=(0, 2000)), scan_documents(PEAK))
    [line] = ax.lines
    assert np.allclose(line.get_xdata(), X)
    assert np.allclose(line.get_ydata(), [row[1] for row in PEAK])
    assert (line.get_marker(), line.get_color()) == ("x", "red")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("th (deg)", "det (counts)")
    assert ax.get_ylim() == (0, 2000)
    [text] = ax.get_legend().get_texts()
    assert text.get_text() == "142"
    assert ax.get_legend().get_draggable()
    ax.figure.canvas.draw()


def test_runs_that_follow_add_lines_to_the_same_axes(ax: Any) -> None:
    plot = LivePlot("det", "th", ax=ax)
    feed(plot, scan_documents(PEAK))
    feed(plot, scan_documents(PEAK[:5]))
    assert [len(line.get_xdata()) for line in ax.lines] == [21, 5]


def test_several_plots_share_axes_without_harm(ax: Any) -> None:
    plots = [LivePlot("det", "th", ax=ax), LivePlot("mon", "th", ax=ax)]
    for name, doc in scan_documents(PEAK):
        for plot in plots:
            plot(name, doc)
    assert len(ax.lines) == 2


def test_a_mesh_is_an_image_with_its_cells_around_their_positions(ax: Any) -> None:
    grid = LiveGrid(
        (2, 3), "det", ax=ax, extent=(-0.5, 2.5, 9.5, 11.5), clim=(0, 9), cmap="gray", aspect="auto",
        x_positive="left", y_positive="down", xlabel="x", ylabel="y", title="sample",
    )  # fmt: skip
    documents = [("start", start_doc()), ("descriptor", descriptor_doc({"det": number("det")}))]
    documents += [("event", event_doc(n, {"det": n})) for n in (1, 2, 3, 4)]
    feed(grid, [*documents, ("stop", stop_doc(0.0))])
    [image] = ax.images
    assert image.get_extent() == pytest.approx([-0.5, 2.5, 9.5, 11.5])
    assert np.array_equal(image.get_array().filled(-1), [[1, 2, 3], [4, -1, -1]])
    assert image.get_clim() == (0, 9)
    assert image.cmap.name == "gray"
    assert ax.get_xlim() == (2.5, -0.5)
    assert ax.get_ylim() == (11.5, 9.5)
    assert (ax.get_title(), ax.get_xlabel()) == ("sample", "x")
    ax.figure.canvas.draw()


def test_the_colours_of_a_mesh_follow_the_data(ax: Any) -> None:
    from bsh.display.mpl.artists import GridArtists

    artists = GridArtists(ax, {})
    for values, limits in (([[1.0, 5.0]], (1, 5)), ([[7.0, 5.0]], (5, 7)), ([[np.nan, np.nan]], (5, 7))):
        artists.show(GridFigure("", "", "", "", values, (0, 1, 3, 3)))
        assert artists.ax.images[0].get_clim() == limits
    assert ax.images[0].get_extent() == pytest.approx([-0.5, 1.5, 2.5, 3.5])  # one step is one wide


def test_scattered_points_grow_and_the_axes_with_them(ax: Any) -> None:
    scatter = LiveScatter("th", "mon", "det", ax=ax)
    feed(scatter, scan_documents(PEAK))
    [points] = ax.collections
    assert len(points.get_offsets()) == 21
    assert points.get_clim() == pytest.approx((50, 1050))
    left, right = ax.get_xlim()
    assert left < -1
    assert right > 1


def test_the_planned_range_is_set_once_so_that_a_zoom_stays_and_given_up_at_the_end(ax: Any) -> None:
    from bsh.display.mpl.artists import LineArtists

    artists = LineArtists(ax, {})
    figure = LineFigure("", "", "", [Curve("", [0.0, 1.0], [0.0, 1.0])], x_limits=(0.0, 10.0))
    artists.show(figure)
    assert ax.get_xlim() == (0, 10)
    ax.set_xlim(2, 3)
    artists.show(figure)
    assert ax.get_xlim() == (2, 3)
    artists.show(replace(figure, x_limits=None))
    assert ax.get_xlim() == pytest.approx((-0.05, 1.05))


def test_a_fit_is_drawn_beside_its_points(ax: Any) -> None:
    fit = LiveFit("gaussian", "det", {"x": "th"}, {"center": 0.1}, update_every=None)
    feed(LiveFitPlot(fit, ax=ax, ylim=(0, 2000), xlim=(-2, 2)), scan_documents(PEAK))
    fitted, guess = ax.lines
    assert (fitted.get_label(), guess.get_label(), guess.get_linestyle()) == ("fit", "first guess", "--")
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (0, 2000))


def test_peak_statistics_are_marked_and_the_marks_can_be_hidden(ax: Any) -> None:
    from matplotlib.backend_bases import KeyEvent

    stats = PeakStats("th", "det")
    feed(stats, scan_documents(PEAK))
    plot_peak_stats(stats, ax)
    texts = [text for text in ax.texts if text.get_text()]
    assert {text.get_text().split()[0] for text in texts} == {"peak", "cen", "com", "fwhm"}
    for is_visible in (False, True):
        canvas = ax.figure.canvas
        canvas.callbacks.process("key_press_event", KeyEvent("key_press_event", canvas, "P"))
        assert {text.get_visible() for text in texts} == {is_visible}
    ax.figure.canvas.draw()


def test_the_best_effort_callback_lays_its_plots_out_in_one_figure() -> None:
    figures: dict[str, Any] = {}

    def make(name: str) -> Any:
        return figures.setdefault(name, MplFigure())

    bec = BestEffortCallback(fig_factory=make, table_enabled=False)
    for _ in range(2):
        feed(bec, scan_documents(PEAK))
    [figure] = figures.values()
    plots = figure.axes
    assert [ax.get_ylabel() for ax in plots] == ["det", "mon"]
    assert [sum(len(line.get_xdata()) == 21 for line in ax.lines) for ax in plots] == [2, 2]
    figure.canvas.draw()


def test_a_mesh_of_many_counters_has_a_grid_of_images() -> None:
    keys = {name: number(name) for name in ("y", "x", "a", "b", "c", "d", "e")}
    start = start_doc(
        hints={"dimensions": [[["y"], "primary"], [["x"], "primary"]], "gridding": "rectilinear"},
        shape=(2, 2),
        extents=([0, 1], [0, 1]),
        snaking=(False, False),
    )
    documents = [("start", start), ("descriptor", descriptor_doc(keys))]
    for n, (y, x) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)], 1):
        documents.append(("event", event_doc(n, {**dict.fromkeys("abcde", n), "y": y, "x": x})))
    figure = MplFigure()
    feed(BestEffortCallback(fig_factory=lambda name: figure), [*documents, ("stop", stop_doc(0.0))])
    assert sum(len(ax.images) for ax in figure.axes) == 5
    assert figure.axes[0].images[0].get_extent() == pytest.approx([-0.5, 1.5, -0.5, 1.5])


def test_labels_too_large_for_the_window_do_not_lose_the_plot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", "1")

    class Tiny(MplFigure):
        def tight_layout(self, *args: Any, **kwargs: Any) -> None:
            raise ValueError("too small")

    figure = Tiny()
    feed(BestEffortCallback(fig_factory=lambda name: figure), scan_documents(PEAK))
    assert figure.axes
