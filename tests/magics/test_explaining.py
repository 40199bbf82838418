"""explain: what a line is in Python and in bluesky, and what errors are about."""

import pytest

from bsh.errors import UsageError

BLUESKY = {
    "explain ascan th -1 1 20 0.1": "RE(bp.scan([det, mon], th, -1, 1, 21))",
    "explain ascan th -1 1 20 0.1 det": "RE(bp.scan([det], th, -1, 1, 21))",
    "explain d2scan th 0 1 tth 0 2 n 1": "RE(bp.rel_scan([det, mon], th, 0, 1, tth, 0, 2, n + 1))",
    "explain mesh th 0 1 9 samx 0 2 4 0.1": "RE(bp.grid_scan([det, mon], samx, 0, 2, 5, th, 0, 1, 10))",
    "explain mesh -s th 0 1 9 samx 0 2 4 1": (
        "RE(bp.grid_scan([det, mon], samx, 0, 2, 5, th, 0, 1, 10, snake_axes=True))"
    ),
    "explain loopscan 5 1 2": "RE(bp.count([det, mon], num=5, delay=2))",
    "explain mv th 1.5 samx -3": "RE(bps.mv(th, 1.5, samx, -3))",
}


@pytest.mark.parametrize("line", BLUESKY)
def test_a_line_is_written_for_bluesky_and_that_runs_as_well(session, run, line):
    text = run(line).plain()
    assert f"in bluesky:  {BLUESKY[line]}" in text
    assert session.store.peek_scan_id() == 1
    session.namespace["n"] = 2
    session.run(f"dry {BLUESKY[line]}")


def test_a_line_is_written_for_plans_and_for_python(session, run):
    text = run("explain ascan th -1 1 20 0.1").plain()
    assert "yield from bsh.plans.spec.ascan([det, mon], th, -1, 1, 20, 0.1)" in text
    assert "in Python:   ascan(th, -1, 1, 20, 0.1)" in text
    assert "in Python:   wa('sam*', verbose=True)" in run("explain wa -v 'sam*'").plain()


def test_an_error_is_explained_by_its_name(run):
    assert "limit" in run("explain LimitError").plain()


def test_too_little_shows_the_usage(run):
    assert "usage: ascan motor start" in run("explain ascan th").plain()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("explain", "usage: explain"),
        ("explain nosuch", "neither a command nor an error"),
        ("explain wa; ct", "one"),
    ],
)
def test_what_cannot_be_explained_is_said(session, line, said):
    with pytest.raises(UsageError, match=said):
        session.run(line)
