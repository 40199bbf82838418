"""ct."""

import threading

import pytest

from bsh.commands.counts import Counts
from bsh.devices.sim import SimSignal
from bsh.errors import CommandError, RunEngineInterrupted, UsageError


def test_ct_shows_the_active_counters_and_saves_nothing(run, session):
    report = run("ct 0.05")
    assert isinstance(report, Counts)
    assert [row.name for row in report.rows] == ["det", "mon"]
    assert report.rows[1].rate == pytest.approx(10_000, rel=0.2)
    assert report.rows[1].value == pytest.approx(500, rel=0.2)
    assert session.store.runs() == []


def test_ct_sets_the_counting_time_and_puts_the_old_one_back(run, session):
    mon = session.devices["mon"]
    mon.count_time.put(7.0)
    run("ct 0.05 mon")
    assert mon.count_time.get() == 7.0
    assert session.shown[-1].rows[0].value < 1000


def test_ct_counts_named_counters_only(run):
    assert [row.name for row in run("ct 0.02 mon").rows] == ["mon"]
    assert run("ct mon").seconds == 1.0


def test_ct_lines_up_at_the_equals_sign(run):
    lines = run("ct 0.05").plain().splitlines()
    assert len({line.index("=") for line in lines[1:]}) == 1
    assert lines[1].startswith("det =")
    assert "counts/s)" in lines[1]


def test_ct_s_saves_a_run_with_the_line_that_asks_for_it(run, session):
    run("ct -s 0.02 mon")
    (saved,) = session.store.runs()
    assert saved.num_points == 1
    assert saved.command == "ct -s 0.02 mon"


def test_ct_says_once_which_counter_has_no_counting_time(run, session):
    session.namespace["temp"] = session.devices["temp"] = SimSignal("temp", value=21.5, units="C")
    first, second = run("ct 0.02 temp"), run("ct 0.02 temp")
    assert "temp has no counting time to set" in first.plain()
    assert "counting time" not in second.plain()
    assert first.rows[0].value == 21.5
    assert first.rows[0].rate is None


def test_ct_without_counters_says_what_to_do(session):
    session.counters = []
    with pytest.raises(CommandError, match="no active counters") as caught:
        session.run("ct 1")
    assert "counters:" in caught.value.hint


def test_ct_to_monitor_counts_is_refused_where_no_counter_can(session):
    with pytest.raises(UsageError, match="monitor"):
        session.run("ct -1000")


def test_an_interrupted_ct_shows_partial_counts_of_counters_that_have_some(session):
    started = threading.Event()
    session.RE.waiting_hook = lambda statuses: started.set() if statuses else None

    def press():
        assert started.wait(10)
        session.RE.abort("interrupted")

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(RunEngineInterrupted):
        session.run("ct 30 det mon")
    presser.join(10)
    report = session.shown[-1]
    assert report.partial
    assert [row.name for row in report.rows] == ["det", "mon"]
    assert "(interrupted: partial counts)" in report.plain()


def test_ct_shows_by_how_much_each_counter_changed_since_the_last_ct_per_counting_time(run, session):
    det = session.devices["det"]
    det.noise, session.devices["mon"].noise = None, None
    session.devices["th"].set(0.03)
    assert run("ct 0.02 det").rows[0].change == ""
    det.amplitude = det.amplitude * 2 + 20  # the background does not grow
    report = run("ct 0.04 det mon")
    assert report.rows[0].change == "+2,001 (+100.0 %)"
    assert report.rows[1].change == ""
    assert "+2,001 (+100.0 %)" in report.plain()
    assert run("ct 0.04 det").rows[0].change.endswith(" (0.0 %)")
    det.amplitude = det.background = 0.0
    assert run("ct 0.04 det").rows[0].change == "-4,002 (-100.0 %)"
    assert run("ct 0.04 det").rows[0].change == "+0"


def test_a_count_that_was_broken_off_is_not_what_the_next_one_is_compared_to(run, session):
    run("ct 0.02 mon")
    first = session.shown[-1].rows[0].value
    started = threading.Event()
    session.RE.waiting_hook = lambda statuses: started.set() if statuses else None
    presser = threading.Thread(target=lambda: started.wait(10) and session.RE.abort("enough"))
    presser.start()
    with pytest.raises(RunEngineInterrupted):
        session.run("ct 30 mon")
    presser.join(10)
    session.RE.waiting_hook = None
    session.devices["mon"].noise = None
    report = run("ct 0.02 mon")
    assert report.rows[0].change.startswith(f"{report.rows[0].value - first:+g}")


def test_a_counter_at_the_end_of_its_range_is_marked_as_saturated(run, session):
    class Narrow(SimSignal):
        def describe(self):
            return {
                "narrow": {**super().describe()["narrow"], "limits": {"control": {"low": 0, "high": 4095}}}
            }

    session.namespace["narrow"] = session.devices["narrow"] = narrow = Narrow("narrow", value=4095)
    assert run("ct 0.02 narrow").rows[0].note == "saturated: it reads 4095 at most"
    narrow.put(4000)
    assert run("ct 0.02 narrow").rows[0].note == ""


def test_uct_counts_once_and_answers_like_ct(run, session):
    before = session.RE.during_task
    report = run("uct 0.05 mon")
    assert [row.name for row in report.rows] == ["mon"]
    assert session.store.runs() == []
    assert session.RE.during_task is before


def test_uct_without_a_time_goes_on_until_it_is_broken_off_and_shows_the_last_whole_count(
    session, monkeypatch
):
    from bsh_magics import live_counting

    monkeypatch.setattr(live_counting, "SLICE_S", 0.05)
    counts = []

    def stop_at_the_third(value, **_):
        counts.append(value)
        if len(counts) == 3:
            threading.Thread(target=session.RE.abort, args=("enough",)).start()

    session.devices["mon"].subscribe(stop_at_the_third, run=False)
    with pytest.raises(RunEngineInterrupted):
        session.run("uct; mv th 1")
    assert not session.shown[-1].partial
    assert session.shown[-1].rows[1].value in counts
    assert session.devices["th"].position == 0.0


@pytest.mark.parametrize(
    ("line", "text"), [("uct 0", "no counting time"), ("uct 1 nosuch", "unknown counter")]
)
def test_uct_with_wrong_arguments(session, line, text):
    with pytest.raises(UsageError, match=text):
        session.run(line)
