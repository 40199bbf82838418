"""What cannot be meant is refused before the first message, with the argument, the value and the right form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from cycler import cycler

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.msg import Msg, ensure_generator
from bsh.plans import spec
from tests.plans.devices import Det, Flyer, Motor
from tests.plans.drive import drive

det = Det("det")
x, y = Motor("x"), Motor("y")
NAN, INF = float("nan"), float("inf")


class Unreadable:
    """Has a name and nothing else."""

    name = "thing"


class Role(NamedTuple):
    """A good value, and the bad ones with what the error has to say about each."""

    good: Any
    bad: dict[Any, str]


def position(name: str, good: float = 1.0) -> Role:
    return Role(good, {NAN: f"{name}.*nan", INF: f"{name}.*inf", "far": f"{name}.*'far'"})


def number(name: str, good: Any = 3) -> Role:
    return Role(
        good,
        {
            0: rf"{name}\b.*(1 or more|at least|points).*0",
            -2: rf"{name}\b.*(1 or more|at least|points).*-2",
            2.5: rf"{name}\b.*whole number.*2\.5",
            NAN: rf"{name}\b.*whole number.*nan",
        },
    )


def motor(good: Motor) -> Role:
    return Role(good, {Unreadable(): "motor must be.*set.*thing|motor, .*thing", 5: "motor.*5"})


def places(axis: Motor) -> Role:
    name = axis.name
    return Role(
        [1.0, 2.0, 3.0],
        {
            5: f"{name} needs a list of positions, got 5",
            (): f"{name} needs a list of one position or more",
            (1.0, NAN, 2.0): f"{name}: position 1 of 3 is nan",
            (INF, 1.0, 2.0): f"{name}: position 0 of 3 is inf",
        },
    )


def above_0(name: str, good: float) -> Role:
    return Role(good, {0: f"{name}.*0", -1.0: f"{name}.*-1", NAN: f"{name}.*nan", INF: f"{name}.*inf"})


def free(good: Any) -> Role:
    return Role(good, {})


def centre(name: str) -> Role:
    return position(name, 0.0)


LINE = [motor(x), position("start of x"), position("stop of x", 2.0)]
LINES = [*LINE, motor(y), position("start of y"), position("stop of y", 2.0)]
GRID = [
    *[motor(x), position("start of x"), position("stop of x", 2.0), number("num of x")],
    *[motor(y), position("start of y"), position("stop of y", 2.0), number("num of y")],
]
LISTS = [motor(x), places(x), motor(y), places(y)]
XY = [motor(x), motor(y)]
RANGES = [position("x_range", 4.0), position("y_range", 4.0)]
ADAPTIVE = [
    *[free("det"), motor(x), position("start"), position("stop", 2.0)],
    *[above_0("min_step", 0.1), above_0("max_step", 1.0), position("target_delta"), free(True)],
]
INTERVALS = Role(
    2, {0: "at least 1 interval, got 0", 2.5: "number of intervals.*whole number.*2.5", NAN: "intervals.*nan"}
)
SECONDS = free(0.1)
MESH = [
    *[motor(x), position("start of x"), position("stop of x", 2.0), INTERVALS],
    *[motor(y), position("start of y"), position("stop of y", 2.0), INTERVALS],
]

PLANS: dict[Callable[..., Any], list[Role]] = {
    bp.count: [number("num")],
    bp.scan: [*LINES, number("num")],
    bp.rel_scan: [*LINES, number("num")],
    bp.inner_product_scan: [number("num"), *LINES],
    bp.relative_inner_product_scan: [number("num"), *LINES],
    bp.list_scan: LISTS,
    bp.rel_list_scan: LISTS,
    bp.list_grid_scan: LISTS,
    bp.rel_list_grid_scan: LISTS,
    bp.log_scan: [*LINE, number("num")],
    bp.rel_log_scan: [*LINE, number("num")],
    bp.grid_scan: GRID,
    bp.rel_grid_scan: GRID,
    bp.x2x_scan: [*XY, position("start of x"), position("stop of x"), number("num")],
    bp.spiral: [*XY, centre("x_start"), centre("y_start"), *RANGES, above_0("dr", 0.5), above_0("nth", 4)],
    bp.rel_spiral: [*XY, *RANGES, above_0("dr", 0.5), above_0("nth", 4)],
    bp.spiral_fermat: [
        *[*XY, centre("x_start"), centre("y_start"), *RANGES],
        *[above_0("dr", 0.5), above_0("factor", 1)],
    ],
    bp.rel_spiral_fermat: [*XY, *RANGES, above_0("dr", 0.5), above_0("factor", 1)],
    bp.spiral_square: [
        *[*XY, centre("x_center"), centre("y_center"), *RANGES],
        *[number("x_num"), number("y_num")],
    ],
    bp.rel_spiral_square: [*XY, *RANGES, number("x_num"), number("y_num")],
    bp.adaptive_scan: ADAPTIVE,
    bp.rel_adaptive_scan: ADAPTIVE,
    bp.tune_centroid: [
        *[free("det"), motor(x), position("start of x"), position("stop of x", 2.0)],
        *[above_0("min_step", 0.1), number("num")],
    ],
    spec.ascan: [*LINE, INTERVALS, SECONDS],
    spec.dscan: [*LINE, INTERVALS, SECONDS],
    spec.lup: [*LINE, INTERVALS, SECONDS],
    spec.a2scan: [*LINES, INTERVALS, SECONDS],
    spec.d2scan: [*LINES, INTERVALS, SECONDS],
    spec.anscan: [*LINES, INTERVALS, SECONDS],
    spec.dnscan: [*LINES, INTERVALS, SECONDS],
    spec.th2th: [motor(x), motor(y), position("start of x"), position("stop of x"), INTERVALS, SECONDS],
    spec.mesh: [*MESH, SECONDS],
    spec.dmesh: [*MESH, SECONDS],
    spec.pointscan: [motor(x), places(x), SECONDS],
    spec.loopscan: [number("number of points"), SECONDS],
}
WITH_PER_STEP = [
    plan for plan in PLANS if plan.__module__.startswith("bsh.plans.s") and "spec" not in plan.__module__
]


def cases() -> Iterator[Any]:
    for plan, roles in PLANS.items():
        good = [role.good for role in roles]
        for place, role in enumerate(roles):
            for bad, said in role.bad.items():
                args = [*good[:place], list(bad) if isinstance(bad, tuple) else bad, *good[place + 1 :]]
                yield pytest.param(
                    plan, args, said, id=f"{plan.__name__}-{place}-{getattr(bad, 'name', bad)}"
                )


@pytest.mark.parametrize(("plan", "args", "said"), list(cases()))
def test_a_wrong_argument_is_named_with_its_value_before_anything_is_done(plan, args, said):
    driven = drive(plan([det], *args))
    assert driven.messages == []
    assert isinstance(driven.error, ValueError | TypeError) or driven.error.__class__.__name__ == "UsageError"
    assert re.search(said, str(driven.error)), str(driven.error)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.__name__)
def test_the_good_arguments_are_good(plan):
    assert drive(plan([det], *(role.good for role in PLANS[plan])), limit=200).error is None


def made() -> Any:
    return [det]


@pytest.mark.parametrize(
    ("detectors", "said"),
    [
        (det, r"detectors must be a list of devices, got det; for a single one write \[det\]"),
        ("det", r"detectors must be a list of devices, got 'det'"),
        (None, r"detectors must be a list of devices, got None"),
        ([5], r"detectors must be a list of devices, but 5 in it is not one"),
        ([made], r"detectors must be a list of devices, but <function made"),
        ([det, Unreadable()], r"detectors must be devices with read\(\), but thing in the list has none"),
    ],
    ids=["device", "text", "none", "number", "function", "unreadable"],
)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.__name__)
def test_what_cannot_be_read_is_refused_before_anything_is_done(plan, detectors, said):
    driven = drive(plan(detectors, *(role.good for role in PLANS[plan])))
    assert driven.messages == []
    assert isinstance(driven.error, TypeError)
    assert re.search(said, str(driven.error)), str(driven.error)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.__name__)
def test_no_detectors_are_legal(plan):
    if "adaptive" in plan.__name__ or "tune" in plan.__name__:
        return  # they look at one
    assert drive(plan([], *(role.good for role in PLANS[plan])), limit=200).error is None


TWO_MOTORS = [plan for plan, roles in PLANS.items() if sum(role.good in (x, y) for role in roles) == 2]


@pytest.mark.parametrize("plan", TWO_MOTORS, ids=lambda plan: plan.__name__)
def test_a_motor_that_is_given_twice_is_named(plan):
    driven = drive(plan([det], *(x if role.good is y else role.good for role in PLANS[plan])))
    assert driven.messages == []
    assert "x is given twice; each motor may appear once" in str(driven.error)


@pytest.mark.parametrize(
    ("plan", "args", "said"),
    [
        (bp.scan, (x, 0, 1), "the number of points is missing"),
        (bp.scan, (x, 0, 1, y, 3), "the number of points is missing: .*; got x, 0, 1, y, 3"),
        (bp.inner_product_scan, (3, x, 0, 1, y), r"motor, start, stop\), but got 4: x, 0, 1, y"),
        (bp.list_scan, (x, [1], y), r"motor, \[positions\]\), but got 3: x, \[1\], y"),
        (bp.list_scan, (x, [1, 2], y, [1]), "same number of positions; got x: 2, y: 1"),
        (bp.list_grid_scan, (x, [1], y), r"motor, \[positions\]\), but got 3"),
        (
            bp.grid_scan,
            (x, 0, 1, 2, y, 0, 1),
            "motor, start, stop, num for each axis .* got x, 0, 1, 2, y, 0, 1",
        ),
        (spec.anscan, (x, 0, 1, 5), "motor, start, stop for each motor, then intervals and seconds; got 4"),
        (spec.a2scan, (x, 0, 1, 5, 0.1), "each of 2 motors, .*; got 5"),
        (bps.mv, (x, 1, y), r"motor, position\), but got 3: x, 1, y"),
        (bps.mv, (), "motor, position, motor, position"),
        (bps.mv, (x, NAN), "x: position 0 of 1 is nan"),
        (bps.mv, (x, 1, x, 2), "x is given twice"),
    ],
)
def test_arguments_that_do_not_pair_up_are_shown_with_the_right_form(plan, args, said):
    driven = drive(plan(*args) if plan is bps.mv else plan([det], *args))
    assert driven.messages == []
    assert re.search(said, str(driven.error)), str(driven.error)


@pytest.mark.parametrize("snake_axes", [3, [Motor("z")], [x], [y, y], "y"], ids=str)
@pytest.mark.parametrize(
    ("plan", "args"),
    [
        (bp.grid_scan, (x, 0, 1, 2, y, 0, 1, 2)),
        (bp.rel_grid_scan, (x, 0, 1, 2, y, 0, 1, 2)),
        (bp.list_grid_scan, (x, [0, 1], y, [0, 1])),
        (bp.rel_list_grid_scan, (x, [0, 1], y, [0, 1])),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_axes_that_cannot_snake_are_named(plan, args, snake_axes):
    driven = drive(plan([det], *args, snake_axes=snake_axes))
    assert driven.messages == []
    assert isinstance(driven.error, ValueError)
    assert "snake" in str(driven.error)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (1, 1), (2, 1), (NAN, 1), (0.1, NAN), (0.1, INF)])
def test_steps_of_an_adaptive_scan_are_in_order(low, high):
    driven = drive(bp.adaptive_scan([det], "det", x, 0, 5, low, high, 1, False))
    assert driven.messages == []
    assert "min_step" in str(driven.error) or "max_step" in str(driven.error)


@pytest.mark.parametrize("place", [NAN, INF])
def test_a_cycler_with_a_place_that_is_none_is_refused(place):
    driven = drive(bp.scan_nd([det], cycler(x, [0.0, place]) * cycler(y, [1.0, 2.0])))
    assert driven.messages == []
    assert f"x: position 2 of 4 is {place}" in str(driven.error)


def test_a_spiral_without_a_point_is_refused():
    driven = drive(bp.spiral([det], x, y, 0, 0, 1, 1, 5, 4))
    assert driven.messages == []
    assert "no points" in str(driven.error)


@pytest.mark.parametrize("plan", WITH_PER_STEP, ids=lambda plan: plan.__name__)
@pytest.mark.parametrize(
    ("per_step", "said"),
    [
        (lambda detectors, steps: None, r"per_step must be a function of \(detectors, step, pos_cache\)"),
        (5, "per_step must be a function of .* got 5; give the function itself"),
        (iter([Msg("null")]), "give the function itself, without calling it"),
    ],
    ids=["signature", "number", "plan"],
)
def test_a_per_step_that_is_no_function_of_a_step_is_refused(plan, per_step, said):
    driven = drive(plan([det], *(role.good for role in PLANS[plan]), per_step=per_step))
    assert driven.messages == []
    assert isinstance(driven.error, TypeError)
    assert re.search(said, str(driven.error)), str(driven.error)


@pytest.mark.parametrize(
    ("per_shot", "said"),
    [
        (lambda: None, r"per_shot must be a function of \(detectors\), .* got \(\)"),
        (lambda detectors, more: None, r"per_shot must be a function of \(detectors\)"),
        (5, "per_shot must be a function of .* got 5"),
    ],
)
def test_a_per_shot_that_is_no_function_of_detectors_is_refused(per_shot, said):
    driven = drive(bp.count([det], per_shot=per_shot))
    assert driven.messages == []
    assert isinstance(driven.error, TypeError)
    assert re.search(said, str(driven.error)), str(driven.error)


@pytest.mark.parametrize("delay", [NAN, INF, "1"])
def test_a_delay_that_is_no_time_is_refused(delay):
    driven = drive(bp.count([det], 2, delay=delay))
    assert driven.messages == []
    assert isinstance(driven.error, ValueError | TypeError)


def test_flyers_are_devices_that_fly():
    driven = drive(bp.fly([Flyer("f"), det]))
    assert driven.messages == []
    assert "flyers must be devices with kickoff(), but det in the list has none" in str(driven.error)


def test_tweak_wants_a_step_and_a_detector():
    assert "step of x must be a finite number, got nan" in str(drive(bp.tweak(det, "det", x, NAN)).error)
    assert "detector must be devices with read()" in str(drive(bp.tweak(Unreadable(), "d", x, 1)).error)


@pytest.mark.parametrize(
    "use",
    [
        lambda plan: ensure_generator(plan),
        lambda plan: next(iter(bpp.run_wrapper(plan))) and list(bpp.run_wrapper(plan)),
        lambda plan: list(bpp.pchain(plan)),
        lambda plan: list(bpp.msg_mutator(plan, lambda msg: msg)),
        lambda plan: list(bpp.baseline_wrapper(plan, [])),
    ],
)
def test_a_plan_function_that_was_not_called_is_told_to_be(use):
    with pytest.raises(
        TypeError, match=r"count is a function that makes a plan, not a plan: call it, count\("
    ):
        use(bp.count)


@pytest.mark.parametrize("wrong", [5, None, "count"])
def test_what_is_no_plan_is_shown(wrong):
    with pytest.raises(TypeError, match=f"a plan is a generator or a list of messages, got {wrong!r}"):
        ensure_generator(wrong)
