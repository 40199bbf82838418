"""Commands of reciprocal space, on a toy diffractometer of ophyd's pseudo axes."""

import pytest

from bsh.commands.reports import MoveSummary
from bsh.errors import CommandError, LimitError, UsageError


@pytest.fixture
def fourc(session):
    from ophyd import Component, PseudoPositioner, PseudoSingle, SoftPositioner

    class Toy(PseudoPositioner):
        h = Component(PseudoSingle)
        k = Component(PseudoSingle)
        l = Component(PseudoSingle)  # noqa: E741 - Miller's letter
        tth = Component(SoftPositioner, limits=(-10, 120), init_pos=0.0, egu="deg")
        chi = Component(SoftPositioner, limits=(-90, 90), init_pos=0.0, egu="deg")
        phi = Component(SoftPositioner, limits=(-180, 180), init_pos=0.0, egu="deg")
        wavelength = 1.54

        def forward(self, pseudo_pos):
            if pseudo_pos.l > 5:
                raise ValueError("no such reflection")
            return self.RealPosition(tth=20 * pseudo_pos.h, chi=10 * pseudo_pos.k, phi=5 * pseudo_pos.l)

        def inverse(self, real_pos):
            return self.PseudoPosition(h=real_pos.tth / 20, k=real_pos.chi / 10, l=real_pos.phi / 5)

    device = Toy("", name="fourc")
    session.devices["fourc"] = session.namespace["fourc"] = device
    return device


def test_br_moves_all_axes_at_once_and_undo_takes_it_back(run, session, fourc):
    report = run("br 1 0.5 2")
    assert isinstance(report, MoveSummary)
    assert [one.end for one in report.moves] == [1.0, 0.5, 2.0]
    assert tuple(fourc.real_position) == (20.0, 5.0, 10.0)
    session.run("undo")
    assert tuple(fourc.real_position) == (0.0, 0.0, 0.0)
    session.run("ubr(2, 0, 0)")
    assert fourc.tth.position == 40.0


def test_ca_and_ci_calculate_and_move_nothing(run, fourc):
    assert run("ca 1 0.5 2").plain().splitlines() == [
        "fourc_tth  20.0000 deg",
        "fourc_chi   5.0000 deg",
        "fourc_phi  10.0000 deg",
    ]
    assert "outside -10 to 120" in run("ca 7 0 0").plain()
    assert run("ci 20 5 10").plain().splitlines() == ["fourc_h  1.0000", "fourc_k  0.5000", "fourc_l  2.0000"]
    assert tuple(fourc.real_position) == (0.0, 0.0, 0.0)


def test_pa_and_wh_show_the_geometry(run, fourc):
    text = run("pa").plain()
    assert "wavelength" in text
    assert "1.54" in text
    assert "fourc_tth" in text
    assert [row.name for row in run("wh").rows][:4] == ["fourc_h", "fourc_k", "fourc_l", "fourc_tth"]


def test_hklscan_goes_along_a_line_and_hscan_along_one_axis(session, fourc):
    session.run("hklscan 0 1 0 2 0 0 2 0.01 mon")
    assert tuple(fourc.real_position) == (20.0, 20.0, 0.0)
    session.run("lscan 0 1 1 0.01 mon")
    assert tuple(fourc.real_position) == (20.0, 20.0, 5.0)
    first, second = reversed(session.store.runs())
    assert (first.command, first.num_points) == ("hklscan 0 1 0 2 0 0 2 0.01 mon", 3)
    assert (second.command, second.num_points) == ("lscan 0 1 1 0.01 mon", 2)


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("br 1 0", UsageError, "l is missing"),
        ("br 1 0 0 0", UsageError, "too many arguments"),
        ("br 7 0 0", LimitError, "140"),
        ("ca 0 0 6", CommandError, "ca: 0 0 6 cannot be reached: no such reflection"),
        ("ci 1 2", CommandError, "3 angles are needed, not 2"),
        ("hklscan 0 7 0 0 0 0 10 1", LimitError, "fourc"),
        ("hscan 0 1 10", UsageError, "seconds is missing"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_moves(session, fourc, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
    assert tuple(fourc.real_position) == (0.0, 0.0, 0.0)
    assert session.store.runs() == []


@pytest.mark.parametrize(
    "line", ["br 1 0 0", "ca 1 0 0", "ci 1 2 3", "pa", "hklscan 0 1 0 0 0 0 2 1", "kscan 0 1 2 1"]
)
def test_without_a_diffractometer_this_is_said(session, line):
    with pytest.raises(CommandError, match="no device of this profile has axes h, k and l"):
        session.run(line)
