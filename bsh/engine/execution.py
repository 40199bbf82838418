"""One call of the engine: a plan under way on the engine's thread.

Owns the stack of plans, the replay cache and the place where the plan waits. Messages are taken in
slices of about a millisecond by a plain function; between messages one flag is tested. What the flag
stands for is a queue of requests that :mod:`bsh.engine.interruption` works off. Everything here runs on
the engine's thread, except :meth:`Execution.post`.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Generator, Hashable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bsh.engine.awaiting import Awaiting
from bsh.engine.latch import Latch
from bsh.engine.logs import message_log
from bsh.engine.plan_clock import PlanClock
from bsh.engine.requests import FailureRequest, Request
from bsh.engine.statuses import StatusToken, StatusTracker
from bsh.errors import EngineHalt, IllegalMessageSequence, InvalidCommand, PlanHalt
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.run_bundler import RunBundler
    from bsh.engine.run_engine import RunEngine

__all__ = ["MAX_DEPTH_EXCEEDED_ERR_MSG", "Execution", "Frame"]

MAX_DEPTH_EXCEEDED_ERR_MSG = "max_depth = {} plans are allowed on the stack, but there would be {}."
"""Text with two fields: the limit and the depth."""

SLICE_S = 0.001
"""How long messages are taken before the loop gets a turn, in seconds."""


class Frame:
    """A plan on the stack, and what it is owed: a reply or an exception."""

    __slots__ = ("exc", "plan", "reply", "returns")

    def __init__(self, plan: Generator[Msg, Any, Any], *, returns: bool = False) -> None:
        self.plan = plan
        self.reply: Any = None
        self.exc: BaseException | None = None
        # Whether its return value is the reply that the plan below waits for (replayed messages).
        self.returns = returns


def _forget_message(_: Msg) -> None:
    """Stand in for the replay cache when nothing is remembered."""


class Execution:
    """The state of one ``RE(plan)`` on the engine's thread.

    Parameters
    ----------
    engine : RunEngine
        Owner of hooks, subscriptions and metadata.
    plan : generator
        The plan, preprocessors applied.
    metadata : dict
        The keywords of the call: they win over all other metadata.
    """

    # What stands here is what most calls leave alone: it costs a call nothing.
    attention = False  # what the hot loop looks at: there are requests
    abandoned = False
    deferred_pause: str | None = None
    pause_by_key = False
    # What the plan waits for at this moment.
    current: Msg | None = None
    interrupted_msg: Msg | None = None
    wakeup: asyncio.Future[None] | None = None
    _waiting: asyncio.Future[Any] | None = None
    _atomic = False
    _cut = False
    sleep_ends: float | None = None
    """When the sleep ends that the plan waits for, in its own time."""
    suspension: Any = None
    outer: Execution | None = None
    """Of a plan that runs aside: the paused one."""
    # How it ended.
    begun = False
    task: asyncio.Task[None] | None = None
    task_cut = False
    watched = False
    result: Any = None
    error: BaseException | None = None
    first_failure: BaseException | None = None
    exit_status = "success"
    reason = ""
    interrupted = False
    return_motors = True

    def __init__(
        self, engine: RunEngine, plan: Generator[Msg, Any, Any], metadata: dict[str, Any], name: str
    ) -> None:
        self.engine = engine
        self.metadata = metadata
        self.plan_name = name
        self.plan_type = type(plan).__name__
        self.loop = engine.engine_loop.loop
        self.frames: list[Frame] = [Frame(plan)]
        self.table = engine.command_table
        self.requests: deque[Request] = deque()  # from any thread
        self.clock = PlanClock()  # the plan's time
        # Replay.
        self.cache: deque[Msg] | None = deque()
        self.rewindable = engine.rewindable
        self.remember: Callable[[Msg], None] = _forget_message
        self.point_remember()
        # What was touched, in order, for pausing and for leaving.
        self.seen: dict[Any, None] = {}
        self.movers: dict[Any, Msg] = {}
        self.moves_at_checkpoint: list[Msg] = []
        self.staged: dict[Any, None] = {}
        self.statuses = StatusTracker(engine.engine_loop, self.status_failed)
        self.runs: dict[Hashable, RunBundler] = {}
        self.temporary_subscriptions: set[int] = set()
        # Where axes were that a plan aside moves, and where axes came to rest.
        self.moved_aside: dict[Any, Any] = {}
        self.at_rest: dict[Any, tuple[float, Any]] = {}
        self.finished = Latch()
        self.uids: list[str] = []

    # -- asked from any thread ---------------------------------------------------------------------

    def post(self, request: Request) -> None:
        """Ask for something, from any thread, also from a signal handler: no lock, no waiting."""
        self.requests.append(request)
        self.attention = True
        self.engine.engine_loop.post(self.wake)

    # -- on the engine's thread --------------------------------------------------------------------

    def wake(self) -> None:
        """Let a waiting plan look at the requests."""
        if self.wakeup is not None:
            if not self.wakeup.done():
                self.wakeup.set_result(None)
        elif self._waiting is not None and any(request.cuts_waiting for request in self.requests):
            self.cut_waiting(force=False)

    def cut_waiting(self, *, force: bool) -> None:
        """Cut the wait for the current message short, an atomic one only by force."""
        if self._waiting is not None and not self._waiting.done() and (force or not self._atomic):
            self._cut = True
            self._waiting.cancel()

    def cut_short(self) -> None:
        """Cut short what a halt has to wait for: the current message, or a device that is being left."""
        if self._waiting is not None:
            self.cut_waiting(force=True)
        elif self.task is not None and not self.finished.is_set():
            self.task_cut = True
            self.task.cancel()

    def status_failed(self, token: StatusToken) -> None:
        """Take note of a failed status: its exception goes into the plan before the next message."""
        self.requests.append(FailureRequest(token=token))
        self.attention = True
        self.wake()

    def fail(self, error: Exception) -> None:
        """Raise ``error`` in the plan before its next message."""
        self.requests.append(FailureRequest(error=error))
        self.attention = True
        self.wake()

    def point_remember(self) -> None:
        """Choose what remembers messages: the cache, or nothing."""
        self.remember = self.cache.append if self.cache is not None and self.rewindable else _forget_message

    def new_checkpoint(self) -> None:
        """Make this the place to which a rewind goes, if rewinding is possible at all."""
        if self.cache is None:
            return
        self.cache.clear()
        self._mark_checkpoint()

    def start_cache(self, cache: deque[Msg] | None) -> None:
        """Use another replay cache."""
        self.cache = cache
        self.point_remember()

    def _mark_checkpoint(self) -> None:
        self.clock.mark_checkpoint()
        self.statuses.mark_checkpoint()
        for run in self.runs.values():
            run.mark_checkpoint()

    def push(self, plan: Generator[Msg, Any, Any], *, returns: bool = False) -> None:
        """Put a plan on top of the stack; the one below waits with what it is owed.

        Where ``max_depth`` does not allow that, the one below fails.
        """
        depth = self.engine.max_depth
        if depth is not None and len(self.frames) >= depth:
            self.throw(RuntimeError(MAX_DEPTH_EXCEEDED_ERR_MSG.format(depth, len(self.frames) + 1)))
        else:
            self.frames.append(Frame(plan, returns=returns))

    def throw(self, error: BaseException) -> None:
        """Raise ``error`` inside the plan at its next turn."""
        self.interrupted_msg = None
        if self.frames:
            self.frames[-1].exc = error

    def run_slice(self) -> Awaiting | None:
        """Take messages until the slice is over, attention is asked for, or one has to be waited for."""
        frames = self.frames
        table = self.table
        hook = self.engine.msg_hook
        log = message_log()
        end = perf_counter() + SLICE_S
        while not self.attention:
            frame = frames[-1]
            try:
                if frame.exc is None:
                    msg = frame.plan.send(frame.reply)
                else:
                    error, frame.exc = frame.exc, None
                    if self.first_failure is None:
                        self.first_failure = error
                    self._orphan_what_is_under_way()
                    msg = frame.plan.throw(error)
            except StopIteration as stop:
                self._plan_ended(stop.value)
                if not frames:
                    return None
                continue
            except (EngineHalt, KeyboardInterrupt):
                raise
            except BaseException as error:
                self._plan_failed(error)
                if not frames:
                    return None
                continue
            try:
                handler, cacheable = table[msg[0]]
            except (KeyError, TypeError, IndexError):
                frame.exc = _unknown(msg, table)
                continue
            try:
                if hook is not None:
                    hook(msg)
                if log is not None:
                    log(msg)
                if cacheable:
                    self.remember(msg)
                result = handler(self, msg)
            except (EngineHalt, KeyboardInterrupt):
                raise
            except BaseException as error:
                frame.exc = _explained(error, msg)
                continue
            if result.__class__ is Awaiting:
                self.current = msg
                return result
            frame.reply = result
            if perf_counter() >= end:
                return None
        return None

    async def wait_for(self, marker: Awaiting) -> None:
        """Wait for the current message's result and give it to its plan."""
        frame = self.frames[-1]
        future = asyncio.ensure_future(marker.awaitable)
        self._waiting, self._atomic, self._cut = future, marker.atomic, False
        if self.attention and any(request.cuts_waiting for request in self.requests):
            self.cut_waiting(force=False)
        try:
            frame.reply = await future
        except asyncio.CancelledError as error:
            if self._cut:
                self.interrupted_msg = self.current
            elif not future.done():
                raise  # this call itself is being cancelled
            else:
                frame.exc = error
        except EngineHalt:
            raise
        except BaseException as error:
            frame.exc = error
        finally:
            self._waiting = None
            self.current = None

    def _orphan_what_is_under_way(self) -> None:
        """Note that an exception goes into the plan: its cleanup may leave bundles and moves behind.

        What led to the exception is not done again if the cleanup is paused.
        """
        for run in self.runs.values():
            run.forsake_bundle()
        self.statuses.orphan_moves()
        self.new_checkpoint()

    def _plan_ended(self, value: Any) -> None:
        ended = self.frames.pop()
        if not self.frames:
            self.result = value
        elif ended.returns and self.frames[-1].exc is None:
            self.frames[-1].reply = value

    def _plan_failed(self, error: BaseException) -> None:
        self.frames.pop()
        if self.frames:
            self.frames[-1].exc = error
        else:
            self.error = error

    def halt_plans(self) -> list[str]:
        """Throw PlanHalt into every plan of the stack; none of them gets to send another message.

        Returns complaints about plans that tried to.
        """
        halt = PlanHalt("halted")
        complaints = []
        for frame in reversed(self.frames):
            try:
                frame.plan.throw(halt)
            except (StopIteration, GeneratorExit):
                continue
            except BaseException as error:
                self.error = self.error or error
                continue
            complaints.append(_complaint(frame.plan))
        return complaints + self.close_plans()

    def close_plans(self) -> list[str]:
        """Close what is left of the stack; return complaints about plans that would not close."""
        complaints = []
        while self.frames:
            plan = self.frames.pop().plan
            try:
                plan.close()
            except RuntimeError:
                complaints.append(_complaint(plan))
        return complaints

    def run_for(self, msg: Msg) -> RunBundler:
        """Return the open run that a message belongs to.

        Raises
        ------
        IllegalMessageSequence
            There is none.
        """
        run = self.runs.get(msg.run)
        if run is None:
            key = "" if msg.run is None else f" with the key {msg.run!r}"
            raise IllegalMessageSequence(
                f"The message {msg.command!r} needs an open run{key}: send open_run first."
            )
        return run

    @property
    def untouched(self) -> bool:
        """Whether the plan has left nothing behind that leaving would have to look after."""
        return not (
            self.runs
            or self.movers
            or self.staged
            or self.temporary_subscriptions
            or self.uids
            or self.requests
            or self.error
            or self.deferred_pause
        )

    @property
    def resumable(self) -> bool:
        """Whether the plan could go on after a pause now."""
        return self.cache is not None


