"""A curve fitted to the points of a run while they come."""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.fit_models import curve_model
from bsh.callbacks.obj_fields import single_field
from bsh.callbacks.one_run import OneRun
from bsh.callbacks.points import number_of
from bsh.callbacks.safety import make_class_safe
from bsh.callbacks.table import QUIET_STREAMS
from bsh.protocols import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["LiveFit"]


@make_class_safe
class LiveFit(CallbackBase):
    """Fit a model to the points of a run.

    Parameters
    ----------
    model : lmfit.Model or str
        What is fitted: a model of lmfit, or the name of a curve that needs no lmfit: ``"gaussian"``,
        ``"lorentzian"``, ``"step"``.
    y : str or device
        Data key of what is fitted.
    independent_vars : dict
        Maps the model's independent variables to data keys, for example ``{"x": "th"}``.
    init_guess : dict, optional
        First guesses of the parameters. Without it the model makes its own, if it can.
    update_every : int or None, optional
        Fit after so many points; None means once, at the end.

    Raises
    ------
    ValueError
        `independent_vars` are not those of the model.

    Attributes
    ----------
    result : lmfit.model.ModelResult or CurveFit or None
        The last fit.
    ydata : array of float
        Values so far.
    independent_vars_data : dict of array of float
        Positions so far.
    """

    def __init__(
        self,
        model: Any,
        y: Any,
        independent_vars: Mapping[str, Any],
        init_guess: Mapping[str, Any] | None = None,
        *,
        update_every: int | None = 1,
    ) -> None:
        super().__init__()
        self._model = curve_model(model)
        if set(independent_vars) != set(self._model.independent_vars):
            raise ValueError(
                f"The model's independent variables are {sorted(self._model.independent_vars)}, "
                f"not {sorted(independent_vars)}."
            )
        self.y = single_field(y)
        self._independent_vars = {name: single_field(key) for name, key in independent_vars.items()}
        self.init_guess = dict(init_guess or {})
        self.update_every = update_every
        self.result: Any = None
        self._run = OneRun(without=QUIET_STREAMS)
        self._reset()

    @property
    def model(self) -> Any:
        """The model; make another LiveFit for another one."""
        return self._model

    @property
    def independent_vars(self) -> dict[str, str]:
        """The data key of each independent variable."""
        return self._independent_vars

    def _reset(self) -> None:
        self.result = None
        self.ydata = array("d")
        self.independent_vars_data = {name: array("d") for name in self._independent_vars}
        self._is_stale = False
        self._has_warned = False

    def start(self, doc: Document) -> None:
        """Forget the run before."""
        self._reset()
        self._run.begin(doc)

    def descriptor(self, doc: Document) -> None:
        """Note whose events these will be."""
        self._run.takes_descriptor(doc)

    def event(self, doc: Document) -> None:
        """Add a point, if the event has all fields; fit again where it is due."""
        data = doc["data"]
        keys = self._independent_vars.values()
        if not self._run.takes_event(doc) or self.y not in data or any(key not in data for key in keys):
            return
        positions = {name: number_of(data[key]) for name, key in self._independent_vars.items()}
        self.update_caches(number_of(data[self.y]), positions)
        if self.update_every is not None and len(self.ydata) % self.update_every == 0:
            self.update_fit()

    def stop(self, doc: Document) -> None:
        """Fit the points that were not fitted yet."""
        if self._run.takes_stop(doc) and self._is_stale:
            self.update_fit()

    def update_caches(self, y: float, independent_vars: Mapping[str, float]) -> None:
        """Add one point to the data.

        Parameters
        ----------
        y : float
            Value.
        independent_vars : dict
            Position for each independent variable.
        """
        for name, position in independent_vars.items():
            self.independent_vars_data[name].append(position)
        self.ydata.append(y)
        self._is_stale = True

    def update_fit(self) -> None:
        """Fit the points so far; warn once a run if that is not possible."""
        import numpy as np

        needed: Sequence[str] = self._model.param_names
        y = np.array(self.ydata, dtype=float)
        positions = {name: np.array(x, dtype=float) for name, x in self.independent_vars_data.items()}
        finite = np.isfinite(y) & np.logical_and.reduce([np.isfinite(x) for x in positions.values()])
        self._is_stale = False
        if int(finite.sum()) < len(needed):
            self._warn_once(
                f"A fit needs {len(needed)} points, one for each parameter; there are {int(finite.sum())}."
            )
            return
        try:
            self._fit(y[finite], {name: x[finite] for name, x in positions.items()})
        except Exception as error:  # a model may not suit these points, but perhaps those that follow
            self._warn_once(f"The points cannot be fitted so far: {error}")

    def _warn_once(self, text: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(text, stacklevel=3)

    def _fit(self, y: Floats, positions: Mapping[str, Floats]) -> None:
        guess: dict[str, Any] = dict(self.init_guess)
        if not guess and hasattr(self._model, "make_params"):  # lmfit; ours guess by themselves
            try:
                guess = {"params": self._model.guess(y, **positions)}
            except NotImplementedError:
                guess = {}
        self.result = self._model.fit(y, **positions, **guess)
