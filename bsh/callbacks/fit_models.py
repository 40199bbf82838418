"""Curves that can be fitted with numpy alone: a gaussian, a lorentzian, an edge.

Owns their formulas, first guesses, and a small Levenberg-Marquardt fit. Models of lmfit can be used in their
place; the names ``independent_vars``, ``param_names``, ``fit``, ``eval`` and ``best_values`` are lmfit's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from bsh.callbacks.peaks import peak_statistics
from bsh.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["FITS", "CurveFit", "CurveModel", "curve_model"]

MOST_STEPS = 200
CONVERGED = 1e-12
"""A step that betters the sum of squares by less than this part of it is the last one."""


@dataclass(frozen=True)
class CurveFit:
    """The outcome of a fit.

    Attributes
    ----------
    model : CurveModel
        What was fitted.
    best_values, init_values : dict
        Parameters found and first guess, in the units of axis and counter.
    stderr : dict
        Standard deviations of the parameters; infinite where the data do not fix one.
    chisqr : float
        Sum of the squared residuals.
    """

    model: CurveModel
    best_values: dict[str, float]
    init_values: dict[str, float]
    stderr: dict[str, float] = field(default_factory=dict)
    chisqr: float = 0.0

    def eval(self, x: ArrayLike) -> Floats:
        """Return the fitted curve at some positions.

        Parameters
        ----------
        x : array_like, shape ``(n_points,)``
            Positions.
        """
        return self.model.eval(x, **self.best_values)


class CurveModel:
    """A curve over one axis with a few parameters.

    Parameters
    ----------
    name : {"gaussian", "lorentzian", "step"}
        The curve. Its parameters are ``height`` (above the background), ``center``, ``fwhm`` (of a step: the
        stretch from 10 to 90 %, roughly) and ``background``.

    Raises
    ------
    UsageError
        There is no curve of that name.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 21)
    >>> fit = CurveModel("gaussian").fit(3 * np.exp(-(x - 0.1)**2 / 0.08) + 1, x=x)
    >>> {name: round(value, 3) for name, value in fit.best_values.items()}
    {'height': 3.0, 'center': 0.1, 'fwhm': 0.471, 'background': 1.0}
    """

    independent_vars = ("x",)
    param_names = ("height", "center", "fwhm", "background")

    def __init__(self, name: str) -> None:
        if name not in FITS:
            raise UsageError(f"There is no curve called {name!r}.", hint=f"fit one of {', '.join(FITS)}")
        self.name = name
        self._shape = FITS[name]

    def __repr__(self) -> str:
        return f"CurveModel({self.name!r})"

    def eval(self, x: ArrayLike, **values: float) -> Floats:
        """Return the curve.

        Parameters
        ----------
        x : array_like, shape ``(n_points,)``
            Positions.
        **values
            All parameters.
        """
        import numpy as np

        width = abs(values["fwhm"]) or 1e-300
        offset = (np.asarray(x, dtype=float) - values["center"]) / width
        curve: Floats = values["background"] + values["height"] * self._shape(offset)
        return curve

    def guess(self, data: ArrayLike, x: ArrayLike) -> dict[str, float]:
        """Return parameters to start from.

        Parameters
        ----------
        data, x : array_like, shape ``(n_points,)``
            Values and positions.
        """
        import numpy as np

        xs, ys = np.asarray(x, dtype=float), np.asarray(data, dtype=float)
        span = float(np.ptp(xs)) or 1.0
        if self.name == "step":
            order = np.argsort(xs)
            low, high = float(ys[order[0]]), float(ys[order[-1]])
            middle = xs[np.argmin(np.abs(ys - (low + high) / 2))]
            return {"height": high - low, "center": float(middle), "fwhm": span / 10, "background": low}
        found = peak_statistics(xs, ys)
        assert found is not None
        background = found.min[1]
        center = found.max[0] if found.cen is None or not found.is_peak else found.cen
        return {
            "height": found.max[1] - background,
            "center": center,
            "fwhm": found.fwhm or span / 5,
            "background": background,
        }

    def fit(self, data: ArrayLike, *, x: ArrayLike, **init: float) -> CurveFit:
        """Find the parameters with the least squares.

        Parameters
        ----------
        data, x : array_like, shape ``(n_points,)``
            Values and positions; points that are not finite are left out.
        **init
            First guesses; those that are not given are made from the data.
        """
        import numpy as np

        xs, ys = np.asarray(x, dtype=float), np.asarray(data, dtype=float)
        finite = np.isfinite(xs) & np.isfinite(ys)
        xs, ys = xs[finite], ys[finite]
        if xs.size < len(self.param_names):
            raise UsageError(
                f"{self.name} has {len(self.param_names)} parameters; there are {xs.size} points."
            )
        unknown = [name for name in init if name not in self.param_names]
        if unknown:
            raise UsageError(f"{self.name} has no parameter {unknown[0]!r}: {', '.join(self.param_names)}.")
        first = {**self.guess(ys, xs), **{name: float(value) for name, value in init.items()}}
        try:
            with np.errstate(all="ignore"):  # values near the largest number
                found, errors, squares = _least_squares(
                    lambda values: self.eval(xs, **dict(zip(self.param_names, values))) - ys,
                    np.array([first[name] for name in self.param_names]),
                )
        except np.linalg.LinAlgError as error:
            raise UsageError(f"A {self.name} cannot be fitted to these points: {error}.") from error
        best = dict(zip(self.param_names, map(float, found)))
        best["fwhm"] = abs(best["fwhm"])
        return CurveFit(self, best, first, dict(zip(self.param_names, map(float, errors))), squares)


def curve_model(model: Any) -> Any:
    """Return a model: for a name one of ours, anything else as it is.

    Parameters
    ----------
    model : str or model
        ``"gaussian"``, ``"lorentzian"``, ``"step"``, or a model of lmfit.
    """
    return CurveModel(model) if isinstance(model, str) else model


def _gaussian(offset: Floats) -> Floats:
    import numpy as np

    curve: Floats = np.exp(-4 * np.log(2) * offset**2)
    return curve


def _lorentzian(offset: Floats) -> Floats:
    return 1 / (1 + 4 * offset**2)


def _step(offset: Floats) -> Floats:
    import numpy as np

    return (1 + np.tanh(2.2 * offset)) / 2


FITS: Mapping[str, Callable[[Any], Any]] = {"gaussian": _gaussian, "lorentzian": _lorentzian, "step": _step}
"""The curves, of height 1 and width 1 around 0."""


def _least_squares(residuals: Callable[[Floats], Floats], start: Floats) -> tuple[Floats, Floats, float]:
    """Minimise the sum of squares after Levenberg and Marquardt; return parameters, their errors, the sum."""
    import numpy as np

    values, rest = start.astype(float), residuals(start)
    squares, damping = float(rest @ rest), 1e-3
    for _ in range(MOST_STEPS):
        slopes = _slopes(residuals, values, rest)
        normal, gradient = slopes.T @ slopes, slopes.T @ rest
        scale = np.diag(np.maximum(np.diag(normal), 1e-300))
        trial = values - np.linalg.lstsq(normal + damping * scale, gradient, rcond=None)[0]
        rest_then = residuals(trial)
        squares_then = float(rest_then @ rest_then)
        if not squares_then <= squares:  # worse, or NaN
            damping *= 10
            if damping > 1e12:
                break
            continue
        gain = squares - squares_then
        values, rest, squares, damping = trial, rest_then, squares_then, damping / 10
        if gain <= CONVERGED * squares:
            break
    slopes = _slopes(residuals, values, rest)
    free = max(1, rest.size - values.size)
    variances = np.diag(np.linalg.pinv(slopes.T @ slopes)) * squares / free
    return values, np.sqrt(np.maximum(variances, 0.0)), squares


def _slopes(residuals: Callable[[Floats], Floats], values: Floats, rest: Floats) -> Floats:
    import numpy as np

    slopes = np.empty((rest.size, values.size))
    for i, value in enumerate(values):
        step = 1e-7 * (abs(value) or 1.0)
        moved = values.copy()
        moved[i] += step
        slopes[:, i] = (residuals(moved) - rest) / step
    return slopes
