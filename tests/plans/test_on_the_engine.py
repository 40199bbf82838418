"""The plans on the real engine, with simulated devices that answer at once."""

from __future__ import annotations

import gc
from itertools import pairwise

import pytest

from bsh import plan_stubs as bps
from bsh import plans as bp
from bsh import preprocessors as bpp
from bsh.devices.sim import SimDetector, SimMotor
from bsh.engine import RunEngine
from bsh.errors import CommandError
from bsh.plans import spec


class Documents:
    def __init__(self):
        self.all = []

    def __call__(self, name, doc):
        self.all.append((name, doc))

    def of(self, name):
        return [doc for found, doc in self.all if found == name]

    def column(self, key):
        return [doc["data"][key] for doc in self.of("event") if key in doc["data"]]


@pytest.fixture
def docs():
    return Documents()


@pytest.fixture
def run(docs):
    engine = RunEngine()
    engine.subscribe(docs)
    return engine


@pytest.fixture
def th():
    return SimMotor("th", position=2.0, limits=(-10, 10), units="deg")


@pytest.fixture
def chi():
    return SimMotor("chi")


@pytest.fixture
def det(th):
    return SimDetector("det", motor=th, center=2.5, sigma=1.0, noise=None, count_time=0.0)


def test_count(run, docs, det):
    assert run(bp.count([det], 3)) == (docs.of("start")[0]["uid"],)
    assert [name for name, _ in docs.all] == ["start", "descriptor", "event", "event", "event", "stop"]
    assert docs.of("stop")[0]["num_events"] == {"primary": 3}


def test_dscan_sets_the_count_time_and_brings_motor_and_count_time_back(run, docs, th, det):
    run(spec.dscan([det], th, -1, 1, 4, 0.001))
    assert docs.column("th") == [1.0, 1.5, 2.0, 2.5, 3.0]
    (descriptor,) = docs.of("descriptor")
    assert descriptor["configuration"]["det"]["data"]["det_count_time"] == 0.001
    assert (th.position, det.count_time.get()) == (2.0, 0.0)
    assert docs.of("start")[0]["num_points"] == docs.of("stop")[0]["num_events"]["primary"] == 5


def test_a_dscan_that_fails_brings_motor_and_count_time_back(run, docs, th, det):
    det.fail_at(3)
    with pytest.raises(Exception, match="did not answer"):
        run(spec.dscan([det], th, -1, 1, 4, 0.001))
    assert (th.position, det.count_time.get()) == (2.0, 0.0)
    assert docs.of("stop")[0]["exit_status"] == "fail"
    assert len(docs.of("event")) == 2


def test_a_failed_reading_leaves_no_bundle_open(run, docs, th, det):
    def careful():
        yield from bps.open_run()
        det.fail_at(1, on="read")
        with pytest.raises(Exception, match="did not answer"):
            yield from bps.trigger_and_read([det])
        yield from bps.trigger_and_read([det])
        yield from bps.close_run()

    run(careful())
    assert len(docs.of("event")) == 1


def test_mesh_has_the_first_motor_fastest(run, docs, th, chi, det):
    run(spec.mesh([det], th, 0, 1, 1, chi, 0, 1, 1, None))
    assert list(zip(docs.column("th"), docs.column("chi"))) == [(0, 0), (1, 0), (0, 1), (1, 1)]


def test_tune_centroid_finds_the_peak(run, th, det):
    run(bp.tune_centroid([det], "det", th, 0, 5, 0.01))
    assert th.position == pytest.approx(2.5, abs=0.05)


def test_an_adaptive_scan_covers_its_range(run, docs, th, det):
    run(bp.adaptive_scan([det], "det", th, 0, 5, 0.05, 1, 50, True))
    places = docs.column("th")
    assert places[0] == 0
    assert max(places) > 4
    assert any(after < before for before, after in pairwise(places))


def test_supplemental_data_goes_through_every_run(run, docs, th, chi, det):
    run.preprocessors.append(bpp.SupplementalData(baseline=[chi], monitors=[th]))
    run(bp.scan([det], th, 0, 1, 3))
    assert {doc["name"] for doc in docs.of("descriptor")} == {"baseline", "th_monitor", "primary"}
    assert docs.of("stop")[0]["num_events"]["baseline"] == 2


def test_moves_and_readings_at_the_prompt(run, th, chi):
    run(bps.mv(th, 5, chi, 3))
    assert (th.position, chi.position) == (5, 3)
    run(bps.mvr(th, -1))
    assert th.position == 4


def test_a_plan_that_was_run_cannot_be_run_again(run, docs, det):
    plan = bp.count([det])
    run(plan)
    with pytest.raises(CommandError, match="this plan has already run"):
        run(plan)
    assert len(docs.of("start")) == 1
    assert run.state == "idle"


def test_no_plan_that_is_run_warns(run, th, det):
    run(bpp.finalize_wrapper(bp.rel_scan([det], th, -1, 1, 3), bps.mv(th, 0)))
    gc.collect()  # the suite turns warnings into errors


def test_lineup_goes_to_the_peak_and_says_so_if_there_is_none(run, docs, th, det):
    run(bp.lineup([det], "det", th, -4, 5, 91))
    assert th.position == pytest.approx(2.5, abs=0.05)
    assert docs.of("stop")[0]["exit_status"] == "success"
    th.set(9.0).wait(5)
    with pytest.raises(CommandError, match="th is not lined up: det shows no peak"):
        run(bp.lineup([det], "det", th, -1, 1, 21))
    assert th.position == 9.0
    assert docs.of("stop")[1]["exit_status"] == "success"


def test_a_function_leads_a_scan_of_two_axes(run, docs, th, chi, det):
    run(bp.adaptive([det], [th, chi], lambda p, r: (p[0] + 1, r["det"]) if p[0] < 3 else None, first=[0, 0]))
    assert docs.column("th") == [0, 1, 2, 3]
    assert docs.column("chi")[1:] == docs.column("det")[:3]


def test_a_broken_off_grid_goes_on(run, docs, th, chi, det):
    run(bp.grid_scan([det], chi, 0, 2, 3, th, 0, 3, 4, snake_axes=True, start_at=6))
    assert list(zip(docs.column("chi"), docs.column("th")))[:3] == [(1, 1), (1, 0), (2, 0)]
    assert docs.of("start")[0]["num_points"] == docs.of("stop")[0]["num_events"]["primary"] == 6


def test_a_ramp_is_recorded_until_it_is_done(run, docs, th, det):
    def go():
        return (yield from bps.abs_set(th, 3, group="ramp"))

    run(bp.ramp_plan(go, th, lambda: bps.trigger_and_read([det]), period=0.01))
    assert len(docs.column("det")) >= 2
    assert th.position == 3
