"""Commands are tested on the real sim profile, in a home of their own."""

import pytest

from bsh.session import Session


@pytest.fixture
def session(tmp_path):
    with Session.from_profile("sim", home=tmp_path) as made:
        shown = []
        made.show = shown.append
        made.shown = shown
        yield made


@pytest.fixture
def run(session):
    """Type a line; return the report that was shown last."""

    def typed(line):
        session.shown.clear()
        session.run(line)
        return session.shown[-1] if session.shown else None

    return typed
