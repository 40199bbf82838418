from __future__ import annotations

import gc
from math import exp

import pytest

from bsh import plans as bp
from bsh.errors import CommandError, RequestAbort, RequestStop
from bsh.plans import spec
from bsh.session.preflight import look_ahead
from bsh.simulators import estimate
from tests.plans.devices import Det, Motor, Timed
from tests.plans.drive import drive, once


class Peak:
    """Answers readings with a function of the motor."""

    def __init__(self, shape):
        self.det, self.motor, self.shape = Det("det"), Motor("m", 10.0), shape

    def __call__(self, msg):
        if msg.command == "set":
            self.motor.position = msg.args[0]
        if msg.command == "read":
            value = self.motor.position if msg.obj is self.motor else self.shape(self.motor.position)
            return {msg.obj.name: {"value": value, "timestamp": 0}}
        return "uid"


def gaussian(center):
    return lambda position: 5 + 100 * exp(-0.5 * ((position - center) / 0.3) ** 2)


def lineup(peak, **kwargs):
    return bp.lineup([peak.det], "det", peak.motor, -2, 2, 41, **kwargs)


@pytest.mark.parametrize("feature", ["cen", "com", "max"])
def test_the_motor_goes_to_the_peak_when_the_run_is_closed(feature):
    peak = Peak(gaussian(10.4))
    driven = drive(lineup(peak, feature=feature), peak)
    assert driven.result == "uid"
    assert driven.moves()[:41] == pytest.approx([8 + number / 10 for number in range(41)])
    assert driven.moves()[41:] == [pytest.approx(10.4, abs=0.01)]
    assert driven.commands[-5:] == ["close_run", "unstage", "unstage", "set", "wait"]
    md = driven.of("open_run")[0].kwargs
    assert (md["plan_name"], md["num_points"], md["motors"]) == ("lineup", 41, ("m",))
    assert md["plan_args"]["feature"] == feature


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (lambda position: 5.0, "nothing rises above the noise"),
        (lambda position: position, "the peak is not inside the range"),
        (gaussian(12.1), "the peak is not inside the range"),
    ],
)
def test_without_a_good_peak_the_motor_goes_back_and_the_run_is_good(shape, why):
    peak = Peak(shape)
    driven = drive(lineup(peak), peak)
    assert isinstance(driven.error, CommandError)
    assert f"m is not lined up: det shows no peak ({why}); the motor is back" in str(driven.error)
    assert "wider range" in driven.error.hint
    assert driven.of("close_run")[0].kwargs["exit_status"] is None
    assert driven.moves()[-1] == 10.0


def test_too_few_points_are_no_peak():
    peak = Peak(gaussian(10.4))
    driven = drive(bp.lineup([peak.det], "det", peak.motor, -2, 2, 3), peak)
    assert "there are too few points" in str(driven.error)


def test_a_judge_may_decide():
    peak = Peak(gaussian(10.4))
    seen = []

    def judge(positions, values):
        seen.append((len(positions), max(values)))
        return 9.0

    assert drive(lineup(peak, judge=judge), peak).moves()[-1] == 9.0
    assert seen == [(41, pytest.approx(105))]
    refused = drive(lineup(Peak(gaussian(10.4)), judge=lambda positions, values: None), peak)
    assert "the judge found nothing to go to" in str(refused.error)


def test_a_place_outside_of_the_scan_is_not_gone_to():
    peak = Peak(gaussian(10.4))
    driven = drive(lineup(peak, judge=lambda positions, values: 99.0), peak)
    assert "99 is outside of the scan, 8 to 12" in str(driven.error)
    assert driven.moves()[-1] == 10.0


@pytest.mark.parametrize("error", [ValueError("broken"), RequestAbort(), RequestStop()], ids=repr)
def test_a_scan_that_is_broken_off_brings_the_motor_back(error):
    peak = Peak(gaussian(10.4))
    driven = drive(lineup(peak), peak, fail_at=once("trigger", error, 3))
    assert driven.moves()[-1] == 10.0


