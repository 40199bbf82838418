import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.callbacks import PeakStats, peak_statistics
from tests.callbacks.documents import descriptor_doc, event_doc, scan_documents, stop_doc

FWHM = 2 * np.sqrt(2 * np.log(2))


def gaussian(x: np.ndarray, center: float, sigma: float, height: float = 1000.0) -> np.ndarray:
    return height * np.exp(-((x - center) ** 2) / (2 * sigma**2))


@pytest.mark.parametrize(
    "background",
    [
        lambda x: 0 * x,
        lambda x: 0 * x + 5000,
        lambda x: 0 * x - 5000,
        lambda x: 40 * x + 7,
        lambda x: -3000 * x - 20_000,
    ],
    ids=["none", "offset", "negative", "sloping", "steep and negative"],
)
@pytest.mark.parametrize("points", [11, 21, 200])
def test_a_gaussian_is_found_within_one_percent_on_any_background(
    background: Callable[[np.ndarray], np.ndarray], points: int
) -> None:
    x = np.linspace(0.0, 10.0, points)
    result = peak_statistics(x, gaussian(x, 5.3, 0.9) + background(x))
    assert result.is_peak
    assert result.com == pytest.approx(5.3, rel=0.01)
    assert result.cen == pytest.approx(5.3, rel=0.01)
    assert result.fwhm == pytest.approx(0.9 * FWHM, rel=0.1)


def test_a_peak_near_the_end_of_the_range_keeps_its_centre_of_mass() -> None:
    x = np.linspace(-1.0, 1.0, 41)
    result = peak_statistics(x, gaussian(x, -0.6, 0.25) + 300)
    assert result.is_peak
    assert result.com == pytest.approx(-0.6, rel=0.01)


def test_max_and_min_are_points_of_the_scan() -> None:
    result = peak_statistics([0, 1, 2, 3, 4, 5], [5, 6, 20, 6, 5, 4])
    assert result.max == (2.0, 20.0)
    assert result.min == (5.0, 4.0)


def test_a_peak_that_lies_half_outside_is_at_the_edge_and_has_no_width() -> None:
    x = np.linspace(-1.0, 1.0, 21)
    for center in (-1.0, 0.98, 1.3):
        result = peak_statistics(x, gaussian(x, center, 0.3))
        assert result.verdict == "edge"
        assert result.fwhm is None


def test_a_step_is_no_peak_but_its_middle_is_known() -> None:
    x = np.linspace(-1.0, 1.0, 21)
    result = peak_statistics(x, np.where(x > 0.03, 100.0, 0.0))
    assert result.verdict == "edge"
    assert result.cen == pytest.approx(0.05)


@pytest.mark.parametrize("y", [[3.0] * 9, [-1.0, -2, -3, -9, -20, -9, -3, -2, -1]])
def test_a_constant_and_a_dip_are_no_peaks(y: list[float]) -> None:
    assert peak_statistics(list(range(9)), y).verdict == "none"


@pytest.mark.parametrize("y", [list(range(9)), [30108, 30870, 29446, 27270, 24533], [1, 1, 2, 9, 30, 60, 80]])
def test_a_slope_that_a_straight_background_would_make_a_bump_of_is_at_the_edge(y: list[float]) -> None:
    result = peak_statistics(list(range(len(y))), y)
    assert (result.verdict, result.fwhm, result.lin_bkg) == ("edge", None, None)


def test_counting_noise_is_hardly_ever_called_a_peak_and_a_real_peak_is() -> None:
    random = np.random.default_rng(20240501)
    x = np.linspace(-1.0, 1.0, 31)
    noise = [peak_statistics(x, random.poisson(100, x.size)).is_peak for _ in range(200)]
    peaks = [peak_statistics(x, random.poisson(gaussian(x, 0.1, 0.2, 300) + 100)) for _ in range(200)]
    assert sum(noise) <= 6
    assert sum(result.is_peak for result in peaks) >= 198
    assert np.std([result.com for result in peaks]) < 0.03


NOISES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda random, n: random.normal(0.0, 1.0, n),
    "counts": lambda random, n: random.poisson(100, n),
    "few counts": lambda random, n: random.poisson(3, n),
    "uniform": lambda random, n: random.uniform(0.0, 1.0, n),
    "drift": lambda random, n: random.normal(0.0, 1.0, n) + 20 * np.arange(n) / n,
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("points", [5, 6, 7, 9, 12, 15, 31, 300])
def test_pure_noise_is_a_peak_in_less_than_two_of_a_hundred_scans(noise: str, points: int) -> None:
    random = np.random.default_rng(20240501)
    trials = 300 if points < 100 else 100
    results = [peak_statistics(np.arange(points), NOISES[noise](random, points)) for _ in range(trials)]
    assert sum(result.is_peak for result in results) <= 0.02 * trials


