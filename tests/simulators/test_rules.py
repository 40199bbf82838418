from __future__ import annotations

import warnings
from time import process_time

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.devices.sim import SimDetector, SimMotor, SimSignal
from bsh.errors import LimitError, ProfileError
from bsh.plans import spec
from bsh.simulators import Rule, check_rules, preflight
from tests.plans.devices import Positioner, Signal, Thing


@pytest.fixture
def devices():
    ring = Thing("ring")
    ring.current = SimSignal("ring_current", value=100.0)
    return {
        "detz": SimMotor("detz", position=100.0, units="mm"),
        "th": SimMotor("th", position=0.0, units="deg"),
        "beamstop": SimSignal("beamstop", value="out"),
        "ring": ring,
        "det": SimDetector("det"),
    }


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("detz < 50 and beamstop == 'out'", {"detz": 40, "beamstop": "out"}, True),
        ("detz < 50 and beamstop == 'out'", {"detz": 60, "beamstop": "out"}, False),
        ("not 0 <= th <= 10", {"th": 5}, False),
        ("abs(th - 2 * tth) > 0.5 or -th == +5", {"th": 1, "tth": 5}, True),
        ("min(th, tth) // 2 % 3 / 1 == 1", {"th": 2, "tth": 5}, True),
        ("shutter in ('open', 'moving')", {"shutter": "open"}, True),
        ("shutter not in ['open']", {"shutter": "open"}, False),
        ("ring.current < 10", {"ring.current": 5}, True),
        ("slits.top.gap != 1", {"slits.top.gap": 1}, False),
        ("closed == True", {"closed": True}, True),
    ],
)
def test_a_rule_is_a_condition_of_positions(text, values, holds):
    rule = Rule(text)
    assert set(rule.names) == set(values)
    assert rule.holds(values) is holds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("detz <", "not an expression.*column"),
        ("", "not an expression"),
        ("detz = 5", "not an expression"),
        ("detz < 50; 1", "not an expression"),
        ("__import__('os').system('true')", "only abs, max, min, round can be called"),
        ("abs.__class__", "only parts of devices have a dot"),
        ("detz._secret < 1", "only parts of devices have a dot"),
        ("(lambda: 1)()", "only abs"),
        ("lambda: 1", "lambda is not allowed"),
        ("[x for x in (1, 2)]", "listcomp is not allowed"),
        ("detz[0] < 1", "subscript is not allowed"),
        ("9 ** 9 ** 9", "pow is not allowed"),
        ("f'{detz}' == 'a'", "joinedstr is not allowed"),
        ("detz if th else 1", "ifexp is not allowed"),
        ("(detz := 5)", "namedexpr is not allowed"),
        ("detz is None", "is is not allowed"),
        ("detz == b'x'", "b'x' is neither a number nor a text"),
        ("round(detz, ndigits=1) == 1", "only abs"),
    ],
)
def test_anything_else_is_refused_with_its_place(text, why):
    with pytest.raises(ProfileError, match=why) as error:
        Rule(text)
    assert repr(text) in str(error.value)
    assert "detz < 50 and beamstop == 'out'" in error.value.hint


def test_values_that_cannot_be_compared_are_shown():
    with pytest.raises(ProfileError, match=r"cannot be evaluated: .* \(detz = 'far'\)"):
        Rule("detz < 50").holds({"detz": "far"})


RULE = "detz < 50 and beamstop == 'out'"


def test_the_first_forbidden_point_is_named_with_rule_values_and_point(devices):
    plan = bp.scan([devices["det"]], devices["detz"], 80, 40, 5)
    with pytest.raises(LimitError) as error:
        check_rules(plan, [RULE], devices)
    assert (
        str(error.value) == f"forbidden by the rule {RULE!r}: detz = 40 mm, beamstop = 'out' (point 4 of 5)"
    )
    assert "rules: forbid" in error.value.hint
    assert devices["detz"].position == 100.0


def test_a_plan_that_stays_clear_passes(devices):
    check_rules(bp.scan([devices["det"]], devices["detz"], 80, 60, 5), [RULE], devices)


def test_axes_that_move_together_are_looked_at_when_all_have_arrived(devices):
    detz, th = devices["detz"], devices["th"]
    rule = ["detz < 50 and th < 5"]
    check_rules(bps.mv(detz, 40, th, 10), rule, devices)
    check_rules(bp.rel_scan([], detz, -60, -61, th, 10, 11, 3), rule, devices)
    with pytest.raises(LimitError):
        check_rules(bps.mv(detz, 40, th, 1), rule, devices)


