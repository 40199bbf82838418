"""Suspenders that do not hold a plan back: what they watch ends the run, or costs the points taken meanwhile.

Owns what is done in place of waiting. When a signal is bad is said by another suspender, of any class, which takes these
for its engine.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from bsh.errors import CommandError, TransitionError
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.mutation import msg_mutator

from .base import SuspenderReport

__all__ = ["ActingSuspender", "SkipPoints", "StopRun"]

LEFT_OUT_S = 0.1
"""What a point that is left out takes at least, in seconds: an endless scan must not race."""

_OF_A_POINT = frozenset({"trigger", "create", "read", "read_together", "save", "drop"})


class ActingSuspender:
    """Watches as another suspender does; plans are never held back.

    Parameters
    ----------
    watching : suspender
        Says when its signal is bad.
    """

    action = ""
    deed = ""

    def __init__(self, watching: Any) -> None:
        self._watching = watching
        self._signal = getattr(watching, "_signal", None)
        self._engine: Any = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} by {self._watching!r}>"

    def __getattr__(self, name: str) -> Any:
        """Be the engine of the suspender that watches."""
        if self.__dict__.get("_engine") is None:
            raise AttributeError(name)
        return getattr(self._engine, name)

    def install(self, RE: Any, *, event_type: str | None = None) -> None:  # noqa: N803 - the field's name
        """Start watching for an engine.

        Parameters
        ----------
        RE : RunEngine
            Whose runs it is about.
        event_type : str, optional
            Passed to ``signal.subscribe``.
        """
        self._engine = RE
        RE.preprocessors.insert(0, self)  # innermost: what a profile adds to every run is none of it
        self._watching.install(self, **({} if event_type is None else {"event_type": event_type}))

    def remove(self) -> None:
        """Stop watching."""
        self._watching.remove()
        self._engine.preprocessors.remove(self)
        self._engine = None

    @property
    def tripped(self) -> bool:
        """Whether the signal is bad, or good for less than ``sleep`` seconds."""
        return bool(self._watching.tripped)

    @property
    def justification(self) -> str:
        """Why."""
        return str(getattr(self._watching, "justification", "") or repr(self._watching))

    def report(self) -> SuspenderReport:
        """Say what is watched, since when it is bad, and what is done then."""
        describe = getattr(self._watching, "report", None)
        told = describe() if describe is not None else self._foreign_report()
        return replace(told, rule=f"{told.rule}: {self.deed}", action=self.action)

    def _foreign_report(self) -> SuspenderReport:
        name = str(getattr(self._signal, "name", "?"))
        rule = type(self._watching).__name__
        return SuspenderReport(rule, None, self.tripped, None, None, self.justification, name)

    def get_futures(self) -> tuple[list[Any], str]:
        """Return nothing to wait for."""
        return [], ""

    def request_suspend(self, fut: Any, *, justification: str | None = None, **plans: Any) -> None:
        """Take what the suspender that watches asks of its engine, on whatever thread.

        Parameters
        ----------
        fut : callable
            Makes what would be waited for.
        justification : str, optional
            Why.
        **plans
            What would be run before and after.
        """
        raise NotImplementedError

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Be a preprocessor of plans.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        raise NotImplementedError


class StopRun(ActingSuspender):
    """Ends the run under way, and whatever would have come after it; its data are kept. None begins meanwhile."""

    action = "stop"
    deed = "ends the run"

    def request_suspend(self, fut: Any, *, justification: str | None = None, **plans: Any) -> None:
        """End the run, if there is one."""
        engine = self._engine
        if engine.execution is None or not engine.execution.runs or engine.state.is_paused:
            return  # moves go on; a paused plan is asked at its next checkpoint
        with suppress(TransitionError):  # it ended in this moment
            engine.request_stop(justification or self.justification)

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Refuse runs while the signal is bad; look once more at each checkpoint."""

        def judged(msg: Msg) -> Msg:
            if msg.command == "open_run" and self.tripped:
                raise CommandError(
                    f"not started: {self.justification}",
                    hint="'suspenders' lists what ends runs; moves and counts without -s go on",
                )
            if msg.command == "checkpoint" and self.tripped:
                self.request_suspend(None)
            return msg

        found: MsgGenerator = msg_mutator(plan, judged)
        return found


class SkipPoints(ActingSuspender):
    """Leaves out the points that are taken while the signal is bad; the axes go where the plan sends them."""

    action = "skip"
    deed = "leaves out points"

    def __init__(self, watching: Any) -> None:
        super().__init__(watching)
        self._trips = 0

    def request_suspend(self, fut: Any, *, justification: str | None = None, **plans: Any) -> None:
        """Note that the signal has become bad."""
        self._trips += 1

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Return the plan without the points that it takes while the signal is bad."""
        found: MsgGenerator = msg_mutator(plan, _PointsOfPlan(self).in_place_of)
        return found

    @property
    def trips(self) -> int:
        """How often the signal has become bad."""
        return self._trips

    def tell(self, text: str) -> None:
        """Tell people something."""
        self._engine.announce(text)


class _PointsOfPlan:
    """The points of one plan: which of them are left out."""

    def __init__(self, suspender: SkipPoints) -> None:
        self._suspender = suspender
        self._runs_open = 0
        self._is_in_point = False
        self._is_left_out = False
        self._trips_before = 0
        self._left_out = 0
        self._why = ""

    def in_place_of(self, msg: Msg) -> Msg:
        """Return the message to send in place of one."""
        command = msg.command
        if command == "open_run":
            self._runs_open += 1
        elif command == "close_run":
            self._runs_open -= 1
            return self._closed(msg)
        if command not in _OF_A_POINT or not self._runs_open:
            return msg
        if not self._is_in_point:
            if command not in ("trigger", "create"):
                return msg  # somebody looks where something is
            self._begin()
        if command not in ("save", "drop"):
            return self._nothing(command) if self._is_left_out else msg
        self._is_in_point = False
        if self._is_left_out:
            return Msg("null")
        if command == "save" and self._suspender.trips != self._trips_before:
            self._leave_out()
            return Msg("drop", run=msg.run)
        return msg

    def _begin(self) -> None:
        self._is_in_point = True
        self._trips_before = self._suspender.trips
        self._is_left_out = self._suspender.tripped
        if self._is_left_out:
            self._leave_out()

    def _leave_out(self) -> None:
        self._left_out += 1
        if self._why != (why := self._suspender.justification):
            self._why = why
            self._suspender.tell(f"points are left out: {why}")

    @staticmethod
    def _nothing(command: str) -> Msg:
        return Msg("sleep", None, LEFT_OUT_S) if command == "create" else Msg("null")

    def _closed(self, msg: Msg) -> Msg:
        if not self._left_out or msg.kwargs.get("reason"):
            return msg
        points = "1 point was" if self._left_out == 1 else f"{self._left_out} points were"
        self._left_out, reason = 0, f"{points} left out: {self._why}"
        return msg._replace(kwargs={**msg.kwargs, "reason": reason})
