from __future__ import annotations

from functools import partial
from itertools import islice

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.msg import Msg
from tests.plans.devices import Det
from tests.plans.drive import drive

SHOT = ["checkpoint", "trigger", "wait", "create", "read", "save"]
det = Det("det")


def start(driven):
    return driven.of("open_run")[0].kwargs


def test_count_stages_opens_a_run_and_takes_shots():
    driven = drive(bp.count([det], 3), {"open_run": "uid"})
    assert driven.commands == ["stage", "open_run", *SHOT * 3, "close_run", "unstage"]
    assert driven.result == "uid"


def test_the_messages_of_a_shot_are_made_once():
    driven = drive(bp.count([det], 3))
    for command in SHOT:
        assert len({id(msg) for msg in driven.of(command)}) == 1


def test_the_start_document_of_a_count():
    md = start(drive(bp.count([det], 3, delay=0, md={"sample": "Cu"})))
    assert md == {
        "plan_name": "count",
        "plan_args": {"detectors": ["<det>"], "num": 3, "delay": 0},
        "detectors": ["det"],
        "num_points": 3,
        "num_intervals": 2,
        "hints": {"dimensions": [(("time",), "primary")]},
        "sample": "Cu",
    }


def test_the_users_metadata_wins_and_is_not_changed():
    mine = {"plan_name": "mine", "hints": {"x": 1}, "num_points": 99}
    md = start(drive(bp.count([det], md=mine)))
    assert (md["plan_name"], md["num_points"]) == ("mine", 99)
    assert md["hints"] == {"x": 1, "dimensions": [(("time",), "primary")]}
    assert mine == {"plan_name": "mine", "hints": {"x": 1}, "num_points": 99}


def test_count_without_number_goes_on():
    plan = bp.count([det], None)
    messages = list(islice(plan, 500))
    plan.close()
    assert messages[1].kwargs["num_points"] is None
    assert messages[1].kwargs["num_intervals"] is None
    assert sum(msg.command == "save" for msg in messages) > 80


def test_count_of_nothing_is_a_run():
    assert drive(bp.count([])).commands == ["open_run", "checkpoint", "null", "create", "save", "close_run"]


def test_count_sleeps_between_shots():
    driven = drive(bp.count([det], 2, delay=60))
    assert driven.commands.count("sleep") == 1
    assert 59 < driven.of("sleep")[0].args[0] <= 60


def test_too_few_delays_are_refused_before_anything_is_done():
    driven = drive(bp.count([det], 4, delay=[1]))
    assert isinstance(driven.error, ValueError)
    assert "delay has 1 entries, but num=4 points need 3 between them" in str(driven.error)
    assert driven.messages == []


def test_an_iterator_of_delays_that_ends_early_closes_the_run_as_failed():
    driven = drive(bp.count([det], 4, delay=iter([0])))
    assert isinstance(driven.error, ValueError)
    assert driven.of("close_run")[0].kwargs["exit_status"] == "fail"
    assert driven.commands[-1] == "unstage"


def test_per_shot_takes_the_place_of_the_shot():
    def per_shot(detectors, more=1):
        yield Msg("mine", None, *detectors)

    driven = drive(bp.count([det], 2, per_shot=per_shot))
    assert driven.commands == ["stage", "open_run", *["checkpoint", "mine"] * 2, "close_run", "unstage"]


def test_one_shot_is_a_per_shot():
    driven = drive(
        bp.count([det], 1, per_shot=partial(bps.one_shot, take_reading=lambda devices: [Msg("mine")]))
    )
    assert "mine" in driven.commands


def test_per_shot_may_ask_for_nothing_but_detectors():
    def per_shot(detectors, more):
        yield Msg("mine")

    driven = drive(bp.count([det], per_shot=per_shot))
    assert isinstance(driven.error, TypeError)
    assert "per_shot must be a function of (detectors)" in str(driven.error)


@pytest.mark.parametrize("wrong", [det, "det", [1], 5])
def test_what_is_no_list_of_detectors_is_refused_before_anything_is_done(wrong):
    driven = drive(bp.count(wrong))
    assert isinstance(driven.error, TypeError)
    assert "list of devices" in str(driven.error)
    assert driven.messages == []


def test_a_single_detector_is_told_to_be_put_in_a_list():
    assert "write [det]" in str(drive(bp.count(det)).error)


@pytest.mark.parametrize("variable", ["BSH_PREDECLARE", "BLUESKY_PREDECLARE"])
def test_streams_are_declared_first_if_the_environment_asks_for_it(monkeypatch, variable):
    monkeypatch.setenv(variable, "1")
    driven = drive(bp.count([det]))
    assert driven.commands[1:3] == ["open_run", "declare_stream"]
    (msg,) = driven.of("declare_stream")
    assert (msg.args, msg.kwargs) == ((det,), {"name": "primary", "collect": False})