@pytest.mark.parametrize("points", [7, 8, 9, 11, 15, 21, 51, 300])
@pytest.mark.parametrize(
    "shape",
    [
        lambda x, c: np.exp(-((x - c) ** 2) / 0.1),
        lambda x, c: 1 / (1 + ((x - c) / 0.2) ** 2),
        lambda x, c: np.clip(1 - abs(x - c) / 0.6, 0, None),
    ],
    ids=["gaussian", "lorentzian", "triangle"],
)
def test_a_clear_peak_is_never_missed(points: int, shape: Callable[[np.ndarray, float], np.ndarray]) -> None:
    random = np.random.default_rng(20240501)
    x = np.linspace(-1.0, 1.0, points)
    found = 0
    for _ in range(50):
        y = 500 * shape(x, random.uniform(-0.15, 0.15)) + random.normal(0, 1, points) - 3000
        found += peak_statistics(x, y).verdict in ("peak", "edge")
        found -= peak_statistics(x, y).verdict == "edge" and points > 9
    assert found >= 49


@pytest.mark.parametrize("peaks", [2, 3, 5])
def test_several_peaks_are_not_taken_for_noise(peaks: int) -> None:
    random = np.random.default_rng(20240501)
    x = np.linspace(0.0, 1.0, 101)
    centers = (np.arange(peaks) + 0.5) / peaks
    y = sum(gaussian(x, center, 0.12 / peaks, 50.0) for center in centers) + random.normal(0, 1, x.size)
    assert peak_statistics(x, y).is_peak


def test_few_points_may_not_tell_a_peak_from_noise() -> None:
    assert peak_statistics(range(5), [1, 3, 9, 2, 1]).verdict == "few"
    assert peak_statistics(range(7), [0, 0, 1, 4, 1, 0, 0]).verdict == "peak"


def test_the_derivative_of_an_edge_peaks_at_the_edge() -> None:
    x = np.linspace(-1.0, 1.0, 81)
    y = 50 * (1 + np.tanh((x - 0.13) / 0.1))
    stats = PeakStats("th", "det", calc_derivative_and_stats=True)
    for name, doc in scan_documents([(float(a), float(b), 1.0) for a, b in zip(x, y)]):
        stats(name, doc)
    assert stats.stats.verdict == "edge"
    assert stats.derivative_stats.is_peak
    assert stats.derivative_stats.cen == pytest.approx(0.13, abs=1e-3)
    plain = PeakStats("th", "det")
    for name, doc in scan_documents([(float(a), float(b), 1.0) for a, b in zip(x, y)]):
        plain(name, doc)
    assert plain.derivative_stats is None


def test_peak_stats_say_what_they_found() -> None:
    stats = PeakStats("th", "det")
    assert repr(stats) == "PeakStats('th', 'det'): no points yet"
    x = np.linspace(-1.0, 1.0, 41)
    for name, doc in scan_documents([(float(a), float(b), 1.0) for a, b in zip(x, gaussian(x, 0.2, 0.15))]):
        stats(name, doc)
    assert repr(stats).startswith("PeakStats('th', 'det'): peak, com 0.2, cen 0.2, max (0.2, 1000)")


def test_the_edge_count_may_be_given_by_position_and_by_keyword() -> None:
    assert PeakStats("th", "det", 3).edge_count == PeakStats("th", "det", edge_count=3).edge_count == 3


@pytest.mark.parametrize("name", ["baseline", "dark"])
def test_readings_of_the_same_devices_in_another_stream_do_not_matter(name: str) -> None:
    stats = PeakStats("th", "det")
    x = np.linspace(-1.0, 1.0, 41)
    documents = scan_documents([(float(a), float(b), 1.0) for a, b in zip(x, gaussian(x, 0.2, 0.15))])
    descriptor = ("descriptor", descriptor_doc(uid="other", name=name))
    events = [("event", event_doc(n, {"th": 9.0, "det": 1e9}, descriptor="other")) for n in (1, 2)]
    before = [events[0]] if name == "baseline" else []
    for document in [documents[0], descriptor, *before, *documents[1:-1], events[1], documents[-1]]:
        stats(*document)
    assert len(stats.x_data) == 41


