"""plot, cols and plotselect."""

import json

import pytest

from bsh.callbacks.figures import GridFigure, LineFigure
from bsh.commands.selection import selection_of
from bsh.errors import CommandError, RunNotFound, UsageError
from bsh.session import Session


@pytest.fixture
def scanned(session):
    for name in ("th", "samx", "samy"):
        session.devices[name].velocity.put(0.0)  # it takes no time
    session.run("ascan th -0.2 0.2 4 0.01")
    session.run("ascan samx 0 1 2 0.01")
    session.run("RE(bp.grid_scan([det], samx, 0, 1, 3, samy, 0, 1, 4, snake_axes=True))")
    session.run("ascan th -0.1 0.1 4 0.01")
    return session


def curves(report):
    [figure] = report.figures
    assert isinstance(figure, LineFigure)
    return [curve.label for curve in figure.curves]


def test_plot_shows_the_last_scan(run, scanned):
    report = run("plot")
    assert report.figures[0].title == "#4 ascan th -0.1 0.1 4 0.01"
    assert curves(report) == ["det", "mon"]
    assert [round(x, 3) for x in report.figures[0].curves[0].x] == [-0.1, -0.05, 0.0, 0.05, 0.1]


def test_plot_takes_numbers_from_the_start_and_from_the_end(run, scanned):
    assert run("plot 2").figures[0].x_label == "samx (mm)"
    assert run("plot -1").figures[0].title.startswith("#4")
    assert run("plot -3").figures[0].title.startswith("#2")
    session_run = scanned.run("plot(2)")
    assert session_run is None or session_run.figures[0].title.startswith("#2")


def test_several_scans_lie_on_top_of_each_other(run, scanned):
    report = run("plot 1 4")
    assert curves(report) == ["#1 det", "#4 det"]
    assert report.notes == ()
    assert curves(run("plot 1 4 det mon")) == ["#1 det", "#1 mon", "#4 det", "#4 mon"]
    assert "different axes: th (deg), samx (mm)" in run("plot 1:2").notes[0]


def test_any_column_can_be_plotted_along_any_other(run, scanned):
    assert curves(run("plot 1 mon")) == ["mon"]
    report = run("plot -x th_setpoint 1 det")
    assert report.figures[0].x_label == "th_setpoint (deg)"
    assert run("plot -l 1").figures[0].log_y


def test_a_grid_is_a_map(run, scanned):
    [figure] = run("plot 3").figures
    assert isinstance(figure, GridFigure)
    assert figure.values.shape == (3, 4)
    assert len(run("plot 1 3").figures) == 2


def test_what_is_not_there_is_named_with_the_nearest(run, scanned, session):
    with pytest.raises(CommandError, match="scan #1 has no column dett") as caught:
        run("plot 1 dett")
    assert "det" in caught.value.hint
    with pytest.raises(CommandError, match="scan #1 has no column x") as caught:
        run("plot x 1")
    assert caught.value.hint.startswith("its columns: ")
    with pytest.raises(RunNotFound):
        run("plot 99")
    with pytest.raises(UsageError, match="too many"):
        run("plot 1:500")


def test_a_plot_before_the_first_scan_says_so(run):
    with pytest.raises(RunNotFound):
        run("plot")


def test_a_plot_in_words(run, scanned):
    lines = run("plot 1").plain().splitlines()
    assert lines[0] == "#1 ascan th -0.2 0.2 4 0.01"
    assert lines[1].startswith("  det: 5 points, ")
    assert "map, 12 points" in run("plot 3").plain()


def test_columns_are_chosen_and_remembered(run, session, tmp_path):
    assert run("cols det m*").plain() == "columns: det m*"
    assert selection_of(session).columns == ("det", "m*")
    assert json.loads((session.folder / "selection.json").read_text())["columns"] == ["det", "m*"]
    session.close()
    with Session.from_profile("sim", home=tmp_path) as later:
        assert selection_of(later).columns == ("det", "m*")
        later.show = lambda report: None
        later.run("cols all")
        assert selection_of(later).columns == ()


def test_cols_alone_lists_what_can_be_chosen(run, scanned):
    lines = run("cols").plain().splitlines()
    assert lines[0] == "columns: all that fit, the active ones first"
    assert "th_setpoint" in lines[1].split()


def test_counters_of_plots_are_chosen(run, session):
    assert run("plotselect").plain() == "plotted: det mon (the active counters); linear axis"
    assert run("plotselect mon --log").plain() == "plotted: mon; logarithmic axis"
    assert (
        run("plotselect --linear --off").plain()
        == "plotted: mon; linear axis; plots are off (plotselect --on)"
    )
    assert run("plotselect all --on").plain() == "plotted: det mon (the active counters); linear axis"


def test_the_chosen_counter_is_plotted(run, scanned):
    run("plotselect mon")
    assert curves(run("plot 1")) == ["mon"]
    assert curves(run("plot 1 det")) == ["det"]


@pytest.mark.parametrize("line", ["plotselect dett", "cols dett"])
def test_a_counter_that_nobody_has_is_refused(run, session, line):
    with pytest.raises(UsageError, match="unknown counter dett") as caught:
        run(line)
    assert caught.value.hint == "did you mean det?"
    assert selection_of(session).plotted == selection_of(session).columns == ()


def test_opposite_options_are_refused(run):
    with pytest.raises(UsageError, match="opposite"):
        run("plotselect --on --off")


def test_a_damaged_file_of_choices_is_no_choice(session):
    file = session.folder / "selection.json"
    for text in ("{", "[]", '{"columns": 5, "plots": "no", "plotted": [1, "det"]}'):
        file.write_text(text)
        chosen = type(selection_of(session)).load(file)
        assert chosen.columns == ()
        assert chosen.plots
