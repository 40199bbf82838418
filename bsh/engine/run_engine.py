"""The run engine as its users see it.

Starts plans, passes requests on, and keeps what outlives a call: hooks, subscribers, metadata, suspenders.
What happens on the engine's thread is in :mod:`bsh.engine.execution` and its neighbours, what its callers
wait for in :mod:`bsh.engine.callers`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bsh.engine import calls
from bsh.engine.callers import Callers
from bsh.engine.cleanup_failures import CleanupFailure, same_cause, try_again
from bsh.engine.commands import CommandTable, adapt_coroutine, new_table, registry_text, set_rewindable
from bsh.engine.devices import name_of
from bsh.engine.dispatcher import Dispatcher
from bsh.engine.durable_sinks import DurableSinks
from bsh.engine.during_task import DefaultDuringTask
from bsh.engine.event_loop import EngineLoop
from bsh.engine.execution import Execution
from bsh.engine.installed_suspenders import InstalledSuspenders
from bsh.engine.logs import ComposableLogAdapter
from bsh.engine.loops import set_engine_event_loop
from bsh.engine.notices import CleanupFailed, Notice
from bsh.engine.opening import default_md_validator, default_scan_id_source, library_versions
from bsh.engine.requests import (
    AbortRequest,
    HaltRequest,
    PauseRequest,
    Request,
    StopRequest,
    SuspendRequest,
)
from bsh.engine.sigint import InterruptPolicy, SigintHandler
from bsh.engine.states import LEGAL_REQUESTS, EngineState, Legality, check_transition
from bsh.engine.watchdog import Watchdog
from bsh.errors import InvalidCommand, TransitionError
from bsh.msg import Msg
from bsh.protocols import Document

__all__ = ["PAUSE_MSG", "RunEngine"]

PAUSE_MSG = (
    "Paused. RE.resume() goes on, RE.stop() ends with the data kept, "
    "RE.abort() marks them as aborted, RE.halt() skips the plan's cleanup."
)

_state_logger = logging.getLogger("bsh.RE.state")
_document_logger = logging.getLogger("bsh.emit_document")


class RunEngine:
    """Runs plans: sends their messages to devices and emits documents.

    Parameters
    ----------
    md : mutable mapping, optional
        Metadata for every run; may be persistent.
    loop : asyncio.AbstractEventLoop or EngineLoop, optional
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
        loop: asyncio.AbstractEventLoop | EngineLoop | None = None,
        preprocessors: list[Callable[..., Any]] | None = None,
        context_managers: list[Callable[..., Any]] | None = None,
        md_validator: Callable[..., Any] | None = None,
        md_normalizer: Callable[..., Any] | None = None,
        scan_id_source: Callable[..., Any] = default_scan_id_source,
        during_task: Any = None,
        call_returns_result: bool = False,
    ) -> None:
        self.md: MutableMapping[str, Any] = {} if md is None else md
        if "bluesky" in sys.modules:  # what is written for it reads and extends them before the first run
            self.md["versions"] = {**self.md.get("versions", {}), **library_versions()}
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
        self.require_stream_declaration = False
        self.move_guard: Callable[[Any, Any, Any], Any] | None = None
        self.rest_guard: Callable[[list[Any]], None] | None = None
        self.action_guard: Callable[[Any, str, Any], Any] | None = None
        self.read_guard: Callable[[Any, Callable[[], Any]], Any] | None = None
        self.is_lost: Callable[[Any], bool] | None = None
        self.interrupt_policy = InterruptPolicy.LIBRARY
        self.tracer: Any = None
        self.log = ComposableLogAdapter(logging.getLogger("bsh.RE"), {"RE": self})
        self.dispatcher = Dispatcher()
        self.command_table: CommandTable = new_table()
        self.engine_loop = loop if isinstance(loop, EngineLoop) else EngineLoop(loop)
        set_engine_event_loop(self.engine_loop)
        self.cleanup_failures: list[CleanupFailure] = []
        self._state = EngineState.IDLE
        self._rewindable = True
        self.sinks = DurableSinks()
        self.callers = Callers(self)
        self.execution: Execution | None = None
        self._suspenders = InstalledSuspenders(self)
        self.heeds_suspenders = True

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
        return self.execution is not None and self.execution.resumable

    @property
    def deferred_pause_requested(self) -> bool:
        """Whether a pause was asked for and has not come yet."""
        return self.execution is not None and self.execution.deferred_pause is not None

    @property
    def taking_points(self) -> bool:
        """Whether the plan under way has a run open and is not suspended; what it does then ends by itself."""
        execution = self.execution
        return execution is not None and bool(execution.runs) and execution.suspension is None

    @property
    def suspension(self) -> Any:
        """Why the plan is suspended, or None."""
        return None if self.execution is None else self.execution.suspension

    @property
    def rewindable(self) -> bool:
        """Whether messages are replayed after a pause."""
        return self._rewindable

    @rewindable.setter
    def rewindable(self, wanted: bool) -> None:
        self._rewindable = bool(wanted)
        execution = self.execution
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
        return calls.call(self, plan, subs, metadata_kw)

    def resume(self) -> Any:
        """Go on after a pause and block until the plan is done or paused again."""
        return calls.resume(self)

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
        return calls.run_beside(self, plan)

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
        return calls.end(self, StopRequest(return_motors))

    def request_stop(self, reason: str) -> None:
        """Ask for what :meth:`stop` does; from any thread, and without waiting.

        Parameters
        ----------
        reason : str
            Goes into the stop document.

        Raises
        ------
        TransitionError
            No plan runs.
        """
        self.post(StopRequest(reason=reason))

    def abort(self, reason: str = "") -> Any:
        """End the plan, mark the data as aborted; cleanup runs.

        Parameters
        ----------
        reason : str
            Goes into the stop document.
        """
        return calls.end(self, AbortRequest(reason))

    def halt(self) -> Any:
        """End the plan at once, without its cleanup; motors are stopped."""
        return calls.end(self, HaltRequest())

    def reset(self) -> None:
        """Halt what runs and forget every subscription."""
        if self._state is not EngineState.IDLE:
            self.halt()
        self.dispatcher.unsubscribe_all()
        self.sinks.clear()

    def recover(self) -> list[CleanupFailure]:
        """Try again what could not be cleaned up, and leave ``panicked``; returns what still fails."""
        if self._state is EngineState.PANICKED:
            self.set_state(
                EngineState.IDLE
            )  # first: whoever does not wait for a device can go on all the same
        tried = list(self.cleanup_failures)
        self.cleanup_failures[: len(tried)] = try_again(tried, self.engine_loop)
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
        self.sinks.add(token, func)
        return token

    def unsubscribe(self, token: int) -> None:
        """Take a subscription back."""
        self.sinks.discard(token)
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

    # -- commands ----------------------------------------------------------------------------------

    @property
    def commands(self) -> list[str]:
        """Names of the message commands."""
        return list(self.command_table)

    def print_command_registry(self, verbose: bool = False) -> str:
        """Return a text that lists the commands, with their first line or with all their documentation."""
        return registry_text(self.command_table, verbose=verbose)

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
        return tuple(self._suspenders)

    def install_suspender(self, suspender: Any) -> None:
        """Let a suspender watch over plans; one that does so already has to be removed once more."""
        self._suspenders.install(suspender)

    def remove_suspender(self, suspender: Any) -> None:
        """Take a suspender away; one that is not installed is ignored."""
        self._suspenders.remove(suspender)

    def clear_suspenders(self) -> None:
        """Take all suspenders away."""
        self._suspenders.clear()

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
        if self.heeds_suspenders:
            self.post(SuspendRequest(fut, pre_plan, post_plan, justification or ""))

    def tripped_suspenders(self) -> list[SuspendRequest]:
        """Return a request for each suspender whose condition is bad at present."""
        return self._suspenders.tripped() if self.heeds_suspenders else []

    # -- for the engine's other parts --------------------------------------------------------------

    def post(self, request: Request) -> None:
        """Pass a request to the plan under way, if its state allows; from any thread.

        Raises
        ------
        TransitionError
            The request is not legal in the present state.
        """
        legality = LEGAL_REQUESTS[request.kind][self._state]
        execution = self.execution
        if legality is Legality.REFUSE:
            raise TransitionError(f"The engine is {self._state.value}: it cannot {request.kind} now.")
        if legality is Legality.IGNORE or execution is None:
            return
        self.ask_of(execution, request)

    def post_key(self, request: Request) -> None:
        """Pass on what a key press asks for, from the signal handler: never raises.

        A press that comes before the plan has begun is kept for it.
        """
        execution = self.execution
        if execution is not None and not execution.finished.is_set():
            self.ask_of(execution, request)

    def ask_of(self, execution: Execution, request: Request) -> None:
        """Ask a plan for something; one watchdog sees to it that a halt is obeyed."""
        execution.post(request)
        if not isinstance(request, HaltRequest):
            return
        with self.callers.starting:
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

    def set_state(self, new: EngineState) -> None:
        """Change the state; on the engine's thread."""
        old = self._state
        if new is old:
            return
        check_transition(old, new)
        if new is EngineState.PAUSED:
            # First: as soon as the pause is seen, somebody may claim it, and waits for what comes after.
            self.callers.note_pause()
        self._state = new
        if _state_logger.isEnabledFor(logging.DEBUG):
            _state_logger.debug("Change state from %s -> %s", old.value, new.value)
        if self.state_hook is None:
            return
        try:
            self.state_hook(new, old)
        except Exception:
            self.log.exception("The state hook failed when the engine went from %s to %s", old, new)

    def announce(self, text: str) -> None:
        """Tell people something in a line of text; from any thread."""
        self.tell(Notice(text))

    def report_cleanup_failure(self, failure: CleanupFailure, *, again: bool = True) -> None:
        """Say what could not be cleaned up; remember it if it is to be tried ``again``."""
        text = str(failure)
        if again:
            kept = [each for each in self.cleanup_failures if not same_cause(each, failure)]
            self.cleanup_failures[:] = [*kept, failure]
            text += "; RE.recover() tries again"
        self.tell(CleanupFailed(text, device=name_of(failure.device), step=failure.step))