def test_a_stop_that_leaves_motors_where_they_are_does():
    peak = Peak(gaussian(10.4))
    stop = RequestStop()
    stop.return_motors = False
    driven = drive(lineup(peak), peak, fail_at=once("trigger", stop, 3))
    assert driven.moves()[-1] == pytest.approx(8.3)


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"feature": "top"}, "feature is one of cen, com, max, got 'top'"),
        ({"judge": 3}, "judge must be a function"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_done(kwargs, text):
    driven = drive(lineup(Peak(gaussian(10)), **kwargs))
    assert driven.messages == []
    assert text in str(driven.error)


def test_a_signal_that_nobody_gives_is_named():
    peak = Peak(gaussian(10.4))
    driven = drive(bp.lineup([peak.det], "diode", peak.motor, -2, 2, 41), peak)
    assert "no detector gives 'diode'" in str(driven.error)


def test_before_it_runs_its_points_are_known_and_its_peak_is_not():
    peak = Peak(gaussian(10.4))
    assert sum(msg.command == "save" for msg in lineup(peak)) == 41
    foreseen = estimate(lineup(peak))
    assert (foreseen.points, foreseen.complete) == (41, False)
    assert look_ahead(lambda: lineup(peak), None).num_points is None


# -- SPEC's way to ask for it -------------------------------------------------------------------------


def test_lineup_by_intervals_sets_the_count_time_and_looks_at_the_first_hinted_field():
    peak = Peak(gaussian(10.4))
    peak.det = Timed("det", 0.5)

    def answer(msg):
        return (
            {"det_count_time": {"value": 0.5, "timestamp": 0}}
            if msg.obj is peak.det.count_time
            else peak(msg)
        )

    driven = drive(spec.lineup([peak.det], peak.motor, -2, 2, 40, 0.1), answer)
    assert driven.error is None
    assert driven.moves(peak.motor)[-1] == pytest.approx(10.4, abs=0.01)
    assert driven.moves(peak.det.count_time) == [0.1, 0.5]
    md = driven.of("open_run")[0].kwargs
    assert (md["plan_name"], md["num_points"], md["count_time"]) == ("lineup", 41, 0.1)
    assert md["plan_args"]["signal"] == "det"


def test_a_count_time_that_cannot_be_read_is_no_forgotten_plan():
    peak = Peak(gaussian(10.4))
    peak.det = Timed("det", 0.5)
    driven = drive(
        spec.lineup([peak.det], peak.motor, -2, 2, 40, 0.1), fail_at=once("read", ValueError("no answer"))
    )
    assert str(driven.error) == "no answer"
    gc.collect()  # the suite turns warnings to errors


def test_lineup_by_intervals_wants_something_to_look_at():
    driven = drive(spec.lineup([Det("d", fields=[])], Motor("m"), -1, 1, 10, None))
    assert driven.messages == []
    assert "none of the counters says which of its values to look at (d)" in str(driven.error)
    assert "at least 1 interval" in str(drive(spec.lineup([Det("d")], Motor("m"), -1, 1, 0, None)).error)


# -- adaptive in any number of axes ------------------------------------------------------------------

x, y = Motor("x"), Motor("y")
det = Det("det")


def measured(msg):
    if msg.command == "read":
        return {msg.obj.name: {"value": 7.0, "timestamp": 0}}
    return "uid"


def test_a_function_chooses_the_next_point():
    seen = []

    def suggest(positions, readings):
        seen.append((positions, readings["det"]))
        return (positions[0] + 1, 5.0) if positions[0] < 2 else None

    driven = drive(bp.adaptive([det], [x, y], suggest, first=[0, 5.0]), measured)
    assert [(msg.obj, msg.args[0]) for msg in driven.of("set")] == [(x, 0), (y, 5.0), (x, 1), (x, 2)]
    assert seen == [((0, 5.0), 7.0), ((1, 5.0), 7.0), ((2, 5.0), 7.0)]
    assert driven.result == "uid"
    md = driven.of("open_run")[0].kwargs
    assert (md["plan_name"], md["motors"], md["num_points"]) == ("adaptive", ("x", "y"), None)
    assert md["hints"]["dimensions"] == [(["x"], "primary"), (["y"], "primary")]


def test_a_function_that_never_ends_is_ended():
    driven = drive(bp.adaptive([det], [x], lambda p, r: (p[0] + 1,), first=[0], max_points=5), measured)
    assert driven.moves(x) == [0, 1, 2, 3, 4]
    assert driven.error is None


def test_pseudo_axes_are_moved_together():
    from tests.plans.devices import Positioner

    hkl = Positioner("hkl")
    driven = drive(bp.adaptive([det], [hkl.h, hkl.k], lambda p, r: None, first=[1, 2]), measured)
    assert driven.moves(hkl) == [{"h": 1, "k": 2}]


@pytest.mark.parametrize(
    ("suggested", "said"),
    [
        (3, r"suggest\(\) must give one position for each of x, y, got 3"),
        ((1,), r"suggest\(\) must give one position for each of x, y, got \(1,\)"),
        ("ab", r"suggest\(\) must give one position for each of x, y, got 'ab'"),
        ((1, float("nan")), r"suggest\(\) for y must be a finite number, got nan"),
    ],
)
def test_a_point_that_is_none_fails_the_run_with_what_was_suggested(suggested, said):
    driven = drive(bp.adaptive([det], [x, y], lambda p, r: suggested, first=[0, 0]), measured)
    with pytest.raises(ValueError, match=said):
        raise driven.error
    assert driven.of("close_run")[0].kwargs["exit_status"] == "fail"


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"first": [0]}, "first must give one position for each of x, y, got [0]"),
        ({"first": [0, "a"]}, "first for y must be a finite number, got 'a'"),
        ({"first": [0, 0], "max_points": 0}, "max_points"),
        ({"first": [0, 0], "suggest": 5}, "suggest must be a function of (positions, readings)"),
        ({"first": [0, 0], "motors": x}, "motors must be a list of devices, got x"),
        (
            {"first": [0, 0], "motors": [det, y]},
            "motors must be devices with set(), but det in the list has none",
        ),
        ({"first": [0, 0], "motors": [x, x]}, "x is given twice"),
    ],
)
def test_wrong_arguments_of_adaptive_are_refused_before_anything_is_done(kwargs, text):
    given = {"motors": [x, y], "suggest": lambda p, r: None, **kwargs}
    driven = drive(bp.adaptive([det], given.pop("motors"), given.pop("suggest"), **given))
    assert driven.messages == []
    assert text in str(driven.error)
