from datetime import UTC
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bsh.callbacks import TableModel
from bsh.devices.sim import SimSignal
from bsh.devices.status import Status
from bsh.display.run_view import RunView
from tests.callbacks.documents import (
    START_TIME,
    descriptor_doc,
    event_doc,
    feed,
    scan_documents,
    scan_start,
    start_doc,
    stop_doc,
)


def shown(documents: list[tuple[str, dict[str, Any]]], preflight: Any = None) -> tuple[list[str], list[str]]:
    """Return heading and ending of a run."""
    view = RunView(documents[0][1], preflight, clock=lambda: START_TIME, tz=UTC)
    for row in feed(TableModel(), documents):
        view.point(row)
    heading, ending = view.heading(), view.ending(documents[-1][1])
    return [line.plain for line in heading], [line.plain for line in ending]


def peak_rows(
    points: int = 21, center: float = 0.0314, sigma: float = 0.15
) -> list[tuple[float, float, float]]:
    x = np.linspace(-1.0, 1.0, points)
    y = 1.2e5 * np.exp(-((x - center) ** 2) / (2 * sigma**2)) + 200
    return [(float(a), float(b), 1000.0) for a, b in zip(x, y)]


def test_the_heading_has_the_line_as_typed_and_the_estimate() -> None:
    heading, _ = shown(scan_documents(peak_rows()), SimpleNamespace(num_points=21, seconds=42.0))
    assert heading == ["#142  ascan th -1 1 20 0.1", "21 points · about 0:42 · ends 22:14"]


def test_points_that_are_only_foreseen_for_the_whole_plan_do_not_make_an_end_early() -> None:
    documents = scan_documents(peak_rows())
    del documents[0][1]["num_points"]
    heading, ending = shown(documents, SimpleNamespace(num_points=42, seconds=84.0))
    assert heading[1].startswith("42 points")
    assert ending[0] == "#142 done · 21 points · 43.0 s"


def test_points_of_a_stream_before_the_main_one_do_not_count() -> None:
    documents = scan_documents(peak_rows(5))
    dark = [
        ("descriptor", descriptor_doc(uid="dark", name="dark")),
        *(("event", event_doc(i, {"th": 0.0}, descriptor="dark")) for i in range(1, 10)),
    ]
    assert shown([documents[0], *dark, *documents[1:]])[1][0] == "#142 done · 5 points · 11.0 s"


def test_one_run_of_several_has_its_share_of_the_estimate() -> None:
    heading, _ = shown(scan_documents(peak_rows()), SimpleNamespace(num_points=63, seconds=126.0))
    assert heading[1].startswith("21 points · about 0:42")


def test_without_an_estimate_the_heading_says_when_it_started() -> None:
    documents = [("start", start_doc(plan_name="count")), ("stop", stop_doc(START_TIME))]
    assert shown(documents)[0] == ["#142  count", "started 22:13"]
    documents[0][1].pop("scan_id")
    assert shown(documents)[0][0] == "run-a  count"


@pytest.mark.parametrize(("width", "lines"), [(80, 1), (60, 2), (None, 1)])
def test_where_the_time_went_gets_a_line_of_its_own_where_the_terminal_is_narrow(
    width: int | None, lines: int
) -> None:
    view = RunView(start_doc(plan_name="count", detectors=["det"]), clock=lambda: START_TIME)
    view.split.waited([Status(obj=SimSignal("det"))], 1.0)
    ending = [line.plain for line in view.ending(stop_doc(START_TIME + 2.0), width)]
    assert len(ending) == lines
    assert ending[0].startswith("#142 done · 0 points · 2.0 s")
    assert ending[-1].endswith("counting 50 %, moving 0 %, overhead 50 %")
    assert max(map(len, ending)) <= (width or 80)


def test_the_end_says_points_status_duration_and_the_peaks() -> None:
    _, ending = shown(scan_documents(peak_rows()))
    assert ending == [
        "#142 done · 21 points · 43.0 s",
        "det: peak 117599 @ 0.0000 · cen 0.0310 · com 0.0314 · fwhm 0.3638",
        "mon: max 1000 @ -1.0000 · no peak",
    ]


