"""The run engine as its users see it.

Owns the caller's side: starting a plan, blocking while it runs, and passing requests on. What happens
on the engine's thread is in :mod:`bsh.engine.execution` and its neighbours.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import sys
import threading
import warnings
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from typing import Any

from bsh.engine.commands import CommandTable, adapt_coroutine, new_table, set_rewindable
from bsh.engine.devices import call_outside, name_of, noting_positions
from bsh.engine.dispatcher import Dispatcher
from bsh.engine.driving import begin, run_aside
from bsh.engine.during_task import DefaultDuringTask
from bsh.engine.event_loop import EngineLoop
from bsh.engine.execution import Execution
from bsh.engine.exit_path import CleanupFailure
from bsh.engine.logs import ComposableLogAdapter
from bsh.engine.loops import set_engine_event_loop
from bsh.engine.notices import CleanupFailed, Notice
from bsh.engine.opening import default_md_validator, default_scan_id_source
from bsh.engine.requests import (
    AbortRequest,
    AsideRequest,
    HaltRequest,
    PauseRequest,
    Request,
    ResumeRequest,
    StopRequest,
    SuspendRequest,
)
from bsh.engine.result import RunEngineResult
from bsh.engine.sigint import InterruptPolicy, SigintHandler
from bsh.engine.states import LEGAL_REQUESTS, EngineState, Legality, check_transition
from bsh.engine.watchdog import Watchdog
from bsh.errors import InvalidCommand, RunEngineInterrupted, TransitionError
from bsh.msg import Msg, ensure_generator
from bsh.preprocessors import normalize_subs_input
from bsh.protocols import Document, DurableSink

__all__ = ["PAUSE_MSG", "RunEngine"]

PAUSE_MSG = (
    "Paused. RE.resume() goes on, RE.stop() ends with the data kept, "
    "RE.abort() marks them as aborted, RE.halt() skips the plan's cleanup."
)

RECOVER_S = 10.0
"""How long an asynchronous device may take when it is cleaned up again, in seconds."""

UNATTENDED_CLEANUP_S = 10.0
"""How long a plan may clean up that nobody waits for any more, in seconds."""

SWITCH_INTERVAL_S = 0.0002
"""How quickly another thread gets its turn while a plan runs, in seconds: a key press needs two turns."""

_message_logger = logging.getLogger("bsh.RE.msg")
_state_logger = logging.getLogger("bsh.RE.state")
_document_logger = logging.getLogger("bsh.emit_document")


class RunEngine:
    """Runs plans: sends their messages to devices and emits documents.

    Parameters
    ----------
    md : mutable mapping, optional
        Metadata for every run; may be persistent.
    loop : asyncio.AbstractEventLoop, optional
        A loop to use instead of a new one.
    preprocessors : list of callable, optional
        Applied to every plan in order; the last one is outermost.
    context_managers : list of callable, optional
        Called with the engine; entered while a call blocks. ``[SigintHandler]`` by default.
    md_validator : callable, optional
        ``f(md)`` raises to refuse a run; may return metadata to use instead.
    md_normalizer : callable, optional
        ``f(md) -> md``, applied after validation.
    scan_id_source : callable, optional
        ``f(md) -> scan_id``, synchronous or not.
    during_task : object, optional
        Its ``block(event)`` runs on the caller's thread while a plan runs.
    call_returns_result : bool
        Whether a call returns a :class:`RunEngineResult` instead of the uids.
    """

    def __init__(
        self,
        md: MutableMapping[str, Any] | None = None,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        preprocessors: list[Callable[..., Any]] | None = None,
        context_managers: list[Callable[..., Any]] | None = None,
        md_validator: Callable[..., Any] | None = None,
        md_normalizer: Callable[..., Any] | None = None,
        scan_id_source: Callable[..., Any] = default_scan_id_source,
        during_task: Any = None,
        call_returns_result: bool = False,
    ) -> None:
        self.md: MutableMapping[str, Any] = {} if md is None else md
        self.preprocessors = list(preprocessors or [])
        self.context_managers = [SigintHandler] if context_managers is None else list(context_managers)
        self.md_validator = md_validator or default_md_validator
        self.md_normalizer = md_normalizer
        self.scan_id_source = scan_id_source
        self.during_task = during_task if during_task is not None else DefaultDuringTask()
        self.call_returns_result = call_returns_result
        self.msg_hook: Callable[[Msg], Any] | None = None
        self.state_hook: Callable[[EngineState, EngineState], Any] | None = None
        self.waiting_hook: Callable[[set[Any] | None], Any] | None = None
        self.notify: Callable[[Notice], Any] | None = None
        self.pause_msg = PAUSE_MSG
        self.record_interruptions = False
        self.max_depth: int | None = None
        self.validate = "first"
        self.interrupt_policy = InterruptPolicy.LIBRARY
        self.tracer: Any = None
        self.log = ComposableLogAdapter(logging.getLogger("bsh.RE"), {"RE": self})
        self.dispatcher = Dispatcher()
        self.command_table: CommandTable = new_table()
        self.engine_loop = EngineLoop(loop)
        set_engine_event_loop(self.engine_loop)
        self.cleanup_failures: list[CleanupFailure] = []
        self._state = EngineState.IDLE
        self._rewindable = True
        self._suspenders: list[Any] = []
        self._sinks: dict[int, DurableSink] = {}
        self._starting = threading.Lock()
        # Who waits for the engine, and who of them waited already when the present pause began.
        self._blocked: list[threading.Event] = []
        self._blocked_at_pause: list[threading.Event] = []
        self._execution: Execution | None = None
        self._pause_claimed = False

    def __repr__(self) -> str:
        return f"<RunEngine {self._state.value}>"

    # -- state -------------------------------------------------------------------------------------

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def resumable(self) -> bool:
        """Whether the plan under way could go on after a pause."""
        return self._execution is not None and self._execution.resumable

    @property
    def deferred_pause_requested(self) -> bool:
        """Whether a pause was asked for and has not come yet."""
        return self._execution is not None and self._execution.deferred_pause is not None

    @property
    def suspension(self) -> Any:
        """Why the plan is suspended, or None."""
        return None if self._execution is None else self._execution.suspension

    @property
    def rewindable(self) -> bool:
        """Whether messages are replayed after a pause."""
        return self._rewindable

    @rewindable.setter
    def rewindable(self, wanted: bool) -> None:
        self._rewindable = bool(wanted)
        execution = self._execution
        if execution is not None and not execution.finished.is_set():
            set_rewindable(execution, self._rewindable)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The engine's event loop."""
        return self.engine_loop.loop

    @property
    def verbose(self) -> bool:
        """Whether the engine's log is on."""
        return not self.log.logger.disabled

    @verbose.setter
    def verbose(self, on: bool) -> None:
        self.log.logger.disabled = not on

    @property
    def ignore_callback_exceptions(self) -> bool:
        """Whether an exception in a subscriber only warns."""
        return self.dispatcher.ignore_exceptions

    @ignore_callback_exceptions.setter
    def ignore_callback_exceptions(self, ignore: bool) -> None:
        self.dispatcher.ignore_exceptions = ignore

    # -- running plans -----------------------------------------------------------------------------

    def __call__(self, plan: Any, subs: Any = None, /, **metadata_kw: Any) -> Any:
        """Run a plan and block until it is done or paused.

        Parameters
        ----------
        plan : generator, iterable of Msg, or Msg
            What to do.
        subs : callable, list or dict, optional
            Subscriptions for this call.
        **metadata_kw
            Metadata of the runs that the plan opens; they win over all others.

        Returns
        -------
        tuple of str, or RunEngineResult
            Uids of the runs that were opened.

        Raises
        ------
        RunEngineInterrupted
            The plan was paused or ended early.
        """
        if "raise_if_interrupted" in metadata_kw:
            warnings.warn(
                "raise_if_interrupted is no option any more: an interrupted plan always raises; "
                "it is recorded as metadata",
                stacklevel=2,
            )
        normalized = normalize_subs_input(subs)
        with self._starting:
            self._refuse_unless_idle()
            name = getattr(plan, "__name__", type(plan).__name__)
            # A wrapped plan (one that knows who made it) hands its bare generator over: nothing is between.
            generator = iter(ensure_generator(plan))
            plan_type = type(generator).__name__
            for preprocessor in self.preprocessors:
                generator = preprocessor(generator)
            execution = Execution(self, generator, metadata_kw, name)
            execution.plan_type = plan_type
            for sub_name, functions in normalized.items():
                for function in functions:
                    execution.temporary_subscriptions.add(self.subscribe(function, sub_name))
            self._execution = execution
            event = threading.Event()
            self._blocked = [event]
        self._block(execution, event, lambda: self._start(execution))
        return self._outcome(execution)

    def resume(self) -> Any:
        """Go on after a pause and block until the plan is done or paused again."""
        execution, event = self._claim_pause("resume")
        return self._leave_pause(execution, event, ResumeRequest(), raises=True)

    def run_aside(self, plan: Any) -> Any:
        """Run a plan while another is paused; axes that it moves are put back before that one goes on.

        Parameters
        ----------
        plan : generator, iterable of Msg, or Msg
            Moves and reads; it cannot open a run.

        Returns
        -------
        object
            What the plan returns.

        Raises
        ------
        TransitionError
            Nothing is paused.
        RunEngineInterrupted
            The plan was ended early; the other one is still paused.
        """
        paused, event = self._claim_pause("run a plan aside")
        aside = Execution(
            self, iter(noting_positions(ensure_generator(plan), paused.moved_aside)), {}, "aside"
        )
        aside.begun = True
        self._block(aside, event, lambda: paused.post(AsideRequest(lambda outer: run_aside(outer, aside))))
        if aside.error is not None:
            raise aside.error
        if aside.interrupted:
            raise RunEngineInterrupted(_how_it_ended(aside))
        return aside.result

    def request_pause(self, defer: bool = False, *, at: str = "checkpoint") -> None:
        """Ask the plan to pause, from any thread.

        Parameters
        ----------
        defer : bool
            Pause at the next checkpoint, not at once.
        at : {'checkpoint', 'run_end'}
            Where a deferred pause happens.
        """
        self.post(PauseRequest(defer=defer or at == "run_end", at=at))

    def stop(self, *, return_motors: bool = True) -> Any:
        """End the plan, keep the data as good; cleanup runs.

        Parameters
        ----------
        return_motors : bool
            Whether relative plans drive their axes back.
        """
        return self._end(StopRequest(return_motors=return_motors))

    def abort(self, reason: str = "") -> Any:
        """End the plan, mark the data as aborted; cleanup runs.

        Parameters
        ----------
        reason : str
            Goes into the stop document.
        """
        return self._end(AbortRequest(reason))

    def halt(self) -> Any:
        """End the plan at once, without its cleanup; motors are stopped."""
        return self._end(HaltRequest())

    def reset(self) -> None:
        """Halt what runs and forget every subscription."""
        if self._state is not EngineState.IDLE:
            self.halt()
        self.dispatcher.unsubscribe_all()
        self._sinks.clear()

    def recover(self) -> list[CleanupFailure]:
        """Try again what could not be cleaned up, and leave ``panicked``; returns what still fails."""
        for failure in list(self.cleanup_failures):
            try:
                call_outside(self.engine_loop, failure.retry, RECOVER_S)
            except Exception as error:
                again = CleanupFailure(failure.step, failure.device, error, failure.retry)
                self.cleanup_failures[self.cleanup_failures.index(failure)] = again
            else:
                self.cleanup_failures.remove(failure)
        if self._state is EngineState.PANICKED:
            self.set_state(EngineState.IDLE)
        return list(self.cleanup_failures)

    def close(self) -> None:
        """End the engine's thread; the engine cannot be used afterwards."""
        if self._state in (EngineState.PAUSED, EngineState.RUNNING):
            self.halt()
        self.engine_loop.close()

    # -- documents ---------------------------------------------------------------------------------

    def subscribe(self, func: Callable[..., Any], name: Any = "all") -> int:
        """Call ``func(name, doc)`` for each document; returns a token.

        A function with a method ``when_durable`` is a durable sink: start, descriptor and stop documents
        are waited for until it has them on disk.
        """
        token = self.dispatcher.subscribe(func, name)
        if hasattr(func, "when_durable"):
            self._sinks[token] = func  # type: ignore[assignment]  # duck-typed
        return token

    def unsubscribe(self, token: int) -> None:
        """Take a subscription back."""
        self._sinks.pop(token, None)
        self.dispatcher.unsubscribe(token)

    subscribe_lossless = subscribe
    unsubscribe_lossless = unsubscribe

    def emit_document(self, name: str, doc: Document) -> None:
        """Hand a document to the subscribers; on the engine's thread."""
        if _document_logger.isEnabledFor(logging.DEBUG):
            _document_logger.debug("%s %s", name, doc.get("uid", ""), extra={"doc_name": name, "doc": doc})
        self.dispatcher.process(name, doc)

    def emit_sync(self, name: Any, doc: Document) -> None:
        """Hand a document to the subscribers."""
        self.emit_document(name, doc)

    async def emit(self, name: Any, doc: Document) -> None:
        """Hand a document to the subscribers."""
        self.emit_document(name, doc)

    async def durable(self) -> None:
        """Wait until every durable sink has all that was emitted on disk."""
        waiting = []
        for sink in self._sinks.values():
            future = self.loop.create_future()
            sink.when_durable(self._settle_later(future))
            waiting.append(future)
        for future in waiting:
            await future

    def _settle_later(self, future: asyncio.Future[None]) -> Callable[[BaseException | None], None]:
        def settle(error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        def from_any_thread(error: BaseException | None) -> None:
            self.engine_loop.post(settle, error)

        return from_any_thread

    def congested(self) -> bool:
        """Whether a durable sink has so much to write that the plan has to wait."""
        return any(sink.congested for sink in self._sinks.values())

    # -- commands ----------------------------------------------------------------------------------

    @property
    def commands(self) -> list[str]:
        """Names of the message commands."""
        return list(self.command_table)

    def print_command_registry(self, verbose: bool = False) -> str:
        """Return a text that lists the commands, with their first line or with all their documentation."""
        lines = ["List of available commands"]
        for name, (handler, _) in sorted(self.command_table.items()):
            doc = inspect.getdoc(handler) or ""
            lines.append(f"{name} : {doc if verbose else doc.partition(chr(10))[0]}")
        return "\n".join(lines)

    def register_command(self, name: str, func: Callable[[Msg], Any]) -> None:
        """Let ``func(msg)``, a coroutine function or a plain one, handle the messages of a command."""
        self.command_table[name] = (adapt_coroutine(func), True)

    def unregister_command(self, name: str) -> None:
        """Forget a command."""
        if name not in self.command_table:
            raise InvalidCommand(f"There is no command {name!r}.")
        del self.command_table[name]

    # -- suspenders --------------------------------------------------------------------------------

    @property
    def suspenders(self) -> tuple[Any, ...]:
        """The suspenders that watch over plans."""
        return tuple(dict.fromkeys(self._suspenders))

    def install_suspender(self, suspender: Any) -> None:
        """Let a suspender watch over plans; one that does so already has to be removed once more."""
        if suspender not in self._suspenders:
            suspender.install(self)
        self._suspenders.append(suspender)

    def remove_suspender(self, suspender: Any) -> None:
        """Take a suspender away; one that is not installed is ignored."""
        if suspender in self._suspenders:
            self._suspenders.remove(suspender)
        if suspender not in self._suspenders:
            suspender.remove()

    def clear_suspenders(self) -> None:
        """Take all suspenders away."""
        for suspender in list(self._suspenders):
            self.remove_suspender(suspender)

    def request_suspend(
        self,
        fut: Callable[[], Awaitable[Any]],
        *,
        pre_plan: Any = None,
        post_plan: Any = None,
        justification: str | None = None,
    ) -> None:
        """Suspend the plan until an awaitable is done; from any thread.

        Parameters
        ----------
        fut : callable
            Makes the awaitable that is waited for.
        pre_plan, post_plan : plan or callable, optional
            Run before waiting and before going on.
        justification : str, optional
            Why, for people.
        """
        self.post(SuspendRequest(fut, pre_plan, post_plan, justification or ""))

    def tripped_suspenders(self) -> list[SuspendRequest]:
        """Return a request for each suspender whose condition is bad at present."""
        return [
            request
            for suspender in self.suspenders
            if suspender.tripped
            for request in _requests_of(suspender)
        ]

    # -- for the engine's other parts --------------------------------------------------------------

    def post(self, request: Request) -> None:
        """Pass a request to the plan under way, if its state allows; from any thread.

        Raises
        ------
        TransitionError
            The request is not legal in the present state.
        """
        legality = LEGAL_REQUESTS[request.kind][self._state]
        execution = self._execution
        if legality is Legality.REFUSE:
            raise TransitionError(f"The engine is {self._state.value}: it cannot {request.kind} now.")
        if legality is Legality.IGNORE or execution is None:
            return
        execution.post(request)
        if isinstance(request, HaltRequest):
            self._watch(execution)

    def post_key(self, request: Request) -> None:
        """Pass on what a key press asks for, from the signal handler: never raises.

        A press that comes before the plan has begun is kept for it.
        """
        execution = self._execution
        if execution is None or execution.finished.is_set():
            return
        execution.post(request)
        if isinstance(request, HaltRequest):
            self._watch(execution)

    def _watch(self, execution: Execution) -> None:
        """See to it that a halt is obeyed: one watchdog is enough, however often it is asked for."""
        with self._starting:
            if execution.watched:
                return
            execution.watched = True
        Watchdog(self, execution).start()

    def tell(self, notice: Notice) -> None:
        """Tell people something; from any thread or a signal handler."""
        notify = self.notify or getattr(self.during_task, "notify", None)
        if notify is None:
            return
        try:
            notify(notice)
        except Exception:
            self.log.exception("A notice could not be shown: %s", notice.text)

    async def ask(self, prompt: str) -> str:
        """Have the person at the terminal asked; returns the line typed."""
        ask = getattr(self.during_task, "ask", None)
        if ask is None:
            raise RuntimeError("There is nobody to ask: the engine's during_task has no ask(prompt).")
        answer: str = await asyncio.wrap_future(ask(prompt))
        return answer

    def take_turns(self, execution: Execution) -> None:
        """Make an execution the one that requests go to; on the engine's thread."""
        self._execution = execution

    def set_state(self, new: EngineState) -> None:
        """Change the state; on the engine's thread."""
        old = self._state
        if new is old:
            return
        check_transition(old, new)
        if new is EngineState.PAUSED:
            # First: as soon as the pause is seen, somebody may claim it, and waits for what comes after.
            self._blocked_at_pause = list(self._blocked)
            self._pause_claimed = False
        self._state = new
        if _state_logger.isEnabledFor(logging.DEBUG):
            _state_logger.debug("Change state from %s -> %s", old.value, new.value)
        if self.state_hook is None:
            return
        try:
            self.state_hook(new, old)
        except Exception:
            self.log.exception("The state hook failed when the engine went from %s to %s", old, new)

    def release_caller(self) -> None:
        """Let those who wait for the engine go on: the plan is over, or a plan run aside."""
        self._release(self._blocked)

    def release_at_pause(self) -> None:
        """Let those go on who waited when the pause began."""
        self._release(self._blocked_at_pause)

    def _release(self, events: list[threading.Event]) -> None:
        for event in list(events):
            event.set()
        wake = getattr(self.during_task, "wake", None)
        if wake is not None:
            wake()

    def message_log(self) -> Callable[[Msg], None] | None:
        """Return what logs a message, or None when that is off."""
        if not _message_logger.isEnabledFor(logging.DEBUG):
            return None
        return lambda msg: _message_logger.debug("%r", msg, extra={"msg_command": msg.command})

    def announce(self, text: str) -> None:
        """Tell people something in a line of text; from any thread."""
        self.tell(Notice(text))

    def report_cleanup_failure(self, failure: CleanupFailure, *, again: bool = True) -> None:
        """Say what could not be cleaned up; remember it if it is to be tried ``again``."""
        if again:
            self.cleanup_failures.append(failure)
        self.tell(CleanupFailed(str(failure), device=name_of(failure.device), step=failure.step))

    # -- the caller's side -------------------------------------------------------------------------

    def _refuse_unless_idle(self) -> None:
        if self._state is EngineState.PANICKED:
            raise RuntimeError("The RunEngine is panicked: call RE.recover() before the next plan.")
        if self._state is not EngineState.IDLE or (
            self._execution is not None and not self._execution.finished.is_set()
        ):
            raise RuntimeError(
                f"The RunEngine is in a {self._state.value} state: it runs one plan at a time."
            )

    def _begin(self, execution: Execution) -> None:
        try:
            for request in self.tripped_suspenders():
                execution.requests.append(request)
                execution.attention = True
        except Exception as error:
            execution.throw(error)
        begin(execution)

    def _start(self, execution: Execution) -> None:
        execution.begun = True
        if not self.engine_loop.post(self._begin, execution):
            execution.finished.set()
            raise RuntimeError("The engine's loop is closed.")

    def _block(self, execution: Execution, event: threading.Event, start: Callable[[], None]) -> None:
        """Let the plan go on and wait for it; Ctrl+C is in good hands before the plan is."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            with ExitStack() as stack:
                for manager in self.context_managers:
                    stack.enter_context(manager(self))
                start()
                self.during_task.block(event)
                # A during_task may come back early; a wait without end would not see signals.
                while not event.wait(0.2):
                    pass
        except BaseException as error:
            if not event.is_set():
                self._halt_unattended(execution, error)
            raise
        finally:
            sys.setswitchinterval(interval)

    def _halt_unattended(self, execution: Execution, error: BaseException) -> None:
        """End a plan whose caller cannot wait for it any more: nothing runs on behind the prompt.

        An exception may carry a ``reason`` for the stop document.
        """
        if not execution.begun:
            for token in execution.temporary_subscriptions:
                self.unsubscribe(token)
            execution.close_plans()
            execution.finished.set()
            return
        reason = getattr(error, "reason", None) or f"{type(error).__name__} while waiting for the plan"
        if not isinstance(error, KeyboardInterrupt):
            execution.post(AbortRequest(reason))
            if execution.finished.wait(UNATTENDED_CLEANUP_S):
                return
        execution.post(HaltRequest(reason))
        self._watch(execution)
        while not execution.finished.wait(0.2):
            pass

    def _claim_pause(self, request: str) -> tuple[Execution, threading.Event]:
        if self.engine_loop.here:
            raise RuntimeError(f"The engine's own thread cannot {request}: it would wait for itself.")
        with self._starting:
            execution = self._execution
            if self._state is not EngineState.PAUSED or self._pause_claimed or execution is None:
                raise TransitionError(f"The engine is {self._state.value}: it cannot {request} now.")
            self._pause_claimed = True
            event = threading.Event()
            self._blocked = [*(each for each in self._blocked if not each.is_set()), event]
            return execution, event

    def _leave_pause(
        self, execution: Execution, event: threading.Event, request: Request, *, raises: bool
    ) -> Any:
        def start() -> None:
            execution.post(request)
            if isinstance(request, HaltRequest):
                self._watch(execution)

        self._block(execution, event, start)
        if raises:
            return self._outcome(execution)
        if execution.error is not None:
            raise execution.error
        return self._returned(execution)

    def _end(self, request: Request) -> Any:
        execution = self._execution
        if self._state is EngineState.PAUSED and not self.engine_loop.here:
            try:
                paused, event = self._claim_pause(request.kind)
            except TransitionError:
                pass  # somebody else was first, and the plan goes on, or ends: this is asked of it then
            else:
                return self._leave_pause(paused, event, request, raises=False)
        self.post(request)
        return () if execution is None else self._returned(execution)

    def _outcome(self, execution: Execution) -> Any:
        if execution.finished.is_set():
            if execution.error is not None:
                raise execution.error
            if execution.interrupted:
                raise RunEngineInterrupted(_how_it_ended(execution))
        else:
            raise RunEngineInterrupted(self.pause_msg)
        return self._returned(execution)

    def _returned(self, execution: Execution) -> Any:
        uids = tuple(execution.uids)
        if not self.call_returns_result:
            return uids
        return RunEngineResult(
            uids,
            execution.result,
            execution.exit_status,
            execution.interrupted,
            execution.reason,
            execution.error,
        )


def _requests_of(suspender: Any) -> list[SuspendRequest]:
    factories, justification = suspender.get_futures()
    pre_plan, post_plan = getattr(suspender, "pre_plan", None), getattr(suspender, "post_plan", None)
    return [SuspendRequest(factory, pre_plan, post_plan, justification) for factory in factories]


def _how_it_ended(execution: Execution) -> str:
    if execution.exit_status == "success":
        return "The plan was stopped; the data are kept."
    reason = f": {execution.reason}" if execution.reason else ""
    return f"The plan was aborted{reason}."
