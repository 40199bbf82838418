"""What ``RE(plan)``, ``RE.resume()``, ``RE.stop()`` and their like do on the caller's thread."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from bsh.engine.devices import noting_positions
from bsh.engine.driving import begin, run_aside
from bsh.engine.execution import Execution
from bsh.engine.latch import Latch
from bsh.engine.requests import AsideRequest, Request, ResumeRequest
from bsh.engine.result import how_it_ended, result_of
from bsh.engine.states import EngineState
from bsh.errors import RunEngineInterrupted, TransitionError
from bsh.msg import ensure_generator
from bsh.plan_patterns.plan import refused
from bsh.preprocessors import normalize_subs_input

if TYPE_CHECKING:
    from bsh.engine.run_engine import RunEngine

__all__ = ["call", "end", "resume", "run_beside"]

_WAY_OUT = "RE.resume() goes on with the paused one, RE.stop() or RE.abort() ends it; RE.run_aside(plan) moves and reads."


def call(engine: RunEngine, plan: Any, subs: Any, metadata: dict[str, Any]) -> Any:
    """Run a plan until it is done or paused."""
    if "raise_if_interrupted" in metadata:
        warnings.warn(
            "raise_if_interrupted is no option any more: an interrupted plan always raises; "
            "it is recorded as metadata",
            stacklevel=3,
        )
    try:
        execution, event = _set_up(engine, plan, subs, metadata)
    except Exception:
        refused(plan)
        raise
    engine.callers.block(execution, event, lambda: _start(engine, execution))
    return _outcome(engine, execution)


def _set_up(engine: RunEngine, plan: Any, subs: Any, metadata: dict[str, Any]) -> tuple[Execution, Latch]:
    normalized = {} if subs is None else normalize_subs_input(subs)
    with engine.callers.starting:
        _refuse_unless_idle(engine)
        execution = _prepare(engine, plan, metadata)
        for name, functions in normalized.items():
            for function in functions:
                execution.temporary_subscriptions.add(engine.subscribe(function, name))
        engine.execution = execution
        return execution, engine.callers.begin()


def resume(engine: RunEngine) -> Any:
    """Go on after a pause, until the plan is done or paused again."""
    execution, event = engine.callers.claim_pause("resume")
    _leave_pause(engine, execution, event, ResumeRequest())
    return _outcome(engine, execution)


def run_beside(engine: RunEngine, plan: Any) -> Any:
    """Run a plan while another is paused; return what it returns."""
    paused, event = engine.callers.claim_pause("run a plan aside")
    aside = Execution(engine, iter(noting_positions(ensure_generator(plan), paused.moved_aside)), {}, "aside")
    aside.begun = True
    request = AsideRequest(lambda outer: run_aside(outer, aside))
    engine.callers.block(aside, event, lambda: paused.post(request))
    if aside.error is not None:
        raise aside.error
    if aside.interrupted:
        raise RunEngineInterrupted(how_it_ended(aside))
    return aside.result


def end(engine: RunEngine, request: Request) -> Any:
    """End the plan; from a pause, wait until that is done."""
    execution = engine.execution
    if engine.state.is_paused and not engine.engine_loop.here:
        try:
            paused, event = engine.callers.claim_pause(request.kind)
        except TransitionError:
            pass  # somebody else was first, and the plan goes on, or ends: this is asked of it then
        else:
            _leave_pause(engine, paused, event, request)
            if paused.error is not None:
                raise paused.error
            return _returned(engine, paused)
    engine.post(request)
    return () if execution is None else _returned(engine, execution)


def _refuse_unless_idle(engine: RunEngine) -> None:
    state, execution = engine.state, engine.execution
    if state is EngineState.PANICKED:
        raise RuntimeError("The RunEngine is panicked: call RE.recover() before the next plan.")
    if state is not EngineState.IDLE or (execution is not None and not execution.finished.is_set()):
        text = f"The RunEngine is in a {state.value} state: it runs one plan at a time."
        raise RuntimeError(f"{text} {_WAY_OUT}" if state.is_paused else text)


def _prepare(engine: RunEngine, plan: Any, metadata: dict[str, Any]) -> Execution:
    name = getattr(plan, "__name__", type(plan).__name__)
    # A wrapped plan (one that knows who made it) hands its bare generator over: nothing is between.
    generator = iter(ensure_generator(plan))
    plan_type = type(generator).__name__
    for preprocessor in engine.preprocessors:
        generator = preprocessor(generator)
    execution = Execution(engine, generator, metadata, name)
    execution.plan_type = plan_type
    return execution


def _start(engine: RunEngine, execution: Execution) -> None:
    execution.begun = True
    if not engine.engine_loop.post(_begin, engine, execution):
        execution.finished.set()
        raise RuntimeError("The engine's loop is closed.")


def _begin(engine: RunEngine, execution: Execution) -> None:
    try:
        for request in engine.tripped_suspenders():
            execution.requests.append(request)
            execution.attention = True
    except Exception as error:
        execution.throw(error)
    begin(execution)


def _leave_pause(engine: RunEngine, execution: Execution, event: Latch, request: Request) -> None:
    engine.callers.block(execution, event, lambda: engine.ask_of(execution, request))


def _outcome(engine: RunEngine, execution: Execution) -> Any:
    if not execution.finished.is_set():
        raise RunEngineInterrupted(engine.pause_msg)
    if execution.error is not None:
        raise execution.error
    if execution.interrupted:
        raise RunEngineInterrupted(how_it_ended(execution))
    return _returned(engine, execution)


def _returned(engine: RunEngine, execution: Execution) -> Any:
    return result_of(execution) if engine.call_returns_result else tuple(execution.uids)
