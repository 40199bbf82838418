"""What is measured in every run of an engine beside the plan's own readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bsh.msg import MsgGenerator, ensure_generator
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.preprocessors.during import baseline_wrapper, fly_during_wrapper, monitor_during_wrapper

__all__ = ["SupplementalData"]


class SupplementalData:
    """A preprocessor for ``RE.preprocessors`` whose lists may be changed at any time.

    Parameters
    ----------
    baseline : iterable of devices, optional
        Read at the beginning and at the end of every run.
    monitors : iterable of devices, optional
        Every change is recorded during every run.
    flyers : iterable of devices, optional
        Acquire during every run.

    Examples
    --------
    >>> sd = SupplementalData()
    >>> sd.baseline.append("temperature")
    >>> sd
    SupplementalData(baseline=['temperature'], monitors=[], flyers=[])
    """

    def __init__(
        self,
        *,
        baseline: Iterable[Any] | None = None,
        monitors: Iterable[Any] | None = None,
        flyers: Iterable[Any] | None = None,
    ) -> None:
        self.baseline = list(baseline or ())
        self.monitors = list(monitors or ())
        self.flyers = list(flyers or ())

    def __call__(self, plan: AnyPlan) -> MsgGenerator:
        """Add the measurements to a plan: baseline first, then monitors, then flyers.

        Parameters
        ----------
        plan : iterable or generator of messages
            The plan.
        """
        plan = fly_during_wrapper(plan, self.flyers)
        plan = monitor_during_wrapper(plan, self.monitors)
        plan = baseline_wrapper(plan, self.baseline)
        return (yield from ensure_generator(plan))

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(baseline={self.baseline}, monitors={self.monitors}, flyers={self.flyers})"
        )
