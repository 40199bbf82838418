from __future__ import annotations

from itertools import pairwise
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsh import plans as bp
from tests.plans.devices import Det, Motor
from tests.plans.drive import drive


class Peak:
    """Answers readings with a gaussian of the motor."""

    def __init__(self, center=3.0, width=0.3, start=0.0):
        self.det, self.motor = Det("det"), Motor("m", start)
        self.center, self.width = center, width

    def __call__(self, msg):
        if msg.command == "set":
            self.motor.position = msg.args[0]
        if msg.command == "read":
            position = self.motor.position
            value = 100 * exp(-0.5 * ((position - self.center) / self.width) ** 2)
            return {msg.obj.name: {"value": value if msg.obj is self.det else position, "timestamp": 0}}
        return "uid"


def start(driven):
    return driven.of("open_run")[0].kwargs


def adaptive(peak, first, last, backstep=False, **kwargs):
    return bp.adaptive_scan([peak.det], "det", peak.motor, first, last, 0.01, 1.0, 5.0, backstep, **kwargs)


@pytest.mark.parametrize(("first", "last"), [(0.0, 6.0), (6.0, 0.0)])
def test_steps_are_short_where_the_signal_changes(first, last):
    peak = Peak(width=0.5)
    driven = drive(adaptive(peak, first, last, backstep=True), peak)
    places = driven.moves(peak.motor)
    assert places[0] == first
    assert all(min(first, last) <= place <= max(first, last) for place in places)
    assert sum(abs(place - 3) < 1 for place in places) > len(places) / 2
    assert driven.result == "uid"


def test_stepping_back_finds_a_peak_that_a_step_jumped_over():
    for first, last in ((0.0, 6.0), (6.0, 0.0)):
        peak = Peak(width=0.5)
        places = drive(adaptive(peak, first, last, backstep=True), peak).moves()
        assert any((b - a) * (last - first) < 0 for a, b in pairwise(places))
        assert not any(
            (b - a) * (last - first) < 0
            for a, b in pairwise(drive(adaptive(peak, first, last), peak).moves())
        )


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (1, 1), (2, 1)])
@pytest.mark.parametrize("plan", [bp.adaptive_scan, bp.rel_adaptive_scan])
def test_steps_out_of_order_are_refused(plan, low, high):
    peak = Peak()
    driven = drive(plan([peak.det], "det", peak.motor, 0, 5, low, high, 1, False))
    assert isinstance(driven.error, ValueError)
    assert "0 < min_step < max_step" in str(driven.error)
    assert driven.messages == []


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0.01, 1), st.floats(0.1, 5), st.randoms())
def test_an_adaptive_scan_without_stepping_back_always_ends_and_keeps_its_steps(
    first, last, low, more, random
):
    from bsh.plans.adapting import AdaptiveSteps

    steps = AdaptiveSteps(first, last, low, low + more, 1.0, False, 0.8)
    before, count = None, 0
    while not steps.done:
        if before is not None:
            assert low * 0.999 <= abs(steps.position - before) <= (low + more) * 1.001
        before = steps.position
        steps.take(random.uniform(-10, 10))
        count += 1
        assert count <= abs(last - first) / low + 2


def test_a_field_that_nobody_gives_is_named_with_those_that_are_given():
    peak = Peak()
    driven = drive(bp.adaptive_scan([peak.det], "diode", peak.motor, 0, 5, 0.1, 1, 1, False), peak)
    assert isinstance(driven.error, ValueError)
    assert "no detector gives 'diode'" in str(driven.error)
    assert "det, m" in str(driven.error)


def test_an_adaptive_scan_can_be_listed():
    peak = Peak()
    assert sum(msg.command == "save" for msg in adaptive(peak, 0, 5)) > 3


def test_a_relative_adaptive_scan_returns():
    peak = Peak(start=1.0)
    driven = drive(bp.rel_adaptive_scan([peak.det], "det", peak.motor, 0, 5, 0.1, 1, 5, False), peak)
    assert driven.moves()[0] == 1.0
    assert driven.moves()[-1] == 1.0
    assert max(driven.moves()) > 5
    assert start(driven)["plan_name"] == "rel_adaptive_scan"
    assert start(driven)["plan_args"]["threshold"] == 0.8


@pytest.mark.parametrize("snake", [False, True])
def test_tuning_ends_at_the_centroid(snake):
    peak = Peak(center=3.2)
    driven = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 10, 0.01, snake=snake), peak)
    assert peak.motor.position == pytest.approx(3.2, abs=0.02)
    assert driven.result == "uid"
    assert driven.commands.count("save") == 50
    assert all(0 <= place <= 10 for place in driven.moves())


def test_tuning_narrows_by_its_factor_and_stops_at_the_least_step():
    peak = Peak()
    coarse = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, 0.5, num=10, step_factor=3.0), peak)
    assert coarse.commands.count("save") == 10  # 1.0 is taken, 0.33 would be too short
    peak = Peak()
    finer = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, 0.3, num=10, step_factor=3.0), peak)
    assert finer.commands.count("save") == 20


def test_snaking_runs_back_in_the_second_pass():
    peak = Peak()
    places = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, 0.3, snake=True), peak).moves()
    assert places[0] < places[9]
    assert places[10] > places[19]


def test_without_a_signal_the_motor_stays_where_the_pass_ended():
    peak = Peak(center=1e6)
    driven = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, 0.3), peak)
    assert driven.moves()[-1] == 9.0
    assert driven.commands.count("save") == 10


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"min_step": 0}, "min_step must be above 0"),
        ({"step_factor": 1.0}, "step_factor must be above 1"),
        ({"num": 1}, "at least 2 points"),
    ],
)
def test_numbers_with_which_tuning_would_never_end_are_refused(changed, text):
    peak = Peak()
    kwargs = {"min_step": 0.1, **changed}
    driven = drive(bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, **kwargs))
    assert isinstance(driven.error, ValueError)
    assert text in str(driven.error)


def test_tuning_can_be_listed():
    peak = Peak()
    assert (
        sum(msg.command == "save" for msg in bp.tune_centroid([peak.det], "det", peak.motor, 0, 9, 0.3)) == 10
    )


def test_tweak_asks_for_steps_until_it_gets_no_number():
    peak = Peak()
    answers = iter(["", "2", " 0.5 ", "q"])

    def answer(msg):
        return next(answers) if msg.command == "input" else peak(msg)

    driven = drive(bp.tweak(peak.det, "det", peak.motor, 1.0), answer)
    assert driven.moves() == [1.0, 3.0, 3.5]
    assert driven.commands.count("save") == 4
    assert driven.of("input")[0].kwargs["prompt"].startswith("m 0, det ")
    assert driven.commands[-3:] == ["close_run", "unstage", "unstage"]


def test_tweak_can_be_listed():
    peak = Peak()
    assert [msg.command for msg in bp.tweak(peak.det, "det", peak.motor, 1.0)][-1] == "unstage"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "12"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_motor_is_sent_where_no_number_leads(bad, number):
    for plan in (
        lambda peak: adaptive(peak, 0.0, 6.0),
        lambda peak: bp.tune_centroid([peak.det], "det", peak.motor, 0.0, 6.0, 0.1, 4),
    ):
        peak, read = Peak(), []

        def answer(msg, peak=peak, read=read):
            readings = peak(msg)
            if msg.command == "read" and msg.obj is peak.det:
                read.append(msg)
                if len(read) == number:
                    readings["det"]["value"] = bad
            return readings

        driven = drive(plan(peak), answer)
        assert "det, which decides where to go next, must be a finite number, got" in str(driven.error)
        assert len(driven.moves(peak.motor)) == number
