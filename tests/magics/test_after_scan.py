"""cen, com, peak, fwhm, goto, stats; again, extend, goto_scan, diff."""

import pytest

from bsh.errors import CommandError, LimitError, RunNotFound, UsageError

MOTORS = ("th", "tth", "samx", "samy")


@pytest.fixture
def fast(session):
    for name in MOTORS:
        session.devices[name].velocity.put(0.0)
    return session


@pytest.fixture
def scanned(fast):
    """After a scan over the peak at 0.03."""
    fast.run("ascan th -1 1 40 0.01")
    return fast


def position(session, name="th"):
    return session.devices[name].position


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("cen", 0.03),
        ("com", 0.03),
        ("peak", 0.05),
        ("pic", 0.05),
        ("cen det", 0.03),
        ("cen 1", 0.03),
        ("cen 1 det", 0.03),
        ("goto cen", 0.03),
        ("goto com", 0.03),
        ("goto peak", 0.05),
        ("goto 0.4", 0.4),
        ("goto 0.2*2", 0.4),
        ("cen()", 0.03),
    ],
)
def test_the_motor_goes_to_the_feature_and_undo_brings_it_back(scanned, run, line, where):
    report = run(line)
    assert position(scanned) == pytest.approx(where, abs=0.06)
    assert "th: 1.0000 → " in report.plain()
    assert "undo goes back" in report.plain()
    run("undo")
    assert position(scanned) == 1.0


@pytest.mark.parametrize("line", ["cen", "com", "fwhm", "goto cen"])
def test_without_a_peak_nothing_moves_and_the_reason_is_said(fast, line):
    fast.run("ascan th 20 22 40 0.01")
    with pytest.raises(
        CommandError, match=r"no peak that rises above the noise.*nothing was moved"
    ) as caught:
        fast.run(line)
    assert "goes to the highest point" in caught.value.hint
    assert position(fast) == 22.0


def test_half_a_peak_is_none(fast):
    fast.run("ascan th 0.03 1 40 0.01")
    with pytest.raises(CommandError, match="no whole peak in its range"):
        fast.run("cen")
    assert position(fast) == 1.0


def test_force_goes_all_the_same_and_says_so(fast, run):
    fast.run("ascan th 0.03 1 40 0.01")
    assert "although there is no whole peak" in run("peak -f").plain()
    assert position(fast) < 0.2


def test_a_scan_of_several_motors_moves_all_of_them_along_their_line(fast, run):
    fast.run("a2scan th -1 1 samx 0 4 40 0.01")
    run("cen")
    assert position(fast) == pytest.approx(0.03, abs=0.02)
    assert position(fast, "samx") == pytest.approx(2 + 2 * position(fast), abs=0.02)


def test_a_peak_beyond_the_limits_by_now_moves_nothing(scanned):
    scanned.devices["th"].limits = (0.5, 2)
    with pytest.raises(LimitError, match="th"):
        scanned.run("cen")
    assert position(scanned) == 1.0


def test_the_plotted_counter_decides(scanned):
    scanned.run("plotselect mon")
    with pytest.raises(CommandError, match="of mon"):
        scanned.run("cen")
    scanned.run("cen det")
    scanned.run("plotselect all")


def test_fwhm_tells_width_and_place(scanned, run):
    text = run("fwhm").plain()
    assert text.startswith("det of scan 1: fwhm 0.4")
    assert text.endswith("of th")
    assert position(scanned) == 1.0


def test_stats_lists_every_counter(scanned, run):
    title, head, det, mon = run("stats").plain(width=200).splitlines()
    assert title == "scan 1: ascan th -1 1 40 0.01, over th"
    assert head.split() == ["counter", "min", "max", "at", "mean", "sum", "cen", "com", "fwhm"]
    assert det.startswith("det")
    assert mon.endswith("no peak")
    assert len(run("stats mon").plain().splitlines()) == 3


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("cen nosuch", CommandError, "scan 1 has no counter nosuch"),
        ("cen 99", RunNotFound, "99"),
        ("cen 1 2", CommandError, "at most one scan"),
        ("com aligned the sample", UsageError, "centre of mass"),
        ("goto", UsageError, "usage: goto place"),
        ("goto nowhere", UsageError, "unknown name nowhere"),
        ("stats nosuch", CommandError, "no counter nosuch"),
        ("again 99", RunNotFound, "99"),
        ("again x", UsageError, "unknown name x"),
        ("extend", UsageError, "usage: extend number"),
        ("extend 0", CommandError, "cannot be placed"),
        ("goto_scan", UsageError, r"usage: goto_scan .*scan"),
        ("goto_scan 1 nosuch", CommandError, "no position of nosuch"),
        ("diff", UsageError, "usage: diff first"),
        ("diff 1 99", RunNotFound, "99"),
    ],
)
def test_what_is_wrong_is_said(scanned, line, error, text):
    with pytest.raises(error, match=text):
        scanned.run(line)
    assert position(scanned) == 1.0


@pytest.mark.parametrize("line", ["cen", "stats", "again", "extend 3", "goto_scan -1"])
def test_without_any_scan_that_is_said(session, line):
    with pytest.raises(CommandError, match="there is no scan yet"):
        session.run(line)


def test_a_scan_without_a_motor_has_no_place_to_go_to(fast):
    fast.run("loopscan 2 0.01")
    with pytest.raises(CommandError, match="has no scanned motor"):
        fast.run("cen")


def test_a_mesh_has_no_place_to_go_to(fast):
    fast.run("mesh th 0 1 1 samx 0 1 1 0.01")
    with pytest.raises(CommandError, match="has no scanned motor to go along"):
        fast.run("cen")