def test_one_after_the_other_is_not_together(devices):
    def plan():
        yield from bps.mv(devices["detz"], 40)
        yield from bps.mv(devices["th"], 10)

    with pytest.raises(LimitError):
        check_rules(plan(), ["detz < 50 and th < 5"], devices)


def test_a_plan_that_moves_nothing_of_a_rule_is_not_its_business(devices):
    devices["detz"].set(40).wait(5)
    check_rules(bp.scan([], devices["th"], 0, 1, 3), [RULE], devices)


def test_a_move_that_nobody_waits_for_is_looked_at_in_the_end(devices):
    with pytest.raises(LimitError):
        check_rules(bps.abs_set(devices["detz"], 40), [RULE], devices)


def test_a_part_of_a_device_may_be_named(devices):
    devices["ring"].current.set(5.0)
    with pytest.raises(LimitError, match=r"ring\.current = 5"):
        check_rules(bps.mv(devices["detz"], 40), ["detz < 50 and ring.current < 10"], devices)


@pytest.mark.parametrize(
    ("rule", "said", "hint"),
    [
        ("detzz < 50", "names detzz, which is no device", "detz"),
        ("ring.currant < 50", "names ring.currant, which is no part of ring", "ring alone"),
        (
            "detz.position < 50",
            "names detz.position, which is no part of detz",
            "detz alone means its position",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_told_before_anything_is_looked_at(devices, rule, said, hint):
    with pytest.raises(ProfileError, match=said) as error:
        check_rules([], [rule], devices)
    assert hint in error.value.hint


def test_a_value_that_nobody_knows_is_told_once(devices):
    unknown = Signal("lid", None)
    devices["lid"] = unknown
    with pytest.warns(UserWarning, match="the value of lid is not known") as caught:
        check_rules(bp.scan([], devices["detz"], 0, 10, 5), ["detz < 50 and lid == 'open'"], devices)
    assert len(caught) == 1


class Gap(Positioner):
    """Its real axis is the sum of its pseudo axes."""

    def __init__(self, name):
        super().__init__(name)
        from collections import namedtuple

        self.RealPosition = namedtuple("RealPosition", "real")

    def forward(self, pseudo):
        return self.RealPosition(pseudo.h + pseudo.k)


def test_rules_see_pseudo_and_real_axes_of_a_positioner():
    gap = Gap("gap")
    devices = {"gap": gap}
    both = bp.scan([], gap.h, 0, 4, gap.k, 0, 4, 5)
    with pytest.raises(LimitError, match=r"gap\.h = 3 \(point 3 of 5\)"):
        check_rules(both, ["gap.h > 2.5"], devices)
    with pytest.raises(LimitError, match=r"gap\.real = 6 \(point 3 of 5\)"):
        check_rules(bp.scan([], gap.h, 0, 4, gap.k, 0, 4, 5), ["gap.real > 5"], devices)
    with pytest.raises(LimitError, match=r"gap\.real = 12"):
        check_rules(bps.mv(gap.h, 10), ["gap.real > 5"], devices)
    check_rules(bps.mv(gap.h, 1), ["gap.real > 5"], devices)


def test_a_real_axis_that_is_moved_itself_is_where_it_was_sent():
    gap = Gap("gap")
    with pytest.raises(LimitError, match=r"gap\.real = 9"):
        check_rules(bps.mv(gap.real, 9), ["gap.real > 5"], {"gap": gap})


def test_the_preflight_looks_at_limits_rules_and_time_in_one_walk(devices):
    plan = lambda stop: bp.scan([devices["det"]], devices["detz"], 80, stop, 5)  # noqa: E731
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert preflight(plan(60), rules=[RULE], devices=devices).points == 5
    with pytest.raises(LimitError, match="forbidden"):
        preflight(plan(40), rules=[RULE], devices=devices)


def test_two_rules_over_ten_thousand_points_cost_less_than_the_rest_of_looking_ahead(devices):
    def look(*rules):
        began = process_time()
        scan = spec.ascan([devices["det"]], devices["th"], 0, 10, 9999, 0.1)
        assert preflight(scan, rules=rules, devices=devices).points == 10_000
        return process_time() - began

    without, with_rules = zip(*((look(), look("th > 99", "th < -1 and beamstop == 'out'")) for _ in range(5)))
    assert min(with_rules) < 2.5 * min(without)