@pytest.mark.parametrize(
    ("status", "reason", "lines"),
    [
        (
            "abort",
            "interrupted by Ctrl+C",
            ["#142 aborted · 3 of 21 points · 9.0 s", "because: interrupted by Ctrl+C"],
        ),
        ("fail", "th: stalled\nat line 3", ["#142 failed · 3 of 21 points · 9.0 s", "because: th: stalled"]),
        ("success", "", ["#142 stopped early · 3 of 21 points · 9.0 s"]),
    ],
)
def test_a_run_that_ended_early_says_how_many_points_it_has_and_why(
    status: str, reason: str, lines: list[str]
) -> None:
    documents = scan_documents(peak_rows())[:5]
    documents.append(("stop", stop_doc(START_TIME + 9, exit_status=status, reason=reason)))
    assert shown(documents)[1][: len(lines)] == lines


def test_an_early_end_is_red_and_a_good_one_is_not() -> None:
    view = RunView(scan_start(21))
    early = view.ending(stop_doc(START_TIME, exit_status="abort"))[0]
    assert {span.style for span in early.spans if "0 of 21 points" in early.plain[span.start : span.end]} == {
        "red"
    }
    complete = RunView(start_doc()).ending(stop_doc(START_TIME))[0]
    assert not any("red" in str(span.style) for span in complete.spans)


def test_a_stopped_scan_still_has_its_peak() -> None:
    documents = scan_documents(peak_rows())[:20]
    documents.append(("stop", stop_doc(START_TIME + 40, exit_status="abort")))
    assert any(line.startswith("det: peak") for line in shown(documents)[1])


def test_a_peak_at_the_end_of_the_range_is_said_to_be_there() -> None:
    ending = shown(scan_documents(peak_rows(center=1.0)))[1]
    assert ending[1].startswith("det: max 120200 @ 1.0000 · no whole peak in this range · half height @ 0.8")


def test_a_stage_with_fine_steps_shows_enough_decimals() -> None:
    rows = [(12.5 + x * 1e-5, y, m) for x, y, m in peak_rows()]
    assert "@ 12.50000000 · cen 12.50000031" in shown(scan_documents(rows))[1][1]


def test_counts_and_meshes_have_no_peaks() -> None:
    for dims in ([[["time"], "primary"]], [[["th"], "primary"], [["tth"], "primary"]]):
        documents = scan_documents(peak_rows())
        documents[0][1]["hints"] = {"dimensions": dims}
        assert len(shown(documents)[1]) == 1


def test_text_columns_are_no_counters() -> None:
    documents = scan_documents(peak_rows())
    documents[1][1]["data_keys"] = dict(documents[1][1]["data_keys"]) | {
        "det": {"dtype": "string", "shape": []}
    }
    assert [line.split(":")[0] for line in shown(documents)[1][1:]] == ["mon"]


def test_two_points_say_nothing_about_peaks() -> None:
    assert len(shown(scan_documents(peak_rows(2)))[1]) == 1


def test_a_run_whose_rows_were_left_out_says_nothing_about_peaks() -> None:
    documents = scan_documents(peak_rows())
    view = RunView(documents[0][1])
    for row in feed(TableModel(), documents):
        view.point(row)
    view.miss_points()
    assert len(view.ending(documents[-1][1])) == 1


def test_a_run_without_points_names_its_other_streams() -> None:
    view = RunView(start_doc(plan_name="fly"))
    view.other_streams["fly"] = 1000
    assert view.ending(stop_doc(START_TIME + 5))[0].plain == "#142 done · no points, fly 1000 events · 5.0 s"
    view.other_streams["fly"] = 1
    assert view.points_text() == "no points, fly 1 event"


def test_a_scan_that_is_paused_in_its_first_point_tells_how_many_were_planned() -> None:
    view = RunView(start_doc(num_points=21))
    view.other_streams["baseline"] = 1
    assert view.points_text() == "0 of 21 points"


def test_a_count_of_nothing_is_no_early_end() -> None:
    start = start_doc(plan_name="count", num_points=1, detectors=[], motors=[])
    assert shown([("start", start), ("stop", stop_doc(START_TIME))])[1] == ["#142 done · 0 points · 0.0 s"]
    start = start_doc(plan_name="scan", num_points=1, detectors=[], motors=["th"])
    assert "stopped early" in shown([("start", start), ("stop", stop_doc(START_TIME))])[1][0]


def test_the_heading_names_the_file() -> None:
    view = RunView(scan_start(21), clock=lambda: START_TIME, tz=UTC)
    assert view.heading("cu.spec")[1].plain == "21 points · started 22:13 · cu.spec"


def test_the_time_that_was_lost_waiting_for_beam_is_told_with_what_was_waited_for() -> None:
    documents = scan_documents(peak_rows(5))
    documents[-1][1]["suspended_s"] = {"ring_current": 12.34, "door": 3.0}
    assert "held up 12.3 s by ring_current, 3.0 s by door" in shown(documents)[1]
