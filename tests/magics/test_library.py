"""scans, show and table; old runs by number with their columns by name."""

from pathlib import Path

import numpy as np
import pytest

from bsh.commands.sparkline import sparkline
from bsh.errors import CommandError, RunNotFound, UsageError


@pytest.fixture
def scanned(session):
    session.run("newsample cu")
    session.run("ascan th -0.2 0.2 4 0.01")
    session.run("newsample fe")
    session.run("ct -s 0.01")
    session.run("comment by eye")
    return session


def numbers(report):
    return [row.scan_id for row in report.runs]


def test_scans_are_listed_with_their_first_counter_the_newest_at_the_bottom(run, scanned):
    report = run("scans")
    assert numbers(report) == [1, 2]
    head, first, second = str(report).splitlines()
    assert head.split() == ["#", "time", "points", "status", "command"]
    counts = scanned.run("scans[1].det")
    assert first.split()[-7:] == [sparkline(list(counts), 10), "ascan", "th", "-0.2", "0.2", "4", "0.01"]
    assert second.split()[-4:] == ["success", "ct", "-s", "0.01"], "one point is no curve"


def test_scans_tell_where_the_peak_is(run, scanned):
    scanned.run("ascan th -1 1 40 0.01")
    scanned.run("mesh th -1 1 4 samx -1 1 1 0.01")
    rows = run("scans").runs
    counts, places = scanned.run("scans[3].det"), scanned.run("scans[3].th")
    assert rows[2].peak == places[counts.argmax()]
    assert [row.peak for row in rows[1::2]] == [None, None], "one point, and a map"


def test_scans_takes_filters(run, scanned):
    expected = {
        "scans -n 1": [2],
        "scans motor=th": [1],
        "scans sample=fe": [2],
        "scans ascan today": [1],
        "scans status=success cu": [1],
        "scans status=abort": [],
        "scans yesterday": [],
        "scans plan=ct": [2],
    }
    assert {line: numbers(run(line)) for line in expected} == expected


def test_scans_are_found_by_comments_on_them(run, scanned):
    run("note 1 Kirschbaum looks strange")
    assert numbers(run("scans kirsch strange")) == [1]
    assert numbers(run("scans cu kirschbaum")) == [1], "words of the metadata and of the comment"
    assert numbers(run("scans eye")) == [2]
    assert numbers(run("scans eye kirschbaum")) == []
    assert [scan.summary.scan_id for scan in scanned.run("scans.search('Kirschbaum')")] == [1]
    run("note 1 Apfel")
    assert numbers(run("scans apfel kirschbaum th")) == [1]


def test_comments_stay_with_their_scan_when_a_number_is_used_twice(run, scanned):
    run("newfile other.spec 0")
    run("ct -s 0.01")
    run("comment on the younger")
    assert "on the younger" in str(run("show 1"))
    assert "on the younger" not in str(run(f"show {scanned.store.run(-3).summary.uid}"))
    run("note -3 on the elder")
    assert "on the elder" not in str(run("show 1"))


def test_an_empty_list_says_what_was_looked_for(run, scanned):
    assert str(run("scans nowhere sample=au")) == "no scans with nowhere sample=au"


def test_a_filter_that_means_nothing_is_refused(run, scanned):
    with pytest.raises(UsageError, match="'good' is no status"):
        run("scans status=good")


def test_show_tells_how_a_scan_was_taken_and_what_was_said_of_it(run, scanned):
    text = str(run("show 1"))
    assert text.startswith("scan 1: ascan th -0.2 0.2 4 0.01\n")
    assert "\nsample    cu" in text
    assert "comment" not in text
    assert str(run("show")).endswith("\ncomment   by eye")
    assert str(run(f"show {scanned.store.run(1).summary.uid[:8]}")).startswith("scan 1:")


def test_table_shows_the_points(run, scanned):
    lines = str(run("table 1")).splitlines()
    assert lines[0].split()[:3] == ["point", "th", "det"]
    assert [line.split()[0] for line in lines[2:7]] == ["0", "1", "2", "3", "4"]


def test_a_scan_that_is_not_there_is_told_with_its_neighbours(run, scanned):
    with pytest.raises(RunNotFound, match="there is no scan 7"):
        run("table 7")


