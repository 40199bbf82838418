"""with cleanup(...)."""

import pytest

from bsh.session import Session


@pytest.fixture
def session(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as made:
        for name in ("th", "samx"):
            made.devices[name].velocity.put(0.0)
        yield made


def test_axes_are_brought_back_whatever_happens(session):
    session.run("mv th 1 samx 2")
    with pytest.raises(ZeroDivisionError):
        session.run("with cleanup(th, samx, restore=True):\n    mv th 5 samx 6\n    1 / 0\n")
    assert (session.devices["th"].position, session.devices["samx"].position) == (1.0, 2.0)


def test_without_restore_they_are_only_stopped(session):
    th = session.devices["th"]
    th.velocity.put(1.0)
    session.run("with cleanup(th):\n    status = th.set(100)\n")
    assert not th.moving
    assert th.position < 50
