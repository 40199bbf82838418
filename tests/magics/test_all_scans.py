"""Every scan of SPEC by one table: typed, called, as a magic; without and with wrong arguments."""

import pytest

from bsh.devices.sim import SimSignal
from bsh.errors import CommandError, LimitError, UsageError

SCANS = {
    "ascan": ("ascan th -0.1 0.1 2 0.01", 3),
    "dscan": ("dscan th -0.1 0.1 2 0.01", 3),
    "lup": ("lup th -0.1 0.1 2 0.01", 3),
    "a2scan": ("a2scan th 0 0.1 tth 0 0.2 2 0.01", 3),
    "a3scan": ("a3scan th 0 0.1 tth 0 0.2 samx 0 0.1 2 0.01", 3),
    "a4scan": ("a4scan th 0 0.1 tth 0 0.2 samx 0 0.1 samy 0 0.1 2 0.01", 3),
    "d2scan": ("d2scan th 0 0.1 tth 0 0.2 2 0.01", 3),
    "d3scan": ("d3scan th 0 0.1 tth 0 0.2 samx 0 0.1 2 0.01", 3),
    "d4scan": ("d4scan th 0 0.1 tth 0 0.2 samx 0 0.1 samy 0 0.1 2 0.01", 3),
    "th2th": ("th2th -0.1 0.1 2 0.01", 3),
    "mesh": ("mesh th 0 0.1 1 samx 0 0.1 2 0.01", 6),
    "dmesh": ("dmesh th 0 0.1 1 samx 0 0.1 2 0.01", 6),
    "timescan": ("timescan -n 2 0.01", 2),
    "loopscan": ("loopscan 3 0.01", 3),
}
"""For each scan a line, and the points that it takes."""

MOTORS = ("th", "tth", "samx", "samy")
SCANS_THAT_RETURN = ("dscan", "lup", "d2scan", "d3scan", "d4scan", "th2th", "dmesh")


def points(session):
    run = session.store.run(-1)
    primary = [
        doc["uid"] for kind, doc in run.documents() if kind == "descriptor" and doc["name"] == "primary"
    ]
    return [doc["data"] for kind, doc in run.documents() if kind == "event" and doc["descriptor"] in primary]


@pytest.fixture
def fast(session):
    for name in MOTORS:
        session.devices[name].velocity.put(0.0)
    return session


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_takes_its_points_and_keeps_its_line(fast, name):
    line, count = SCANS[name]
    fast.run(line)
    summary = fast.store.run(-1).summary
    assert (summary.command, summary.num_points, summary.exit_status) == (line, count, "success")


@pytest.mark.parametrize("name", [name for name in SCANS if name != "timescan"])
def test_a_scan_without_arguments_shows_its_usage_and_an_example(fast, name):
    with pytest.raises(UsageError, match=rf"^usage: {fast.registry[name].name}") as caught:
        fast.run(name)
    assert "example: " in caught.value.hint


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_with_wrong_arguments_moves_nothing_and_takes_no_number(fast, name):
    before = fast.store.peek_scan_id()
    good, _ = SCANS[name]
    lines = [f"{good} nosuchcounter", good.rsplit(" ", 1)[0] + " 0", good.replace("0.01", "'a'")]
    for line in lines:
        with pytest.raises(UsageError):
            fast.run(line)
    assert [fast.devices[motor].position for motor in MOTORS] == [0.0] * 4
    assert fast.store.peek_scan_id() == before


@pytest.mark.parametrize("name", ["ascan", "a2scan", "mesh", "loopscan"])
def test_a_scan_can_be_called_from_python(fast, name):
    line, count = SCANS[name]
    _, *words = line.split()
    fast.run(f"{name}({', '.join(words)})")
    assert fast.store.run(-1).summary.num_points == count


@pytest.mark.parametrize("name", SCANS_THAT_RETURN)
def test_relative_scans_bring_their_motors_back(fast, name):
    fast.run("mv th 1 tth 2 samx 3 samy 4")
    fast.run(SCANS[name][0])
    assert [fast.devices[motor].position for motor in MOTORS] == pytest.approx([1, 2, 3, 4])


def test_the_first_motor_of_a_mesh_is_the_fast_one(fast):
    fast.run("mesh th 0 0.1 1 samx 0 0.1 2 0.01")
    assert [(round(data["th"], 3), round(data["samx"], 3)) for data in points(fast)] == [
        (0.0, 0.0), (0.1, 0.0), (0.0, 0.05), (0.1, 0.05), (0.0, 0.1), (0.1, 0.1),
    ]  # fmt: skip


def test_a_mesh_with_s_runs_forth_and_back(fast):
    fast.run("mesh -s th 0 0.1 1 samx 0 0.1 1 0.01")
    assert [round(data["th"], 3) for data in points(fast)] == [0.0, 0.1, 0.1, 0.0]


def test_th2th_moves_theta_half_as_far(fast):
    fast.run("mv tth 2 th 1")
    fast.run("th2th -0.2 0.2 2 0.01")
    assert [(round(data["tth"], 3), round(data["th"], 3)) for data in points(fast)] == [
        (1.8, 0.9), (2.0, 1.0), (2.2, 1.1),
    ]  # fmt: skip


def test_th2th_without_such_motors_says_what_to_do(fast):
    del fast.devices["tth"]
    with pytest.raises(CommandError, match="this profile has no motor tth") as caught:
        fast.run("th2th -0.2 0.2 2 0.01")
    assert "d2scan" in caught.value.hint


def test_one_axis_out_of_limits_refuses_the_whole_scan(fast):
    before = fast.store.peek_scan_id()
    with pytest.raises(LimitError, match="samx"):
        fast.run("a2scan th 0 1 samx 0 100 10 0.01")
    assert [fast.devices[motor].position for motor in MOTORS] == [0.0] * 4
    assert fast.store.peek_scan_id() == before


def test_a_negative_time_counts_to_monitor_counts(fast):
    preset = fast.devices["det"].monitor_counts = SimSignal("det_monitor_counts", value=0.0)
    set_to = []
    preset.subscribe(lambda value, **_: set_to.append(value), run=False)
    fast.run("loopscan 2 -100 det")
    assert 100.0 in set_to
    assert fast.store.run(-1).summary.num_points == 2


def test_monitor_counts_need_a_counter_that_can_count_them(fast):
    with pytest.raises(UsageError, match="none of the counters can count to a monitor"):
        fast.run("loopscan 2 -100 det")


def test_lineup_goes_to_the_peak(fast):
    fast.run("lineup th -1 1 40 0.01")
    assert fast.devices["th"].position == pytest.approx(0.03, abs=0.02)


def test_lineup_without_a_peak_goes_back_and_says_so(fast):
    fast.run("mv th 20")
    with pytest.raises(CommandError, match="peak"):
        fast.run("lineup th -1 1 20 0.01")
    assert fast.devices["th"].position == pytest.approx(20.0)


@pytest.mark.parametrize("name", [name for name in SCANS if name not in ("timescan", "loopscan")])
def test_settle_is_waited_for_between_each_move_and_its_count(fast, name):
    line, count = SCANS[name]
    fast.run(f"dry {line.replace(name, f'{name} --settle 60', 1)}")
    assert f", at least {count} m 00 s, " in fast.shown[-1].plain()