def test_again_does_the_line_again(fast):
    fast.run("ascan th 0 0.1 2 0.01")
    fast.run("ascan samx 0 0.1 3 0.01")
    fast.run("again")
    fast.run("again 1")
    assert [run.command for run in fast.store.runs()] == [
        "ascan th 0 0.1 2 0.01",
        "ascan samx 0 0.1 3 0.01",
        "ascan samx 0 0.1 3 0.01",
        "ascan th 0 0.1 2 0.01",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ("intervals=3 seconds=0.02", "ascan th 0 0.1 3 0.02"),
        ("motor=samx", "ascan samx 0 0.1 2 0.01"),
        ("stop=x/2", "ascan th 0 0.2 2 0.01"),
        ("start=-1 sample='Si'", "ascan th -1 0.1 2 0.01 sample='Si'"),
    ],
)
def test_again_takes_changes_by_the_names_of_the_usage(fast, changes, line):
    fast.namespace["x"] = 0.4
    fast.run("ascan th 0 0.1 2 0.01")
    fast.run("ascan samx 0 0.1 3 0.01")
    fast.run(f"again 1 {changes}")
    run = fast.store.run(-1)
    assert run.summary.command == line
    assert run.start.get("sample") == ("Si" if "Si" in line else None)


def test_a_line_with_options_is_not_changed(fast):
    fast.run("mesh -s th 0 0.1 1 samx 0 0.1 1 0.01")
    with pytest.raises(CommandError, match="with options cannot be changed: mesh -s"):
        fast.run("again seconds=1")


def test_a_scan_that_was_no_typed_line_cannot_be_done_again(fast):
    fast.run(fast.namespace["bp"].count([fast.devices["det"]]))
    with pytest.raises(CommandError, match="was not made by a typed line"):
        fast.run("again")


@pytest.mark.parametrize(
    ("line", "more", "places"),
    [
        ("ascan th 0 0.4 4 0.01", "extend 2", [0.5, 0.6]),
        ("ascan th 0 0.4 4 0.01", "extend -2", [-0.1, -0.2]),
        ("ascan th 0 0.4 4 0.01", "extend 1", [0.5]),
        ("a2scan th 0 0.4 samx 0 4 4 0.01", "extend 2", [0.5, 0.6]),
    ],
)
def test_extend_goes_on_in_the_same_steps_and_names_the_scan(fast, line, more, places):
    fast.run(line)
    fast.run(more)
    run = fast.store.run(-1)
    events = [doc["data"] for kind, doc in run.documents() if kind == "event" and "det" in doc["data"]]
    assert [round(data["th"], 6) for data in events] == places
    assert (run.start["extends_scan_id"], run.start["count_time"]) == (1, 0.01)
    assert run.start["extends"] == fast.store.run(1).summary.uid


def test_goto_scan_brings_motors_back_to_where_they_were_before_it(fast, run):
    fast.run("mv th 1 samx 2")
    fast.run("ascan th 0 0.1 2 0.01")
    fast.run("mv samx 5 tth 7")
    assert "samx: 5.000 → 2.000 mm" in run("goto_scan -p 1").plain()
    assert position(fast, "samx") == 5.0
    run("goto_scan 1 samx")
    assert (position(fast, "samx"), position(fast, "tth")) == (2.0, 7.0)
    run("goto_scan -1")
    assert [position(fast, name) for name in MOTORS] == [1.0, 0.0, 2.0, 0.0]
    assert run("goto_scan 1").plain() == "all motors are where they were before scan 1"
    run("undo 2")
    assert position(fast, "samx") == 5.0


def test_diff_tells_what_was_different(fast, run):
    fast.run("ascan th 0 0.1 2 0.01")
    fast.run("newsample Si")
    fast.run("mv samx 2")
    fast.run("ascan th 0 0.1 2 0.01")
    lines = run("diff 1 2").plain().splitlines()
    assert lines[0].split() == ["#1", "#2"]
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert rows["samx"] == ["0.000", "2.000"]
    assert rows["sample"] == ["-", "Si"]
    assert "num_points" not in rows


@pytest.mark.parametrize("line", ["ascan samx 1 2 2 0.01", "dscan samx -1 1 2 0.01"])
def test_goto_scan_brings_the_scanned_axes_back_to_where_they_were_before_it(session, run, line):
    session.supplemental.baseline.clear()  # what the profile records of every scan
    session.run("mv samx 0.5")
    session.run(line)
    session.run("mv samx 4")
    assert "samx: 4.000 → 0.500 mm" in run("goto_scan -p -1 samx").plain()
    session.run("goto_scan -1 samx")
    assert session.devices["samx"].position == pytest.approx(0.5)


def test_axes_that_a_scan_did_not_move_are_known_without_a_baseline_and_go_back_when_named(fast, run):
    fast.supplemental.baseline.clear()
    fast.run("mv samx 0.5")
    fast.run("ascan th 0 0.1 2 0.01")
    fast.run("mv samx 4")
    fast.run("ascan th 0 0.1 2 0.01")
    rows = {line.split()[0]: line.split()[1:] for line in run("diff 1 2").plain().splitlines()[1:]}
    assert rows["samx"] == ["0.500", "4.000"]
    assert "samx" not in run("goto_scan -p 1").plain()
    run("goto_scan 1 samx")
    assert position(fast, "samx") == 0.5


def test_a_plan_typed_for_the_engine_remembers_where_its_axes_were_too(session):
    session.run("mv samx 0.5")
    session.run("RE(bp.scan([det], samx, 1, 2, 3))")
    assert session.store.run(-1).start["axes_before"] == {"samx": 0.5}
