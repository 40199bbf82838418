"""What people get wrong, and what breaks under them: one or two lines, and nothing lost."""

from __future__ import annotations

import pytest

from tests.system.conftest import ROOT

SCAN = "ascan th -1 1 20 0.02"


def test_a_scan_with_too_few_words_prints_its_usage_and_takes_no_number(bsh, home):
    done = bsh("-p", "sim", "-c", "ascan th 0 1")
    assert (done.returncode, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()
    assert first == "ascan: intervals and seconds are missing"
    assert second.startswith("usage: ascan motor start stop intervals seconds [counters...]")
    assert home.runs() == []


def test_an_unknown_motor_is_named_with_the_nearest_names(bsh, home):
    for typed, near in (
        ("nosuch", "motors: th, tth, samx, samy"),
        ("thh", "did you mean th, tth?"),
        ("samxx", "did you mean samx"),
    ):
        done = bsh("-p", "sim", "-c", f"ascan {typed} 0 1 10 1")
        assert (done.returncode, done.stdout) == (1, "")
        first, second = done.stderr.splitlines()
        assert first == f"ascan: motor: unknown motor {typed}"
        assert second.startswith(near)
    assert home.runs() == []


@pytest.mark.parametrize("line", ["ascan th 0 190 2 0.02", "dscan th 0 190 2 0.02", "mv samx 1 th 190"])
def test_a_target_past_a_limit_is_refused_before_anything_moves(bsh, home, line):
    source = f"try:\n    {line}\nfinally:\n    print('at', th.position, samx.position)\n"
    done = bsh("-p", "sim", stdin=source)
    assert (done.returncode, done.stdout) == (1, "at 0.0 0.0\n")
    assert done.stderr.startswith("ERROR: th: 190 deg is outside [-180, 180] deg")
    assert len(done.stderr.splitlines()) <= 3
    assert home.runs() == []


def test_a_detector_that_raises_in_the_seventh_point_closes_the_run_with_six_points_saved(
    bsh, home, tmp_path
):
    (tmp_path / "breaking.yml").write_text(
        f"profile: breaking\ninclude: ['{ROOT}/profiles/sim.yml']\nstartup: [break.py]\n"
    )
    (tmp_path / "break.py").write_text("det.fail_at(7)\n")
    done = bsh("-p", "./breaking.yml", "-c", SCAN, "-c", "print('never')")
    assert done.returncode == 1
    assert "never" not in done.stdout
    assert "#1 failed · 6 of 21 points" in done.stdout
    assert done.stderr == "ERROR: det did not answer (asked to fail)\n"
    (run,) = home.runs("breaking")
    assert (run.num_points, run.exit_status) == (6, "fail")
    assert run.reason == "det did not answer (asked to fail)"
    documents = home.documents(profile="breaking")
    assert [name for name, _ in documents][-1] == "stop"
    assert documents[-1][1]["exit_status"] == "fail"
    assert documents[-1][1]["num_events"]["primary"] == 6
    assert [reading["th"] for reading in home.readings(profile="breaking")] == pytest.approx(
        [-1.0, -0.9, -0.8, -0.7, -0.6, -0.5]
    )
    assert bsh("-p", "./breaking.yml", "-c", "det.count_time.get()").stdout == "0.1\n", "it was put back"
