from __future__ import annotations

import pickle

from bsh import preprocessors as bpp
from bsh.msg import Msg
from tests.plans.devices import Det, Motor, Signal
from tests.plans.drive import drive

OPEN, A, CLOSE = Msg("open_run"), Msg("a"), Msg("close_run")
RUN = [OPEN, A, CLOSE]
BASELINE = ["trigger", "wait", "create", "read", "read", "save"]


def run():
    uid = yield OPEN
    yield A
    yield CLOSE
    return uid


def test_the_baseline_is_read_after_opening_and_before_closing():
    driven = drive(bpp.baseline_wrapper(run(), [Det("d"), Motor("m")]), {"open_run": "uid"})
    assert driven.commands == ["open_run", *BASELINE, "a", *BASELINE, "close_run"]
    assert {msg.kwargs["name"] for msg in driven.of("create")} == {"baseline"}
    assert driven.result == "uid"


def test_the_baseline_may_have_another_name_and_may_be_empty():
    driven = drive(bpp.baseline_wrapper(RUN, [Motor("m")], name="x"))
    assert driven.of("create")[0].kwargs == {"name": "x"}
    assert drive(bpp.baseline_wrapper(RUN, [])).messages == RUN


def test_every_run_has_its_baseline():
    driven = drive(bpp.baseline_decorator([Motor("m")])(lambda: RUN * 2)())
    assert driven.commands.count("create") == 4


def test_the_additions_belong_to_the_run_that_they_are_added_to():
    runs = [
        Msg("open_run", run="one"),
        Msg("open_run", run="two"),
        Msg("close_run", run="two"),
        Msg("close_run", run="one"),
    ]
    driven = drive(bpp.baseline_wrapper(runs, [Motor("m")]))
    assert [msg.run for msg in driven.of("save")] == ["one", "two", "two", "one"]
    assert all(msg.run is not None for msg in driven.messages)


def test_monitors_run_during_runs_in_streams_of_their_own():
    a, b = Signal("a", 1), Signal("b", 1)
    driven = drive(bpp.monitor_during_wrapper(run(), [a, b]), {"open_run": "uid"})
    assert driven.commands == ["open_run", "monitor", "monitor", "a", "unmonitor", "unmonitor", "close_run"]
    assert [msg.kwargs["name"] for msg in driven.of("monitor")] == ["a_monitor", "b_monitor"]
    assert driven.result == "uid"
    assert drive(bpp.monitor_during_wrapper(RUN, [])).messages == RUN


def test_flyers_start_after_opening_and_are_collected_before_closing():
    f, g = Det("f"), Det("g")
    driven = drive(bpp.fly_during_wrapper(run(), [f, g]), {"open_run": "uid"})
    assert driven.commands == [
        "open_run", "kickoff", "kickoff", "wait", "a",
        "complete", "complete", "wait", "collect", "collect", "close_run",
    ]  # fmt: skip
    kickoffs, completes = ({msg.kwargs["group"] for msg in driven.of(c)} for c in ("kickoff", "complete"))
    assert {msg.kwargs["group"] for msg in driven.of("wait")} == kickoffs | completes
    assert driven.result == "uid"
    assert drive(bpp.fly_during_wrapper(RUN, [])).messages == RUN


def test_supplemental_data_adds_baseline_then_monitors_then_flyers():
    sd = bpp.SupplementalData(baseline=[Motor("m")], monitors=[Signal("s", 1)], flyers=[Det("f")])
    driven = drive(sd(run()), {"open_run": "uid"})
    assert driven.commands == [
        "open_run", "create", "read", "save", "monitor", "kickoff", "wait",
        "a",
        "complete", "wait", "collect", "unmonitor", "create", "read", "save", "close_run",
    ]  # fmt: skip
    assert driven.result == "uid"


def test_supplemental_data_may_be_changed_after_it_was_made():
    sd = bpp.SupplementalData()
    assert drive(sd(RUN)).messages == RUN
    sd.baseline.append(Motor("m"))
    assert "create" in drive(sd(RUN)).commands


def test_supplemental_data_takes_copies_shows_itself_and_can_be_pickled():
    names = ["a"]
    sd = bpp.SupplementalData(baseline=names, monitors=("b",))
    sd.baseline.append("c")
    assert names == ["a"]
    assert repr(sd) == "SupplementalData(baseline=['a', 'c'], monitors=['b'], flyers=[])"
    assert repr(pickle.loads(pickle.dumps(sd))) == repr(sd)
