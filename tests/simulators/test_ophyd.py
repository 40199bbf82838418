"""The real ophyd: its pseudo positioners and its exceptions."""

from __future__ import annotations

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh.errors import LimitError
from bsh.simulators import check_limits, estimate
from tests.plans.drive import drive


@pytest.fixture(scope="module")
def gap_and_center():
    """A slit: gap and center are pseudo axes of two blades between -10 and 10."""
    from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner

    class Slit(PseudoPositioner):
        gap = Component(PseudoSingle, limits=(0, 100))
        center = Component(PseudoSingle, limits=(-100, 100))
        left = Component(SoftPositioner, limits=(-10, 10), init_pos=-1.0)
        right = Component(SoftPositioner, limits=(-10, 10), init_pos=1.0)

        def forward(self, pseudo_pos):
            half = pseudo_pos.gap / 2
            return self.RealPosition(left=pseudo_pos.center - half, right=pseudo_pos.center + half)

        def inverse(self, real_pos):
            return self.PseudoPosition(
                gap=real_pos.right - real_pos.left, center=(real_pos.right + real_pos.left) / 2
            )

    return Slit("", name="slit")


def test_a_pseudo_axis_is_checked_against_the_limits_of_its_real_axes(gap_and_center):
    slit = gap_and_center
    check_limits(bp.scan([], slit.gap, 0, 20, 3))
    with pytest.raises(LimitError, match=r"\(point 2 of 3\)"):
        check_limits(bp.scan([], slit.gap, 0, 21, 3))


def test_pseudo_axes_that_move_together_are_checked_together(gap_and_center):
    slit = gap_and_center
    check_limits(bp.scan([], slit.gap, 18, 2, slit.center, 1, 9, 3))
    with pytest.raises(LimitError, match=r"\(point 1 of 2\)"):
        check_limits(bp.scan([], slit.gap, 18, 3, slit.center, 1, 9, 2))


def test_a_relative_scan_of_a_pseudo_axis_holds_the_other_and_comes_back(gap_and_center):
    slit = gap_and_center

    def run(msg):
        return slit.set(*msg.args) if msg.command == "set" else None

    driven = drive(bp.rel_scan([], slit.gap, 0, 2, 2), run)
    assert driven.error is None
    assert driven.moves(slit)[:2] == [{"gap": 2.0}, {"gap": 4.0}]
    assert tuple(driven.moves(slit)[2]) == (2.0, 0.0)
    assert tuple(slit.position) == (2.0, 0.0)
    assert [msg.obj for msg in driven.of("read")] == [slit, slit]


def test_moving_a_pseudo_axis_by_hand_is_checked_too(gap_and_center):
    with pytest.raises(LimitError, match="slit"):
        check_limits(bps.mv(gap_and_center.gap, 50))
    with pytest.raises(LimitError, match="slit_gap"):
        check_limits(bps.abs_set(gap_and_center.gap, 50))


def test_ophyds_own_limit_error_is_explained(gap_and_center):
    with pytest.raises(LimitError) as error:
        check_limits(bps.mv(gap_and_center.left, 12))
    assert str(error.value) == "slit_left: 12 is outside [-10, 10]"


def test_simulated_ophyd_devices_can_be_checked_and_estimated():
    from ophyd.sim import SynAxis, SynGauss

    motor = SynAxis(name="motor")
    det = SynGauss("det", motor, "motor", center=0, Imax=1)
    check_limits(bp.rel_scan([det], motor, -1, 1, 3))
    assert estimate(bp.rel_scan([det], motor, -1, 1, 3)).points == 3
