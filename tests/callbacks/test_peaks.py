import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bsh.callbacks import PeakStats, peak_statistics
from tests.callbacks.documents import scan_documents

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