def _explained(error: BaseException, msg: Msg) -> BaseException:
    """Name message and object where a handler asked the object for a method that it does not have."""
    if type(error) is not AttributeError or msg.obj is None or error.obj is not msg.obj:
        return error
    handler = error.__traceback__.tb_next if error.__traceback__ is not None else None
    if handler is None or handler.tb_next is not None:
        return error  # it was raised in a method of the object: that is another matter
    name = getattr(msg.obj, "name", None) or repr(msg.obj)
    text = f"The message {msg.command!r} is not for {name}, a {type(msg.obj).__name__}: it has no {error.name}()."
    return AttributeError(text, name=error.name, obj=error.obj).with_traceback(error.__traceback__)


def _complaint(plan: Any) -> str:
    return (
        f"The plan {getattr(plan, '__name__', plan)!r} tried to yield a value on close: "
        "a 'finally' or 'except' of it sends messages when it is halted. Please fix the plan."
    )


def _unknown(msg: Any, table: Any) -> BaseException:
    if isinstance(msg, Msg):
        return InvalidCommand(
            f"The engine knows no command {msg.command!r}; RE.commands lists the {len(table)} it knows."
        )
    if inspect.isgenerator(msg):
        return TypeError(
            f"A plan sent the plan {getattr(msg, '__name__', msg)!r} instead of a message: "
            "write 'yield from plan(...)', not 'yield plan(...)'."
        )
    return TypeError(f"A plan sent {msg!r}, which is not a message.")
