import warnings
from typing import Any

import lmfit
import numpy as np
import pytest

from bsh.callbacks import CurveModel, LiveFit, LiveFitPlot
from bsh.errors import UsageError
from tests.callbacks.documents import scan_documents
from tests.callbacks.views import seen_views

X = np.linspace(-1.0, 1.0, 41)
ROWS = [(float(x), float(50 * np.exp(-((x - 0.2) ** 2) / (2 * 0.15**2)) + 3), 1.0) for x in X]
FWHM = 2 * np.sqrt(2 * np.log(2)) * 0.15


def gauss(x: Any, height: float, x0: float, sigma: float, back: float) -> Any:
    return height * np.exp(-((x - x0) ** 2) / (2 * sigma**2)) + back


GUESS = {"height": 40.0, "x0": 0.0, "sigma": 0.3, "back": 0.0}


def fitted(fit: Any, rows: Any = ROWS) -> Any:
    for name, doc in scan_documents(rows):
        fit(name, doc)
    return fit


def test_a_model_of_lmfit_is_fitted_to_the_points() -> None:
    fit = fitted(LiveFit(lmfit.Model(gauss), "det", {"x": "th"}, GUESS, update_every=None))
    assert fit.result.values["x0"] == pytest.approx(0.2, abs=1e-6)
    assert fit.result.values["height"] == pytest.approx(50.0, rel=1e-6)
    assert len(fit.ydata) == len(fit.independent_vars_data["x"]) == 41


def test_a_model_of_lmfit_that_can_guess_needs_no_first_guess() -> None:
    fit = fitted(LiveFit(lmfit.models.GaussianModel(), "det", {"x": "th"}, update_every=None))
    assert fit.result.values["center"] == pytest.approx(0.2, abs=0.02)


def test_several_variables_can_be_fitted() -> None:
    model = lmfit.Model(lambda x, y, a, b: a * x + b * y, independent_vars=["x", "y"])
    rows = [(float(i), float(2 * i + 3 * (i % 4)), float(i % 4)) for i in range(12)]
    fit = LiveFit(model, "det", {"x": "th", "y": "mon"}, {"a": 1.0, "b": 1.0}, update_every=None)
    assert fitted(fit, rows).result.values == pytest.approx({"a": 2.0, "b": 3.0})
    with pytest.raises(NotImplementedError, match="over one variable"):
        LiveFitPlot(fit)


@pytest.mark.parametrize(
    ("name", "curve", "fwhm"),
    [
        ("gaussian", lambda x: 50 * np.exp(-((x - 0.2) ** 2) / (2 * 0.15**2)) + 3, FWHM),
        ("lorentzian", lambda x: 50 / (1 + 4 * ((x - 0.2) / 0.3) ** 2) + 3, 0.3),
        ("step", lambda x: 25 * (1 + np.tanh(2.2 * (x - 0.2) / 0.3)) + 3, 0.3),
    ],
)
def test_common_curves_are_fitted_without_lmfit(name: str, curve: Any, fwhm: float) -> None:
    fit = fitted(
        LiveFit(name, "det", {"x": "th"}, update_every=None), [(float(x), float(curve(x)), 1.0) for x in X]
    )
    expected = {"height": 50.0, "center": 0.2, "fwhm": fwhm, "background": 3.0}
    assert fit.result.best_values == pytest.approx(expected, rel=1e-3)
    assert fit.result.eval(x=[0.2]) == pytest.approx([curve(0.2)])


def test_errors_of_a_fit_are_those_of_the_noise() -> None:
    random = np.random.default_rng(20240501)
    centers, errors = [], []
    for _ in range(100):
        y = 50 * np.exp(-((X - 0.2) ** 2) / (2 * 0.15**2)) + random.normal(0, 2, X.size)
        fit = CurveModel("gaussian").fit(y, x=X)
        centers.append(fit.best_values["center"])
        errors.append(fit.stderr["center"])
    assert np.std(centers) == pytest.approx(np.mean(errors), rel=0.3)
    assert np.mean(centers) == pytest.approx(0.2, abs=0.003)


