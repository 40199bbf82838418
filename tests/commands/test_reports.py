"""Reports as plain text."""

import dataclasses
import time

import pytest

from bsh.commands.columns import format_count, format_duration, format_value
from bsh.commands.counts import Count, Counts
from bsh.commands.reports import (
    AxisMove,
    Limits,
    MoveSummary,
    Position,
    Positions,
    RunList,
    RunRow,
    Text,
)

REPORTS = [
    Text("µ"),
    Positions((Position("th", 1.0, units="deg"),)),
    Positions((Position("th", 1.0, units="deg"),), verbose=True),
    Limits((Position("th", 1.0, low=-1, high=2, dial=0.5, offset=0.5),)),
    Counts((Count("det", 5, 5.0, "counts"),), 1.0, 1.7e9),
    MoveSummary((AxisMove("th", 0.0, 1.0, 1.0, "deg"),), 0.8),
    RunList((RunRow(1, "u", 1.7e9, "ascan th 0 1 2 1", 3, "success"),)),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_plain_text_has_no_escape_codes_and_is_what_str_shows(report):
    assert "\x1b" not in report.plain()
    assert str(report) == report.plain()
    report.plain(ascii_only=True).encode("ascii")
    assert not report.plain().endswith("\n")
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.anything = 1


@pytest.mark.parametrize("width", [40, 80, 120])
def test_positions_fill_the_width_and_never_exceed_it(width):
    rows = tuple(Position(f"motor{i}", float(i), units="mm") for i in range(20))
    lines = Positions(rows).plain(width=width).splitlines()
    assert max(map(len, lines)) <= width
    names = [name for line in lines[1:] for name in line.split() if name.startswith("motor")]
    assert names == [f"motor{i}" for i in range(20)]


def test_unknown_positions_are_question_marks_with_the_reason_below():
    report = Positions((Position("und", state="offline", note="no answer"), Position("th", 1.0)))
    assert report.plain().splitlines()[-2:] == ["user         ?    1.0000", "und: no answer"]


def test_a_stopped_move_says_where_and_from_where():
    summary = MoveSummary((AxisMove("th", 0.0, 50.0, 9.5, "deg", 4),), 1.0, interrupted=True)
    assert summary.plain() == "th: stopped at 9.5000 deg (started at 0.0000, asked for 50.0000)"


def test_a_move_without_units_has_no_blank_too_many():
    assert MoveSummary((AxisMove("th", 0.0, 1.0, 1.0),), 0.84).plain() == "th: 0.0000 → 1.0000 (0.8 s)"


def test_counts_group_thousands_and_line_up():
    rows = (Count("det", 1234567, 1234567.0, "counts"), Count("mon", 5.25, None, "V", "odd"))
    lines = Counts(rows, 1.0, 1.7e9, notes=("a note",)).plain().splitlines()
    assert lines[1] == "det = 1,234,567 counts (1,234,567 counts/s)"
    assert lines[2].split() == ["mon", "=", "5.25", "V", "odd"]
    assert lines[3] == "a note"


def test_partial_counts_without_any_say_so():
    assert Counts((), 1.0, 1.7e9, partial=True).plain().splitlines()[1] == "no partial counts"


def test_long_lines_of_the_run_list_are_cut():
    row = RunRow(1, "u", 1.7e9, "ascan th 0 1 2 1 " + "x" * 100, 3, None)
    line = RunList((row,)).plain(width=60).splitlines()[1]
    assert len(line) == 60
    assert line.endswith("…")
    assert "open" in line
    assert RunList((row,)).plain(width=60, ascii_only=True).endswith("...")


def test_peaks_are_listed_where_no_command_is_cut_for_them():
    rows = (
        RunRow(1234, "u", 1.7e9, "ascan th -2 2 60 0.1", 61, "success", trace=(1, 2, 1), peak=0.33333),
        RunRow(1235, "v", time.time(), "ct -s 0.1", 1, "success"),
    )
    head, first, second = RunList(rows).plain(width=80).splitlines()
    assert head.split() == ["#", "time", "points", "status", "peak", "at", "command"]
    assert first.endswith(" 0.3333  ascan th -2 2 60 0.1")
    assert first.split()[1] == "2023-11-14"
    assert second.split()[1:3] == time.strftime("%m-%d %H:%M", time.localtime(rows[1].time)).split()
    long = RunRow(1236, "w", 1.7e9, "RE(" + "x" * 90 + ")", 3, "success")
    assert "peak" in RunList((*rows, long)).plain(width=80), "that is cut anyway"
    narrow = RunList(rows).plain(width=65)
    assert "peak" not in narrow
    assert "ascan th -2 2 60 0.1" in narrow
    assert "peak" in RunList(rows).plain(width=80, ascii_only=True)


def test_an_empty_run_list_names_what_was_looked_for():
    assert RunList(()).plain() == "no scans yet"
    assert RunList((), ["motor=th"]).plain() == "no scans with motor=th"


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        (1.5, 3, "1.500"), (None, 3, "?"), ("open", 3, "open"), (True, 3, "True"), (3, 3, "3"),
        (1e-7, 3, "1e-07"), (1e-11, 4, "1e-11"), (-5.55e-17, 4, "0.0000"), (2.5e12, 3, "2.5e+12"), (float("nan"), 3, "nan"), (-0.0, 2, "0.00"), (1.0, None, "1.0000"),
    ],
)  # fmt: skip
def test_values_are_formatted_for_people(value, precision, expected):
    assert format_value(value, precision) == expected


def test_arrays_and_numpy_scalars_are_formatted():
    import numpy

    assert format_value(numpy.zeros((4, 3))) == "(4,3)"
    assert format_value(numpy.float64(1.5), 2) == "1.50"
    assert format_count(numpy.int64(12345)) == "12,345"
    assert format_count(numpy.zeros(3)) == "(3)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (35031.0, "35,031"),
        (0.25, "0.25"),
        (1234.5, "1,234.5"),
        ("x", "x"),
        (float("inf"), "inf"),
        (True, "True"),
    ],
)
def test_counts_are_formatted_for_people(value, expected):
    assert format_count(value) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.84, "0.8 s"), (59.9, "59.9 s"), (75, "1 m 15 s"), (3725, "1 h 02 m"), (1e99, "3.17e+91 years")],
)
def test_durations_are_formatted_for_people(seconds, expected):
    assert format_duration(seconds) == expected
