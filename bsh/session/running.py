"""The way from a plan to its run, for a session.

Owns what comes before a run (looking ahead, the disk, a question where it will take long), who answers
Ctrl+C how, and what comes after, however it ended.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bsh.errors import AsideInterrupted, CommandError, RunEngineInterrupted, TransitionError

from .commanded import CommandedMoves, axes_before
from .drift import drift_notices
from .first_failure import raise_first_failure
from .kept_plan import KeptPlan
from .scripts import run_lines
from .timing import LearnedTiming

if TYPE_CHECKING:
    from .preflight import Preflight
    from .session import Session

__all__ = ["Running"]

LEAST_DISK_BYTES = 20_000_000
"""With less room no scan begins."""

POSITIONS_BEFORE = "positions_before"
"""Key of start documents: where all axes were that were known without asking them."""


class Running:
    """Runs the plans of a session.

    Parameters
    ----------
    session : Session
        Whose engine, rules and people it uses.

    Attributes
    ----------
    preflight : Preflight or None
        What is known of the run under way.
    result : object
        What the last plan returned, or the last report.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._moves = CommandedMoves(session.journal, lambda: session.devices)
        self._timing = LearnedTiming(session.folder)
        self.preflight: Preflight | None = None
        self.result: Any = None
        self._foreseen: tuple[Any, ...] | None = None
        self._documents_seen = 0
        self._is_replanned = False
        self._is_dry = False
        self._wrapper: Callable[[Any], Any] | None = None
        self._leaving = False
        self._exit_code: int | None = None

    def execute(
        self, factory: Callable[[], Any], *, command: str | None = None, interrupt: str = "pause"
    ) -> Any:
        """Check a plan as a whole, then run it.

        Parameters
        ----------
        factory : callable
            Makes a fresh plan at each call; called twice or more.
        command : str, optional
            The line as typed; goes into the start document.
        interrupt : {'pause', 'stop', 'finish'}
            What Ctrl+C does at the prompt: pause a scan, stop a move or a count, end a scan without an end.

        Returns
        -------
        object
            What the plan returned; the uids of its runs where it returned nothing.

        Raises
        ------
        LimitError, DeviceOffline
            Before anything moves and before a scan number is used.
        RunEngineInterrupted
            The plan was paused or ended early; ``RE.state`` tells which.
        """
        paused = self._session.state == "paused"
        if paused and interrupt != "stop":
            raise CommandError(
                "a scan is paused: another one cannot run now, moves and counts can",
                hint="resume goes on, stop ends it and keeps the data, abort marks it as aborted",
            )
        if not (paused or self._is_dry):
            self._session.queue.refuse_more()
        factory = self._wrapped(factory)
        known = self._looked_ahead(factory, command)
        self._go_or_not(known)
        if paused:
            return self._run_aside(factory())
        self.preflight = known
        self._foreseen = known.axes
        self._is_replanned = False
        began = time.monotonic()
        try:
            result = self.run(factory(), command, interrupt, self._places_before(known))
        finally:
            self._foreseen = None
        if known.num_points and known.seconds is not None and not self._is_replanned:
            foreseen, took = known.seconds - known.overhead_s, time.monotonic() - began
            self._timing.learn(known.devices, known.num_points, foreseen, took)
        return result

    def run_typed(
        self, make: Callable[[], Any], line: str, /, *subs: Any, repeatable: bool, **metadata: Any
    ) -> Any:
        """Run what was typed as ``RE(plan)``: checked like a command, where the plan can be made twice.

        Parameters
        ----------
        make : callable
            Makes the plan.
        line : str
            As typed; goes into the start document, unless the metadata say otherwise.
        *subs, **metadata
            As typed, for the engine.
        repeatable : bool
            Whether the plan can be made twice without any effect.

        Returns
        -------
        object
            What the engine returns.
        """
        from .preflight import Preflight

        if self._session.state != "idle":
            return self._session.RE(make(), *subs, **metadata)  # the engine says why not
        self._session.queue.refuse_more()
        known = Preflight(line)
        if repeatable:
            known = self._looked_ahead(make, line)
        self._go_or_not(known)
        self.preflight, self._foreseen = known, known.axes
        try:
            before = self._places_before(known)
            return self._session.RE(make(), *subs, **{"command": line, **before, **metadata})
        finally:
            self._foreseen = None

    def run(
        self,
        plan: Any,
        command: str | None = None,
        interrupt: str = "pause",
        metadata: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run a plan without looking ahead.

        Parameters
        ----------
        plan : generator or iterable of Msg
            What to do.
        command : str, optional
            The line as typed; goes into the start document.
        interrupt : {'pause', 'stop'}
            As for :meth:`execute`.
        metadata : mapping, optional
            More for the start document.

        Returns
        -------
        object
            What the plan returned; the uids of its runs where it returned nothing.
        """
        engine = self._session.RE
        engine.interrupt_policy = self.policy(interrupt)
        kept = KeptPlan(plan)
        more = {**(metadata or {}), **({} if command is None else {"command": command})}
        self._session.arrivals.is_told_by_summary = interrupt == "stop"
        try:
            uids = engine(kept.messages(), **more)
        except Exception as error:
            raise_first_failure(engine, error)
        finally:
            self._session.arrivals.is_told_by_summary = False
        self.result = uids if kept.value is None else kept.value
        return self.result

    def _places_before(self, known: Preflight) -> dict[str, Any]:
        """Return where axes are, for the start document of a run that is about to begin."""
        if known.num_points == 0:
            return {}
        before = axes_before(known.axes if known.num_points else ())
        places = self._session.drift.here()
        return {**before, POSITIONS_BEFORE: places} if places else before

    def _run_aside(self, plan: Any) -> Any:
        """Run a move or a count while a scan is paused; the scan finds its axes where they were."""
        engine = self._session.RE
        policy, engine.interrupt_policy = engine.interrupt_policy, self.policy("stop")
        try:
            self.result = engine.run_aside(plan)
        except RunEngineInterrupted as error:
            raise AsideInterrupted(str(error)) from error
        finally:
            engine.interrupt_policy = policy
        return self.result

    def _looked_ahead(self, factory: Callable[[], Any], line: str | None) -> Preflight:
        from .preflight import look_ahead

        session = self._session
        session.complete()  # the rules come with the devices
        return look_ahead(
            factory,
            line,
            count_time=session.profile.count_time,
            interlocks=session.interlocks,
            locks=session.locks,
            timing=self._timing,
        )

    @contextlib.contextmanager
    def next_plan(self, wrapper: Callable[[Any], Any]) -> Iterator[None]:
        """Change the next plan of :meth:`execute` before it is looked at and run.

        Parameters
        ----------
        wrapper : callable
            Is given a plan and returns the one to run.
        """
        self._wrapper = wrapper
        try:
            yield
        finally:
            self._wrapper = None

    def _wrapped(self, factory: Callable[[], Any]) -> Callable[[], Any]:
        wrapper, self._wrapper = self._wrapper, None  # once: on_exit may run plans, too
        return factory if wrapper is None else lambda: wrapper(factory())

    def replan(self, text: str, num_points: int | None) -> None:
        """Note that the run under way takes other points than it said; from any thread.

        Parameters
        ----------
        text : str
            What is told; nothing where it is empty.
        num_points : int or None
            How many points it will have.
        """
        from bsh.engine.notices import PointsPlanned

        self._is_replanned = True
        if self.preflight is not None:
            self.preflight = replace(self.preflight, num_points=num_points)
        self._session.RE.tell(PointsPlanned(text, num_points))

    @contextlib.contextmanager
    def dry(self) -> Iterator[None]:
        """Look at plans meanwhile, and run none: a :class:`~bsh.session.preflight.DryRun` is raised instead."""
        self._is_dry = True
        try:
            yield
        finally:
            self._is_dry = False

    def _go_or_not(self, known: Preflight) -> None:
        """Return if the plan may begin."""
        if self._is_dry:
            from .preflight import DryRun

            raise DryRun(known)
        if known.num_points:
            self._refuse_full_disk()
        self._ask(known)

    def _refuse_full_disk(self) -> None:
        from shutil import disk_usage

        free = disk_usage(self._session.folder).free
        if free < LEAST_DISK_BYTES:
            raise CommandError(
                f"the disk of {self._session.folder} has only {free / 1e6:.0f} MB left; nothing was started",
                hint="make room for the data first",
            )

    def _ask(self, preflight: Preflight) -> None:
        confirm, limit = self._session.confirm, self._session.profile.confirm_over_s
        if confirm is None or limit is None or preflight.seconds is None or preflight.seconds <= limit:
            return
        if not confirm(preflight):
            raise CommandError("not started")

    def guarded_by_rules(self, plan: Any) -> Any:
        """Have each move of a plan judged by the profile's rules, unless the plan was walked through before.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        return plan if self._foreseen is not None else self._session.interlocks.guarded(plan)

    def policy(self, interrupt: str) -> Any:
        """Return what Ctrl+C does while a plan runs.

        Parameters
        ----------
        interrupt : {'pause', 'stop', 'finish'}
            As for :meth:`execute`; where there is no prompt to return to, a plan is aborted.
        """
        from bsh.engine import InterruptPolicy

        if not self._session.interactive:
            return InterruptPolicy.ABORT
        return InterruptPolicy(interrupt)

    @contextlib.contextmanager
    def around_calls(self, engine: Any) -> Iterator[None]:
        """Enter with every call of the engine that blocks: ``RE(plan)``, ``RE.resume()``, ``RE.stop()``...

        When a call that took data has ended, however it ended, ``on_exit`` runs.
        """
        if engine.state == "idle" and not self._leaving:
            self._session.control.check()
        if engine.state == "idle":  # not a paused plan that goes on, nor one beside it
            for notice in drift_notices(self._session.drift.begin(self._foreseen or ())):
                self._session.tell(notice)
            self._moves.begin(self._foreseen, self.preflight.command or "" if self.preflight else "")
        try:
            yield
        finally:
            if engine.state == "idle":  # not paused, and not left alone by an exception on this thread
                self._moves.end(self._session.drift.end())
                self.preflight = None
                engine.interrupt_policy = self.policy("pause")  # for what the user gives to RE directly
                if self._session.store.accepted != self._documents_seen and not self._leaving:
                    self.run_on_exit()
                    self._documents_seen = self._session.store.accepted
                if self._exit_code is not None:
                    if self._session.leave_prompt is not None:
                        self._session.leave_prompt()
                    raise SystemExit(self._exit_code)

    def run_on_exit(self) -> None:
        """Run the profile's ``on_exit``; what goes wrong is shown."""
        from bsh.commands.reports import Text

        session = self._session
        if not session.profile.on_exit:
            return
        execution = session.RE.execution
        self._leaving = True  # what on_exit runs has no on_exit of its own
        session.RE.heeds_suspenders = False  # a shutter is closed, beam or no beam
        try:
            problems = run_lines(
                session.profile.on_exit,
                session.namespace,
                session.registry,
                lambda plan: self.run(plan, None, "stop"),
                what="on_exit",
            )
            for problem in problems:
                session.show(Text(problem))
        finally:
            self._leaving = False
            session.RE.heeds_suspenders = True
            if session.state == "idle":
                session.RE.execution = execution  # whose outcome is told next, not that of on_exit

    def leave_after_abort(self, reason: str, code: int) -> bool:
        """Abort the plan that runs; once its cleanup is done, the caller of the engine gets SystemExit.

        Made for signal handlers: it does not wait.

        Parameters
        ----------
        reason : str
            Why; goes into the stop document.
        code : int
            Exit code.

        Returns
        -------
        bool
            False where no plan runs, or where it is being ended already: nothing was done then.
        """
        if self._session.state != "running" or self._exit_code is not None:
            return False
        self._exit_code = code
        try:
            self._session.RE.abort(reason)
        except TransitionError:  # it ended in this very moment
            self._exit_code = None
            return False
        return True
