from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bsh.callbacks import (
    BestEffortCallback,
    GridFigure,
    LivePlotPlusPeaks,
    PeakResults,
    PeakStats,
    ScatterFigure,
    hinted_fields,
)
from tests.callbacks.documents import (
    START_TIME,
    descriptor_doc,
    event_doc,
    number,
    scan_documents,
    start_doc,
    stop_doc,
)
from tests.callbacks.views import SeenView, seen_views

X = np.linspace(-1, 1, 21)
PEAK = [(float(x), float(1000 * np.exp(-((x - 0.2) ** 2) / 0.02) + 50), 1.0) for x in X]


class AllFigures(SeenView):
    def changed(self) -> None:
        self.figures.append(self.model.figures())


def shown(bec: BestEffortCallback, documents: Any) -> list[Any]:
    """The last figures of the run."""
    with seen_views(AllFigures) as views:
        for name, doc in documents:
            bec(name, doc)
    return views[-1].figures[-1] if views and views[-1].figures else []


def with_baseline(documents: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    keys = {"temperature": number("temperature", units="K", precision=2)}
    describe = ("descriptor", descriptor_doc(keys, uid="base", name="baseline"))
    before = ("event", event_doc(1, {"temperature": 300.0}, descriptor="base"))
    after = ("event", event_doc(2, {"temperature": 301.5}, descriptor="base"))
    return [documents[0], describe, before, *documents[1:-1], after, documents[-1]]


def test_a_run_is_shown_from_its_heading_to_its_peaks(capsys: pytest.CaptureFixture[str]) -> None:
    bec = BestEffortCallback()
    for name, doc in with_baseline(scan_documents(PEAK)):
        bec(name, doc)
    lines = capsys.readouterr().out.splitlines()
    assert "Transient Scan ID: 142     Time: 20" in lines[2]
    assert lines[3] == "Persistent Unique Scan ID: 'run-a'"
    assert lines.index("New stream: 'baseline'") < lines.index("Start-of-run baseline readings:")
    assert lines.index("Start-of-run baseline readings:") < lines.index("New stream: 'primary'")
    assert "|                    temperature | 300.00 K                       |" in lines
    assert "|                    temperature | 301.50 K                       |" in lines
    assert "|   seq_num |       time |         th |        det |        mon |" in lines
    assert sum(line.startswith("|") and "0.2" in line for line in lines) >= 1
    assert lines.index("End-of-run baseline readings:") > lines.index("ascan ['run-a'] (scan num: 142)")
    assert any(line.startswith("det: peak 1050 @ 0.2, cen 0.2") for line in lines)
    assert "mon: max 1 @ -1, no peak" in lines


def test_the_heading_tells_the_date_in_the_order_of_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import datetime

    BestEffortCallback()("start", start_doc())
    assert f"{datetime.fromtimestamp(START_TIME):%Y-%m-%d %H:%M:%S}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("facet", "text"),
    [
        ("heading", "Transient Scan ID"),
        ("heading", "New stream"),
        ("table", "seq_num"),
        ("baseline", "baseline readings"),
    ],
)
def test_each_part_can_be_switched_off_and_on(
    facet: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bec = BestEffortCallback()
    for switch, is_there in (("disable", False), ("enable", True)):
        getattr(bec, f"{switch}_{facet}")()
        shown(bec, with_baseline(scan_documents(PEAK)))
        assert (text in capsys.readouterr().out) == is_there


def test_plots_can_be_switched_off_and_peaks_are_still_found() -> None:
    bec = BestEffortCallback()
    bec.disable_plots()
    assert shown(bec, scan_documents(PEAK)) == []
    assert bec.peaks.cen["det"] == pytest.approx(0.2)
    bec.enable_plots()
    assert len(shown(bec, scan_documents(PEAK))) == 2


def test_everything_can_be_switched_off_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    bec = BestEffortCallback()
    bec.disable()
    assert shown(bec, with_baseline(scan_documents(PEAK))) == []
    assert capsys.readouterr().out == ""
    bec.enable()
    assert len(shown(bec, with_baseline(scan_documents(PEAK)))) == 2


def test_the_table_can_be_left_out_from_the_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    shown(BestEffortCallback(table_enabled=False, use_teleporter=False), scan_documents(PEAK))
    assert "seq_num" not in capsys.readouterr().out


def test_each_counter_has_a_plot_and_runs_are_plotted_over_each_other() -> None:
    bec = BestEffortCallback()
    first = shown(bec, scan_documents(PEAK))
    assert [(figure.y_label, figure.x_label, len(figure.curves)) for figure in first] == [
        ("det", "th (deg)", 1),
        ("mon", "th (deg)", 1),
    ]
    assert {marker.name for marker in first[0].markers} == {"peak", "cen", "com", "fwhm"}
    second = shown(bec, scan_documents(PEAK, uid="run-b", scan_id=143)[:1] + scan_documents(PEAK[:4])[1:-1])
    assert second == []  # the descriptor belongs to another run
    second = shown(bec, scan_documents(PEAK))
    assert [len(figure.curves) for figure in second] == [2, 2]
    bec.overplot = False
    assert [len(figure.curves) for figure in shown(bec, scan_documents(PEAK))] == [1, 1]


def test_a_view_that_asks_after_the_end_gets_the_line_of_the_run_once() -> None:
    bec = BestEffortCallback()
    with seen_views() as views:
        for name, doc in scan_documents(PEAK):
            bec(name, doc)
    [view] = views
    assert [len(figure.curves) for figure in view.model.figures()] == [1, 1]


def test_old_lines_can_be_pruned() -> None:
    class Signal:
        name = "th"

    bec = BestEffortCallback()
    for _ in range(4):
        shown(bec, scan_documents(PEAK))
    bec.plot_prune_fifo(1, Signal(), "det")
    det, mon = shown(bec, scan_documents(PEAK))
    assert (len(det.curves), len(mon.curves)) == (2, 5)
    with pytest.raises(ValueError, match="num_lines must be 0 or more, not -1"):
        bec.plot_prune_fifo(-1, Signal(), "det")


def test_streams_can_be_kept_from_plots() -> None:
    bec = BestEffortCallback()
    bec.noplot_streams.append("primary")
    assert shown(bec, scan_documents(PEAK)) == []


def test_runs_of_one_point_are_plotted_only_on_demand() -> None:
    bec = BestEffortCallback()
    assert shown(bec, scan_documents(PEAK[:1])) == []
    bec.omit_single_point_plot = False
    assert len(shown(bec, scan_documents(PEAK[:1]))) == 2


def test_peaks_are_found_by_statistic_and_counter() -> None:
    bec = BestEffortCallback(calc_derivative_and_stats=True)
    shown(bec, scan_documents(PEAK))
    peaks = bec.peaks
    assert peaks.com["det"] == pytest.approx(0.2, abs=0.002)
    assert peaks["cen"]["det"] == pytest.approx(0.2, abs=0.002)
    assert peaks.max["det"] == pytest.approx((0.2, 1050.0))
    assert peaks.min["mon"][1] == 1.0
    assert peaks["fwhm"]["det"] == pytest.approx(0.2355, rel=0.05)
    assert peaks.verdict == {"det": "peak", "mon": "none"}
    assert peaks.derivative["det"].max[0] == pytest.approx(0.1, abs=0.06)
    assert "com" in peaks
    assert "com={'det'" in repr(peaks)
    with pytest.raises(KeyError, match="'nnls' is not one of com"):
        peaks["nnls"]


def test_peaks_are_taken_from_statistics_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    stats, empty = PeakStats("th", "det", edge_count=3), PeakStats("th", "mon")
    for name, doc in scan_documents(PEAK):
        stats(name, doc)
    peaks = PeakResults()
    peaks.update({"det": stats, "mon": empty})
    assert peaks.max == {"det": stats.max}
    assert peaks.verdict == {"det": "peak"}


def test_a_scan_that_was_stopped_has_its_peak_and_one_that_ended_early_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bec = BestEffortCallback()
    documents = scan_documents(PEAK[:16])[:-1]
    for name, doc in [*documents, ("stop", stop_doc(0.0, exit_status="abort"))]:
        bec(name, doc)
    assert bec.peaks.cen["det"] == pytest.approx(0.2, abs=0.002)
    for name, doc in [*scan_documents(PEAK[:11])[:-1], ("stop", stop_doc(0.0, exit_status="abort"))]:
        bec(name, doc)
    assert bec.peaks.verdict["det"] == "edge"
    assert "no whole peak in this range" in capsys.readouterr().out


def test_peaks_are_forgotten_when_the_next_run_has_none() -> None:
    bec = BestEffortCallback()
    shown(bec, scan_documents(PEAK))
    shown(bec, [("start", start_doc()), ("stop", stop_doc(0.0))])
    assert (bec.peaks.cen, bec.peaks.stats) == ({}, {})


def test_a_mesh_becomes_a_grid_and_other_planes_scattered_points() -> None:
    keys = {"x": number("x"), "y": number("y"), "det": number("det")}

    def run(gridding: str | None) -> list[Any]:
        hints: dict[str, Any] = {"dimensions": [[["y"], "primary"], [["x"], "primary"]]}
        if gridding is not None:
            hints["gridding"] = gridding
        start = start_doc(hints=hints, shape=(2, 2), extents=([0, 1], [0, 1]), snaking=(False, False))
        documents = [("start", start), ("descriptor", descriptor_doc(keys))]
        places = [(0, 0), (0, 1), (1, 0), (1, 1)]
        for n, (y, x) in enumerate(places, 1):
            documents.append(("event", event_doc(n, {"x": x, "y": y, "det": n})))
        return shown(BestEffortCallback(), [*documents, ("stop", stop_doc(0.0))])

    assert [type(figure) for figure in run("rectilinear")] == [GridFigure]
    assert [type(figure) for figure in run(None)] == [ScatterFigure]


@pytest.mark.parametrize("hints", [None, {}, {"dimensions": [[["time"], "primary"]]}])
@pytest.mark.parametrize("keys", [{}, {"det": number("det")}])
def test_no_hints_and_no_detectors_are_no_error(
    hints: Any, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", "1")
    documents: list[Any] = [("start", {"uid": "run-a", "time": START_TIME, "hints": hints})]
    documents.append(("descriptor", {**descriptor_doc(keys), "hints": {}}))
    documents += [("event", event_doc(n, dict.fromkeys(keys, n))) for n in (1, 2)]
    documents.append(("stop", stop_doc(0.0)))
    assert len(shown(BestEffortCallback(), documents)) == len(keys)


def test_counters_that_are_no_numbers_are_named_and_left_out() -> None:
    keys = {"th": number("th"), "state": {"dtype": "string", "shape": [], "source": ""}, "det": number("det")}
    start = start_doc(hints={"dimensions": [[["th"], "primary"]]})
    bec = BestEffortCallback()
    bec("start", start)
    with pytest.warns(UserWarning, match="state is not plotted: its values are of dtype 'string'"):
        bec("descriptor", descriptor_doc(keys))
    figures = shown(
        bec,
        [("event", event_doc(n, {"th": n, "state": "open", "det": n})) for n in (1, 2)],
    )
    assert figures == []  # the views were asked for before
    assert [figure.y_label for figure in bec._plots["primary"].figures()] == ["det"]


def test_a_run_that_begins_while_another_is_open_is_the_one_that_is_shown() -> None:
    bec = BestEffortCallback()
    bec.disable_heading()
    other = scan_documents(PEAK, uid="run-b")
    events = [
        ("start", scan_documents(PEAK)[0][1]),
        ("descriptor", descriptor_doc()),
        ("event", event_doc(1, {"th": 0.0, "det": 5.0, "mon": 1.0})),
        ("start", other[0][1]),
        ("descriptor", descriptor_doc(run="run-b", uid="desc-b")),
        ("event", event_doc(1, {"th": 7.0, "det": 5.0, "mon": 1.0}, descriptor="desc-b")),
        ("event", event_doc(2, {"th": 0.1, "det": 6.0, "mon": 1.0})),
        ("stop", stop_doc(0.0)),
        ("event", event_doc(2, {"th": 8.0, "det": 5.0, "mon": 1.0}, descriptor="desc-b")),
        ("stop", stop_doc(0.0, run="run-b")),
    ]
    figures = shown(bec, events)
    assert list(figures[0].curves[-1].x) == [7.0, 8.0]


def test_monitors_are_announced_and_not_plotted(capsys: pytest.CaptureFixture[str]) -> None:
    documents = scan_documents(PEAK)
    keys = {"current": number("current")}
    documents.insert(1, ("descriptor", descriptor_doc(keys, uid="mon", name="ring_monitor")))
    documents.insert(2, ("event", event_doc(1, {"current": 100.0}, descriptor="mon")))
    figures = shown(BestEffortCallback(), documents)
    assert "New stream: 'ring_monitor'" in capsys.readouterr().out
    assert len(figures) == 2


def test_hints_of_all_devices_are_listed() -> None:
    assert hinted_fields({"hints": {"a": {"fields": ["x", "y"]}, "b": {}, "c": None}}) == ["x", "y"]
    assert hinted_fields({}) == []


def test_a_plot_with_peaks_marks_what_the_results_say() -> None:
    from bsh.callbacks import peak_statistics

    peaks = PeakResults()
    plot = LivePlotPlusPeaks("det", "th", peak_results=peaks)
    for name, doc in scan_documents(PEAK):
        plot(name, doc)
    assert plot.figure().markers == []
    peaks.update({"det": peak_statistics(X, [row[1] for row in PEAK])})
    assert {marker.name for marker in plot.figure().markers} == {"peak", "cen", "com", "fwhm"}


def test_two_streams_of_one_run_are_both_plotted() -> None:
    documents: Sequence[Any] = [
        ("start", start_doc(hints={"dimensions": [[["time"], "primary"]]})),
        ("descriptor", descriptor_doc({"det": number("det")})),
        ("descriptor", descriptor_doc({"dark": number("dark")}, uid="desc-d", name="dark")),
        *[("event", event_doc(n, {"det": n})) for n in (1, 2)],
        *[("event", event_doc(n, {"dark": n}, descriptor="desc-d")) for n in (1, 2)],
        ("stop", stop_doc(0.0)),
    ]
    bec = BestEffortCallback()
    with seen_views(AllFigures) as views:
        for name, doc in documents:
            bec(name, doc)
    assert [view.figures[-1][0].y_label for view in views] == ["det", "dark"]


def test_the_table_changes_to_the_stream_of_the_scan_when_that_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A stream taken before, such as dark frames, is shown until then."""
    documents: Sequence[Any] = [
        ("start", start_doc(hints={"dimensions": [[["time"], "primary"]]})),
        ("descriptor", descriptor_doc({"dark": number("dark")}, uid="desc-d", name="dark")),
        ("event", event_doc(1, {"dark": 41}, descriptor="desc-d")),
        ("descriptor", descriptor_doc({"det": number("det")})),
        ("event", event_doc(1, {"det": 4711})),
        ("event", event_doc(2, {"dark": 43}, descriptor="desc-d")),
        ("stop", stop_doc(0.0)),
    ]
    bec = BestEffortCallback()
    for name, doc in documents:
        bec(name, doc)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    cells = [line.split("|")[-2].strip() for line in rows]
    assert cells == ["dark", "41.000", "det", "4711.000"]