def test_columns_have_names(scanned):
    documents = [doc for name, doc in scanned.store.run(1).documents() if name == "event"]
    points = [doc["data"] for doc in documents if "det" in doc["data"]]
    scan = scanned.run("scans[1]")
    assert scan.det.tolist() == [point["det"] for point in points]
    assert scan["th"].tolist() == [point["th"] for point in points]
    assert isinstance(scan["seq_num"], np.ndarray)
    assert len(scan) == 5
    assert scan.columns[:3] == ["th", "det", "mon"]
    assert "det" in dir(scan)
    assert scan.start["sample"] == "cu"
    assert repr(scan).splitlines()[0] == "scan 1: ascan th -0.2 0.2 4 0.01, 5 points, success"


def test_a_scan_knows_what_was_plotted_and_its_peak(session):
    session.devices["th"].velocity.put(0.0)
    session.run("ascan th -0.5 0.5 20 0.01")
    scan = session.namespace["scans"][-1]
    assert list(scan.x) == list(scan.th)
    assert list(scan.y) == list(scan.det)
    assert scan.peak.cen == pytest.approx(0.03, abs=0.03)
    assert list(scan.df["th"]) == list(scan.x)
    assert "det: 21 points" in scan.plot().plain()
    assert "mon: 21 points" in scan.plot("mon").plain()
    session.run("loopscan 2 0.01 mon")
    assert len(session.namespace["scans"][-1].x) == 2


def test_an_unknown_column_is_told_with_the_nearest(scanned):
    scan = scanned.run("scans[1]")
    with pytest.raises(CommandError, match="scan 1 has no column dett") as caught:
        scan["dett"]
    assert caught.value.hint == "did you mean det?"
    assert not hasattr(scan, "dett")


def test_scans_give_tables_for_other_tools(scanned):
    scan = scanned.run("scans[-2]")
    assert scan.to_pandas()["det"].tolist() == scan.det.tolist()
    assert scan.to_pandas("baseline")["samx"].tolist() == [0.0, 0.0]
    assert scan.to_xarray()["det"].coords["th"].values.tolist() == scan.th.tolist()
    assert str(scan.table()).splitlines()[0].split()[0] == "point"
    with pytest.raises(CommandError, match="no stream other"):
        scan.to_pandas("other")


def test_scans_can_be_searched(scanned):
    assert [scan.summary.scan_id for scan in scanned.run("scans.search('cu')")] == [1]


def test_a_little_plot_shows_the_highest_of_what_shares_a_place():
    assert sparkline([0, 0, 0, 9, 0, 0, 0, 0], 4) == "▁█▁▁"
    assert sparkline([1, 2, 3], 10) == "▁▅█"
    assert sparkline([5, 5], 10) == "▁▁"
    assert sparkline([1, float("nan"), 2], 3) == "▁ █"
    assert sparkline([float("nan")], 3) == sparkline([], 3) == ""


def test_replay_shows_a_scan_again(run, scanned, capsys):
    assert str(run("replay 1")).startswith("scan 1: ")
    printed = capsys.readouterr().out
    assert "Transient Scan ID: 1" in printed
    assert "det: " in printed


def test_replay_gives_documents_to_callbacks(run, scanned):
    heard = []
    scanned.namespace["hear"] = lambda name, doc: heard.append((name, doc))
    run("replay 1 hear")
    assert heard == list(scanned.store.run(1).documents())
    assert scanned.run("scans[1].replay(hear)") == len(heard) / 2
    with pytest.raises(CommandError, match="replay: herr is no callback") as caught:
        run("replay 1 herr")
    assert "hear" in caught.value.hint


def test_a_note_belongs_to_the_scan_that_is_named(run, scanned):
    assert str(run("note 1 looks strange")).endswith(".  looks strange (on scan 1)")
    run("note -1 the good one")
    assert str(run("show 1")).endswith("\ncomment   looks strange")
    assert str(run("show 2")).endswith("\ncomment   by eye\ncomment   the good one")
    assert "looks strange (scan 1)" in Path(str(run("logbook"))).read_text()
    with pytest.raises(RunNotFound, match="there is no scan 77"):
        run("note 77 gone")