def test_a_falling_step_and_a_dip_are_fitted() -> None:
    step = CurveModel("step").fit(10 - 8 * (1 + np.tanh(5 * (X + 0.1))) / 2, x=X)
    assert step.best_values["height"] == pytest.approx(-8.0)
    assert step.best_values["center"] == pytest.approx(-0.1)
    dip = CurveModel("gaussian").fit(10 - 8 * np.exp(-(X**2) / 0.05), x=X, height=-5.0, center=0.1, fwhm=0.3)
    assert dip.best_values["height"] == pytest.approx(-8.0)


def test_a_fit_is_made_every_so_many_points_and_at_the_end() -> None:
    fit = LiveFit("gaussian", "det", {"x": "th"}, update_every=10)
    results = []
    for name, doc in scan_documents(ROWS):
        before = fit.result
        fit(name, doc)
        if fit.result is not before and fit.result is not None:
            results.append((name, doc.get("seq_num")))
    assert results == [("event", 10), ("event", 20), ("event", 30), ("event", 40), ("stop", None)]


def test_too_few_points_are_said_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", "1")
    fit = LiveFit("gaussian", "det", {"x": "th"})
    with pytest.warns(UserWarning, match="needs 4 points, one for each parameter; there are 1") as warned:
        fitted(fit, ROWS[:3])
    assert len(warned) == 1
    assert fit.result is None
    with pytest.raises(UsageError, match="4 parameters; there are 2 points"):
        CurveModel("gaussian").fit([1.0, 2.0], x=[1.0, 2.0])


def test_a_model_that_fails_is_said_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSH_DEBUG_CALLBACKS", "1")

    def moody(x: Any, a: float) -> Any:
        if len(x) < 5:
            raise ArithmeticError("too short for me")
        return a * x

    fit = LiveFit(lmfit.Model(moody), "det", {"x": "th"}, {"a": 1.0})
    with pytest.warns(UserWarning, match="cannot be fitted so far: too short for me") as warned:
        fitted(fit, [(float(i), 3.0 * i, 1.0) for i in range(1, 9)])
    assert len(warned) == 1
    assert fit.result.values["a"] == pytest.approx(3.0)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_values_near_the_limits_of_numbers_are_no_error(size: float) -> None:
    fit = LiveFit("gaussian", "det", {"x": "th"}, update_every=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        fitted(fit, [(x, size * y, 1.0) for x, y, _ in ROWS])


def test_variables_must_be_those_of_the_model() -> None:
    with pytest.raises(ValueError, match=r"independent variables are \['x'\], not \['th'\]"):
        LiveFit("gaussian", "det", {"th": "th"})
    with pytest.raises(UsageError, match="no curve called 'voigt'") as error:
        LiveFit("voigt", "det", {"x": "th"})
    assert "gaussian, lorentzian, step" in error.value.hint
    with pytest.raises(UsageError, match="no parameter 'sigma'"):
        CurveModel("gaussian").fit(np.ones(9), x=np.arange(9.0), sigma=1.0)


def test_a_live_fit_is_drawn_with_its_points_and_its_first_guess() -> None:
    plot = LiveFitPlot(
        LiveFit("gaussian", "det", {"x": "th"}, {"center": 0.1}, update_every=None),
        num_points=50,
        xlim=(-2.0, 2.0),
        ylim=(0.0, 60.0),
    )
    with seen_views() as views:
        figure = fitted(plot).figure()
    points, fit, guess = figure.curves
    assert (points.label, points.style, len(points.x)) == ("142", "points", 41)
    assert (fit.label, len(fit.x), fit.x[0], fit.x[-1]) == ("fit", 50, -2.0, 2.0)
    assert max(fit.y) == pytest.approx(53.0, rel=0.01)
    assert (guess.label, guess.style) == ("first guess", "dashes")
    assert np.argmax(guess.y) != np.argmax(fit.y)
    assert (figure.x_limits, figure.y_limits) == ((-2.0, 2.0), (0.0, 60.0))
    assert figure.x_label == "th (deg)"
    assert views[0].ends == 1
    assert plot.livefit.result is not None


def test_a_fit_of_lmfit_is_drawn_too() -> None:
    fit = LiveFit(lmfit.Model(gauss), "det", {"x": "th"}, GUESS, update_every=None)
    figure = fitted(LiveFitPlot(fit)).figure()
    assert [curve.label for curve in figure.curves] == ["142", "fit", "first guess"]
    assert max(figure.curves[1].y) == pytest.approx(53.0, rel=0.01)
