"""ascan and dscan, and the list of runs."""

import pytest

from bsh.errors import CommandError, LimitError, UsageError


def documents(session, name):
    return [doc for kind, doc in session.store.run(-1).documents() if kind == name]


def test_ascan_takes_one_point_more_than_intervals_and_keeps_the_line(session):
    session.run("ascan th -0.1 0.1 4 0.02 sample='Fe O' run=3")
    start = session.store.run(-1).start
    assert start["command"] == "ascan th -0.1 0.1 4 0.02 sample='Fe O' run=3"
    assert (start["sample"], start["run"]) == ("Fe O", 3)
    assert start["num_points"] == 5
    assert start["detectors"] == ["det", "mon"]
    points = [event["data"] for event in documents(session, "event") if "det" in event["data"]]
    assert [round(data["th"], 4) for data in points] == [-0.1, -0.05, 0.0, 0.05, 0.1]


def test_trailing_words_are_the_counters_of_this_scan(session):
    session.run("ascan th 0 0.1 2 0.02 mon")
    assert session.store.run(-1).start["detectors"] == ["mon"]


def test_dscan_is_relative_and_comes_back(session):
    session.run("mv th 1")
    session.run("dscan th -0.1 0.1 2 0.02")
    assert session.devices["th"].position == pytest.approx(1.0)


def test_lup_is_dscan(session):
    session.run("lup th -0.1 0.1 2 0.02")
    assert session.store.run(-1).summary.command == "lup th -0.1 0.1 2 0.02"


SPELLINGS = [
    "ascan th 0 0.1 2 0.02",
    "ascan(th, 0, 0.1, 2, 0.02)",
    "RE(spec.ascan([det, mon], th, 0, 0.1, 2, 0.02))",
    "<spec.ascan([det, mon], th, 0, 0.1, 2, 0.02)",
    "for i in range(1): ascan th 0 0.1 2 0.02",
]


def test_all_spellings_of_a_scan_give_the_same_documents(session):
    from bsh.plans import spec

    session.namespace["spec"] = spec
    seen = []
    for spelling in SPELLINGS:
        session.run("mv th 0")
        session.run(spelling)
        seen.append([_essence(name, doc) for name, doc in session.store.run(-1).documents()])
    assert [name for name, _ in seen[0]].count("descriptor") == 2  # the scan and the baseline
    for other in seen[1:]:
        assert other == seen[0]


def _essence(name, doc):
    """Return what does not depend on when, and how, a scan was typed."""
    own = {
        "uid",
        "time",
        "scan_id",
        "command",
        "run_start",
        "descriptor",
        "timestamps",
        "configuration",
        "axes_before",
    }
    kept = {key: value for key, value in doc.items() if key not in own and "positions" not in key}
    if name == "event":
        kept["data"] = {key: value for key, value in doc["data"].items() if key.startswith("th")}
        kept.pop("filled", None)
    return name, kept


def test_a_scan_beyond_a_limit_moves_nothing_and_takes_no_number(session):
    before = session.store.peek_scan_id()
    with pytest.raises(LimitError, match="samx"):
        session.run("ascan samx 0 100 10 0.1")
    assert session.devices["samx"].position == 0.0
    assert session.store.peek_scan_id() == before


def test_a_command_inside_a_plan_names_the_generator(session):
    def plan():
        session.namespace["ascan"](session.devices["th"], 0, 1, 2, 0.1)
        yield from session.namespace["bps"].null()

    with pytest.raises(CommandError, match="cannot be used inside a running plan") as caught:
        session.run(plan())
    assert "yield from bsh.plans.spec.ascan" in caught.value.hint


def test_loops_and_functions_of_commands_run(session):
    session.run("for x in (0.1, 0.2):\n    mv th x\n    ascan samx 0 0.1 1 0.01\n")
    assert [run.scan_id for run in session.store.runs()] == [2, 1]
    assert session.devices["th"].position == 0.2


def test_scans_lists_the_newest_last(run, session):
    assert run("scans").plain() == "no scans yet"
    for _ in range(3):
        session.run("ascan th 0 0.1 1 0.01")
    report = run("scans -n 2")
    assert [row.scan_id for row in report.runs] == [2, 3]
    lines = report.plain().splitlines()
    assert lines[0].split() == ["#", "time", "points", "status", "command"]
    assert lines[-1].startswith("3  ")
    assert " success " in lines[-1]
    assert lines[-1].endswith("  ascan th 0 0.1 1 0.01")


def test_scans_takes_only_a_whole_number(session):
    with pytest.raises(UsageError, match=r"number: 1\.5 is not a whole number"):
        session.run("scans -n 1.5")
