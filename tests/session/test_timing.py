"""What points take beyond speeds and counting times is learned."""

import pytest

from bsh.session.timing import LearnedTiming


def test_the_next_estimate_knows_what_the_last_scan_took(tmp_path):
    timing = LearnedTiming(tmp_path)
    assert timing.overhead_s(["th", "det"]) == 0.0
    timing.learn(["th", "det"], 10, 5.0, 7.0)
    assert timing.overhead_s(["det", "th"]) == pytest.approx(0.2)
    timing.learn(["th", "det"], 10, 5.0, 6.0)
    assert timing.overhead_s(["th", "det"]) == pytest.approx(0.15)
    assert timing.overhead_s(["th"]) == 0.0


def test_it_is_kept_for_the_profile_and_a_damaged_file_costs_nothing_else(tmp_path):
    LearnedTiming(tmp_path).learn(["th"], 10, 5.0, 7.0)
    assert LearnedTiming(tmp_path).overhead_s(["th"]) == pytest.approx(0.2)
    (tmp_path / "timing.json").write_text('{"th": "x"')
    assert LearnedTiming(tmp_path).overhead_s(["th"]) == 0.0


@pytest.mark.parametrize(("points", "took"), [(3, 7.0), (10, 100.0)])
def test_short_scans_and_those_that_were_held_up_teach_nothing(tmp_path, points, took):
    timing = LearnedTiming(tmp_path)
    timing.learn(["th"], points, 5.0, took)
    assert timing.overhead_s(["th"]) == 0.0


def test_a_scan_of_the_session_is_learned_from_and_estimates_use_it(session):
    foreseen = []
    session.RE.subscribe(lambda name, doc: foreseen.append(session.preflight), "start")
    session.run("ascan th 0 1 20 0.01")
    session.run("ascan th 0 1 20 0.01")
    first, second = foreseen
    assert first.overhead_s == 0.0
    assert second.overhead_s > 0.0
    assert second.seconds == pytest.approx(second.overhead_s + 21 * 0.01, rel=0.3)
