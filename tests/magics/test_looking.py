"""dry and why."""

import re
import sys

import pytest

from bsh.errors import CommandError, LimitError, UsageError


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (
            "dry ascan th -1 1 20 0.1",
            ["21 points, at least", "ends ", "th", "-1.0000", "-180.0000 to 180.0000 deg"],
        ),
        ("dry mv th 5 samx 2", ["2 moves", "samx", "-25.000 to 25.000 mm"]),
        ("dry RE(bp.scan([det], th, 0, 1, 3))", ["3 points", "limits kept, devices answer"]),
        ("dry timescan 0.1", ["goes on until it is stopped"]),
        ("dry cen", ["1 move"]),
        ("dry p = 3", ["nothing to look at"]),
        ("dry RE(made)", ["cannot be looked at before it runs"]),
    ],
)
def test_dry_tells_what_a_line_would_do_and_does_nothing(session, run, line, texts):
    session.devices["th"].velocity.put(0.0)
    session.run("ascan th -1 1 40 0.01; made = bps.mv(th, 3)")
    session.devices["th"].velocity.put(10.0)
    before = session.store.peek_scan_id(), session.devices["th"].position, len(session.journal.steps())
    try:
        answer = run(line).plain()
    except CommandError as error:
        answer = error.message
    for text in texts:
        assert text in answer
    assert (
        session.store.peek_scan_id(),
        session.devices["th"].position,
        len(session.journal.steps()),
    ) == before
    session.namespace["made"].close()


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("dry", UsageError, "usage: dry line"),
        ("dry ascan th 0 500 10 1", LimitError, "th"),
        ("dry ascan th", UsageError, "start"),
        ("dry mv th 1; mv th 2", UsageError, "one command at a time"),
        ("dry open_the_door()", UsageError, "open_the_door is no command"),
        ("dry wa", CommandError, "runs no plan"),
        ("dry set th 5", CommandError, "runs no plan"),
    ],
)
def test_dry_says_what_is_wrong(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)
    assert session.devices["th"].position == 0.0


def test_a_scan_too_long_to_be_looked_at_whole_has_points_time_and_the_day_on_which_it_ends(run, monkeypatch):
    from bsh.session import preflight
    from bsh.simulators import world

    monkeypatch.setattr(preflight, "MOST_SECONDS", 600.0)
    monkeypatch.setattr(preflight, "MOST_MESSAGES", 2_000)
    monkeypatch.setattr(world, "MAX_MESSAGES", 4_000)
    first, *_, last = run("dry loopscan 1e6 1").plain().splitlines()
    assert re.match(
        r"1,000,000 points, at least 277 h \d\d m, ends \d+ \w+ \d\d:\d\d at the earliest, 0 moves", first
    )
    assert re.match(r"only [\d,]+ of its 1,000,000 points were looked at", last)


def test_after_a_dry_run_plans_run_again(session):
    session.run("dry mv th 1")
    session.run("mv th 1")
    assert session.devices["th"].position == 1.0


def test_why_shows_the_whole_error(session, run, monkeypatch):
    monkeypatch.delattr(sys, "last_value", raising=False)
    with pytest.raises(CommandError, match="nothing went wrong"):
        session.run("why")
    try:
        raise ValueError("the cause")
    except ValueError as error:
        monkeypatch.setattr(sys, "last_value", error, raising=False)
    assert "test_looking.py" in run("why").plain()


def test_a_full_disk_refuses_a_scan_and_lets_moves_go(session, monkeypatch):
    from bsh.session import running as module

    monkeypatch.setattr(module, "LEAST_DISK_BYTES", 1 << 62)
    with pytest.raises(CommandError, match=r"MB left; nothing was started"):
        session.run("ascan th 0 1 2 0.01")
    session.run("mv th 1")
    assert session.devices["th"].position == 1.0


def test_a_detector_that_is_not_connected_refuses_a_scan(session):
    from bsh.errors import DeviceOffline

    session.devices["det"].connected = False
    with pytest.raises(DeviceOffline, match="det is not connected"):
        session.run("ascan th 0 1 2 0.01")
    assert session.devices["th"].position == 0.0