def test_points_of_other_runs_do_not_matter() -> None:
    stats = PeakStats("th", "det")
    x = np.linspace(-1.0, 1.0, 41)
    documents = scan_documents([(float(a), float(b), 1.0) for a, b in zip(x, gaussian(x, 0.2, 0.15))])
    documents.insert(5, ("descriptor", descriptor_doc(run="run-b", uid="desc-b")))
    documents.insert(6, ("event", event_doc(9, {"th": 50.0, "det": 1e9}, descriptor="desc-b")))
    documents.insert(7, ("stop", stop_doc(0.0, run="run-b")))
    for name, doc in documents:
        stats(name, doc)
    assert len(stats.x_data) == 41
    assert stats.cen == pytest.approx(0.2, abs=1e-6)


def test_few_points_are_not_judged() -> None:
    assert peak_statistics([0, 1, 2, 3], [0, 5, 5, 0]).verdict == "few"
    assert peak_statistics([0], [1]).verdict == "few"
    assert peak_statistics([], []) is None
    assert peak_statistics([float("nan")], [1.0]) is None


def test_order_and_missing_points_do_not_matter() -> None:
    x = np.linspace(-1.0, 1.0, 21)
    y = gaussian(x, 0.1, 0.2)
    shuffled = np.random.default_rng(7).permutation(x.size)
    holes_x, holes_y = np.append(x[shuffled], [0.5, np.nan]), np.append(y[shuffled], [np.nan, 3.0])
    assert peak_statistics(holes_x, holes_y) == peak_statistics(x, y)


def test_an_explicit_background_is_always_a_straight_line() -> None:
    x = np.linspace(0.0, 10.0, 101)
    result = peak_statistics(x, gaussian(x, 5.0, 0.5) + 30 * x + 7, edge_count=4)
    assert result.lin_bkg == pytest.approx({"m": 30.0, "b": 7.0}, abs=1e-6)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="x has 2 points and y has 3"):
        peak_statistics([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="edge_count must be 1 or more"):
        peak_statistics([1, 2], [1, 2], edge_count=0)


@settings(deadline=None)  # a shared machine may be slow at any moment
@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=30))
def test_no_data_ever_raise(points: list[tuple[float, float]]) -> None:
    with np.errstate(all="ignore"):
        result = peak_statistics([x for x, _ in points], [y for _, y in points])
    assert result is None or result.verdict in ("peak", "edge", "none", "few")


def test_peak_stats_has_the_fields_own_attributes_after_the_stop_document() -> None:
    x = np.linspace(-1.0, 1.0, 41)
    rows = [(float(a), float(b), 1.0) for a, b in zip(x, gaussian(x, 0.2, 0.15) + 50)]
    stats = PeakStats("th", "det")
    assert stats.com is None
    for name, doc in scan_documents(rows):
        stats(name, doc)
    assert isinstance(stats.com, float)
    assert stats.com == pytest.approx(0.2, rel=0.01)
    assert stats.cen == pytest.approx(0.2, rel=0.01)
    assert stats.fwhm == pytest.approx(0.15 * FWHM, rel=0.02)
    assert stats.max == pytest.approx((0.2, 1050.0))
    assert stats.min[1] == pytest.approx(50.0, abs=1e-3)
    assert len(stats.crossings) == 2
    assert stats.lin_bkg is None
    assert len(stats.x_data) == len(stats.y_data) == 41


def test_peak_stats_with_edge_count_measures_heights_above_the_background() -> None:
    x = np.linspace(-1.0, 1.0, 41)
    rows = [(float(a), float(b), 1.0) for a, b in zip(x, gaussian(x, 0.2, 0.15) + 50)]
    stats = PeakStats("th", "det", edge_count=3)
    for name, doc in scan_documents(rows):
        stats(name, doc)
    assert stats.max[1] == pytest.approx(1000.0, rel=1e-3)
    assert stats.lin_bkg["b"] == pytest.approx(50.0, rel=1e-3)


def test_peak_stats_of_a_run_without_its_keys_stays_empty() -> None:
    stats = PeakStats("energy", "det")
    for name, doc in scan_documents([(0.0, 1.0, 1.0)]):
        stats(name, doc)
    assert stats.com is None
    assert stats.stats is None


def test_numpy_is_not_imported_with_the_package() -> None:
    code = "import sys, bsh.callbacks; assert not {'numpy', 'matplotlib', 'rich'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
