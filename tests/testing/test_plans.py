from __future__ import annotations

import doctest

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.msg import Msg
from bsh.plans import spec
from bsh.testing import messages_of, plans
from tests.plans.devices import Det, Motor

det, x, y = Det("det"), Motor("x", 1.0), Motor("y", 2.0)


def taken(plan):
    """The messages, but for the metadata of the run."""
    return [Msg("open_run") if msg.command == "open_run" else msg for msg in messages_of(plan)]


def test_groups_are_numbered_in_the_order_in_which_they_come():
    messages = messages_of(bp.scan([det], x, 0, 1, 2))
    groups = [msg.kwargs["group"] for msg in messages if msg.command in ("set", "trigger")]
    assert groups == ["group 2", "group 3"] * 2  # staging has the first
    assert messages == messages_of(bp.scan([det], x, 0, 1, 2))


def test_answers_may_be_given():
    def plan():
        if (yield Msg("read", det)) == 5:
            yield Msg("null")

    assert [msg.command for msg in messages_of(plan(), {"read": lambda msg: 5})] == ["read", "null"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: bp.scan([det], x, 0, 1, 3), lambda: bp.list_scan([det], x, [0, 0.5, 1])),
        (lambda: bp.scan([det], x, 0, 1, 3), lambda: bp.inner_product_scan([det], 3, x, 0, 1)),
        (lambda: bp.scan([det], x, 0, 1, 3), lambda: spec.ascan([det], x, 0, 1, 2, None)),
        (lambda: bp.scan([det], x, 0, 1, 3), lambda: bp.scan([det], x, 0, 1, 3, per_step=bps.one_nd_step)),
        (lambda: bp.rel_scan([det], x, -1, 1, 3), lambda: spec.dscan([det], x, -1, 1, 2, None)),
        (
            lambda: bp.grid_scan([det], x, 0, 1, 2, y, 0, 1, 3),
            lambda: bp.list_grid_scan([det], x, [0, 1], y, [0, 0.5, 1]),
        ),
        (
            lambda: bp.grid_scan([det], y, 0, 1, 2, x, 0, 1, 3),
            lambda: spec.mesh([det], x, 0, 1, 2, y, 0, 1, 1, None),
        ),
        (lambda: bp.count([det], 2), lambda: bp.count([det], 2, per_shot=lambda d: bps.trigger_and_read(d))),
        (lambda: bp.count([det]), lambda: spec.loopscan([det], 1, None)),
        (lambda: bps.trigger_and_read([det]), lambda: bpp.pchain(bps.trigger_and_read([det]))),
    ],
)
def test_plans_that_do_the_same_send_the_same(one, other):
    assert [(msg.command, msg.obj, msg.args) for msg in taken(one())] == [
        (msg.command, msg.obj, msg.args) for msg in taken(other())
    ]


def test_the_example_does_what_it_shows():
    assert doctest.testmod(plans).failed == 0
