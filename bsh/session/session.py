"""The session: engine, devices, store and commands of a profile, put together without a terminal.

Owns composition, the way from a typed line to a run, and the order in which everything is closed. The
shell, ``bsh -c``, tests, notebooks and services all start here.
"""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
import time
from collections import ChainMap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bsh.commands import DISPATCHER, Dispatcher, Registry, runners
from bsh.errors import BshError, CommandError, DeviceError, TransitionError
from bsh.profile import Problem, Profile, check_classes, find_profile, load_profile
from bsh.store.home import bsh_home, profile_folder, store_path

from .building import CONNECT_TIMEOUT_S, DeviceSet, build_devices
from .commanded import CommandedMoves
from .connecting import connect_all
from .extras import install_suspenders, usable
from .hooks import call_hooks
from .interlocks import Interlocks
from .journal import Journal
from .kept_plan import KeptPlan
from .late_devices import LateDevices, offline_notices
from .library import ScanLibrary, ScanRunner
from .lines import evaluate
from .notices import interrupted_run, keys_without_effect
from .offline import OfflineDevice
from .profile_metadata import apply_metadata
from .references import resolve_ref
from .scan_numbers import ScanNumbers
from .scripts import run_exit_lines, run_startup_scripts
from .shutter import shutter_plans
from .timing import LearnedTiming

if TYPE_CHECKING:
    from .preflight import Preflight

__all__ = ["Session"]

LEAST_DISK_BYTES = 20_000_000
"""With less room no scan begins."""

STORE_TIMEOUT_S = 10.0
"""How long closing waits until everything is on disk, in seconds."""


class Session:
    """Everything that runs on one profile.

    Use :meth:`from_profile`. A session is a context manager; leaving it closes it.

    Attributes
    ----------
    profile : Profile
        What it was made from.
    folder : Path
        Where its state lives.
    store : RunStore
        All runs and the metadata.
    devices : dict of str to device
        By name; offline ones are :class:`OfflineDevice`.
    aliases : dict of str to device
        Further names.
    counters : list of device
        What counts unless others are named.
    counter_groups : dict of str to list of device
        The profile's groups; the first is active at the start.
    registry : Registry
        The commands.
    journal : Journal
        What was moved and set, for ``moves`` and ``undo``.
    namespace : dict
        The names at the prompt.
    notices : list of str
        What people should know at the start: offline devices, warnings of the store, interrupted runs.
    preflight : Preflight or None
        What is known of the run under way.
    show : callable
        ``show(report)`` shows a report; prints it unless somebody sets a better one.
    confirm : callable or None
        ``confirm(preflight) -> bool`` asks before a long run; nobody is asked where it is None.
    leave_prompt : callable or None
        Tells an interactive shell, which survives SystemExit, that it has to end.
    move_summary : Report or None
        What the last move did.
    """

    def __init__(
        self,
        profile: Profile,
        store: Any,
        registry: Registry,
        namespace: dict[str, Any],
        folder: Path,
        *,
        connect: bool = True,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        self.profile = profile
        self.folder = folder
        self.store = store
        self.devices: dict[str, Any] = {}
        self.journal = Journal(folder)
        self._moves = CommandedMoves(self.journal, lambda: self.devices)
        self._foreseen: tuple[Any, ...] | None = None
        self._timing = LearnedTiming(folder)
        self._connect = connect
        self._connect_timeout_s = connect_timeout_s
        self._late = LateDevices()
        self._prepared: DeviceSet | None = None
        self._preparing = threading.Lock()
        self._classes_are_checked = True
        self._class_problems: list[Problem] = []
        self.registry = registry
        self.namespace = namespace
        self.notices: list[str] = []
        self.show: Callable[[Any], None] = self._print
        self.confirm: Callable[[Preflight], bool] | None = None
        self.leave_prompt: Callable[[], None] | None = None
        self._interactive = False
        self.preflight: Preflight | None = None
        self.move_summary: Any = None
        self.aliases: dict[str, Any] = {}
        self.counters: list[Any] = []
        self.counter_groups: dict[str, list[Any]] = {}
        self._counter_group: str | None = None
        self._engine: Any = None
        self._supplemental: Any = None
        self._arrivals: Any = None
        self._baseline: list[Any] = []
        self._monitors: list[Any] = []
        self._completing = threading.RLock()
        self._is_complete = False
        self._interlocks = Interlocks((), {})
        self._on_complete: list[Callable[[], None]] = []
        self._result: Any = None
        self._documents_seen = 0
        self._leaving = False
        self._is_dry = False
        self._exit_code: int | None = None
        self._closed = False
        self._closing = threading.Lock()

    # -- making one --------------------------------------------------------------------------------

    @classmethod
    def from_profile(
        cls,
        name_or_path: str | Path,
        *,
        home: str | Path | None = None,
        namespace: dict[str, Any] | None = None,
        connect: bool = True,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        complete: bool = True,
    ) -> Session:
        """Make a session.

        Parameters
        ----------
        name_or_path : str or Path
            A profile's name, or its file.
        home : path, optional
            Where state lives, instead of ``$BSH_HOME``.
        namespace : dict, optional
            Gets the names; a shell's own.
        connect : bool
            Whether to wait until devices answer; without it all count as connected.
        connect_timeout_s : float
            How long, in seconds, for all devices together.
        complete : bool
            Whether devices and engine are made at once. A shell that shows its prompt first leaves them to
            :meth:`complete`; a profile with start-up scripts needs them in any case. What is wrong
            with a class or its keywords is a notice then, and costs that device, not the session.

        Raises
        ------
        ProfileError
            There is no such profile, or it cannot be used; every problem is named.
        StoreError
            The state folder cannot be used.
        """
        from bsh.store import RunStore

        base = bsh_home(home)
        registry = Registry.from_entry_points(remembered_in=base if base.is_dir() else None)
        file = find_profile(name_or_path)
        profile = load_profile(file, commands=registry.names, resolver=None)
        hook_notices = call_hooks(profile, remembered_in=base if base.is_dir() else None)
        if complete:
            profile = load_profile(file, commands=registry.names)
        folder = profile_folder(base, profile.name)
        store = RunStore(store_path(base, profile.name), profile=profile.name)
        names = {} if namespace is None else namespace
        session = cls(
            profile, store, registry, names, folder, connect=connect, connect_timeout_s=connect_timeout_s
        )
        session.notices += hook_notices
        session._classes_are_checked = complete
        try:
            session._compose()
            if complete or profile.startup:
                session.complete()
        except BaseException:
            if session._engine is not None:
                session._engine.close()
            store.close(STORE_TIMEOUT_S)
            raise
        atexit.register(session.close)
        session.notices += run_startup_scripts(profile.startup, names, registry)
        return session

    def _compose(self) -> None:
        """Do what needs no device: the prompt can be shown after that."""
        profile = self.profile
        self.notices += [str(problem) for problem in profile.problems if "'startup'" not in problem.found]
        self.notices += self.store.warnings
        self.notices += self.registry.problems
        self.notices += keys_without_effect(profile)
        self.notices += interrupted_run(self.store)
        apply_metadata(profile.metadata, self.store.metadata, self.folder)
        self._add_commands()

    def prepare(self) -> None:
        """Do the slow part of :meth:`complete`, on any thread: load what is needed, make and connect the devices.

        Harmless when repeated; it changes nothing that can be seen.
        """
        with self._preparing:
            if self._prepared is None:
                if not self._classes_are_checked:
                    self._class_problems = check_classes(self.profile)
                self._prepared = build_devices(
                    self.profile.devices,
                    connect=self._connect,
                    timeout_s=self._connect_timeout_s,
                    later=self._late,
                )

    def complete(self) -> None:
        """Make what commands need: the devices, the engine, the plans. Harmless when repeated."""
        with self._completing:
            if self._is_complete:
                return
            self.prepare()
            assert self._prepared is not None
            self._is_complete = True
            self._take_devices(self._prepared)
            self._engine = self._make_engine()
            known = {**self.devices, **self.aliases}
            install_suspenders(self.profile.suspenders, known, self._engine, self.notices)
            self._interlocks = Interlocks(self.profile.rules, ChainMap(self.aliases, self.devices))
            self.notices += self._interlocks.problems
            self._add_plans()
            self._add_devices()
            self._late.hand_over(self._welcome)
            while self._on_complete:
                self._on_complete.pop(0)()

    def _take_devices(self, made: DeviceSet) -> None:
        profile = self.profile
        self.notices += [str(problem) for problem in self._class_problems]
        self.notices += made.notices
        self.notices += offline_notices(made)
        self.devices.update(made.devices)
        self._add_aliases()
        known = {**self.devices, **self.aliases}
        for group, refs in profile.counters.items():
            self.counter_groups[group] = usable(refs, known, f"counters '{group}'", self.notices)
        self._counter_group = next(iter(self.counter_groups), None)
        self.counters = list(next(iter(self.counter_groups.values()), []))
        self._baseline = usable(profile.baseline, known, "baseline", self.notices)
        self._monitors = usable(profile.monitors, known, "monitors", self.notices)

    def when_complete(self, hear: Callable[[], None]) -> None:
        """Have a function called once devices and engine are there; at once if they are there already.

        Parameters
        ----------
        hear : callable
            Takes nothing.
        """
        with self._completing:
            if not self._is_complete:
                self._on_complete.append(hear)
                return
        hear()

    def _make_engine(self) -> Any:
        from bsh.devices.guarded_move import MoveGuard
        from bsh.engine import RunEngine
        from bsh.preprocessors import SupplementalData

        engine: Any = RunEngine(self.store.metadata, scan_id_source=ScanNumbers(self.store))
        engine.subscribe(self.store)
        self._supplemental = SupplementalData(baseline=self._baseline, monitors=self._monitors)
        engine.preprocessors.append(self._supplemental)
        engine.move_guard = MoveGuard(stall_s=self.profile.stalled_after_s)
        from .arrivals import Arrivals

        self._arrivals = Arrivals(self.profile.on_missed_target, lambda text: self._warn(engine, text))
        engine.preprocessors.append(self._arrivals)
        engine.context_managers.insert(0, self._around_calls)  # outermost: left last
        if self._interactive:
            engine.interrupt_policy = self._policy("pause")
        return engine

    @staticmethod
    def _warn(engine: Any, text: str) -> None:
        from bsh.engine.notices import Notice

        engine.tell(Notice(text))

    @property
    def RE(self) -> Any:  # noqa: N802  # the name that everybody knows it by
        """The one engine of this session."""
        if self._engine is None:
            self.complete()
        return self._engine

    @property
    def is_complete(self) -> bool:
        """Whether devices and engine are there; see :meth:`complete`."""
        return self._is_complete

    @property
    def state(self) -> str:
        """The engine's state; ``idle`` while there is none yet."""
        return "idle" if self._engine is None else str(self._engine.state)

    @property
    def supplemental(self) -> Any:
        """The :class:`~bsh.preprocessors.SupplementalData` of every run."""
        self.complete()
        return self._supplemental

    def _add_aliases(self) -> None:
        for alias, ref in self.profile.aliases.items():
            try:
                self.aliases[alias] = resolve_ref(ref, self.devices)
            except BshError as error:
                self.notices.append(f"alias {alias}: {error.message}")

    def _add_plans(self) -> None:
        from bsh import plan_stubs, plans, preprocessors

        self.namespace.update(RE=self._engine, bp=plans, bps=plan_stubs, bpp=preprocessors)

    def _add_commands(self) -> None:
        names = self.namespace
        names.setdefault("__name__", "__main__")
        names.update(runners(self.registry, self))
        names["session"] = self
        if "scans" in self.registry:
            names["scans"] = ScanRunner(self.registry["scans"], self)
        else:
            names["scans"] = ScanLibrary(self.store)
        names[DISPATCHER] = Dispatcher(self.registry, self)

    def _add_devices(self) -> None:
        names = self.namespace
        if self.profile.shutter is not None:
            names.update(shutter_plans(self.profile.shutter, self.devices))
        for name, device in {**self.devices, **self.aliases}.items():
            if name in self.registry:  # made by a factory: the profile's check could not know the name
                self.notices.append(f"'{name}' is a command; the device is session.devices['{name}']")
            else:
                names[name] = device

    # -- running -----------------------------------------------------------------------------------

    def run(self, plan_or_line: Any) -> Any:
        """Run a plan, or one or more lines of the shell's language.

        Parameters
        ----------
        plan_or_line : str, generator or iterable of Msg
            A line as typed at the prompt, or a plan.

        Returns
        -------
        object
            The value of the line, the report of a command, or what the plan returned (the uids of its runs
            where it returned nothing).

        Examples
        --------
        >>> session.run("ascan th -1 1 20 0.1")  # doctest: +SKIP
        """
        if not isinstance(plan_or_line, str):
            return self._run_plan(plan_or_line, None, "pause")
        self._result = None
        with self.journal.line(plan_or_line):
            value = evaluate(plan_or_line, self.namespace, self.registry)
        return self._result if value is None else value

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
        interrupt : {'pause', 'stop'}
            What Ctrl+C does at the prompt: pause a scan, or stop a move or a count.

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
        paused = self.state == "paused"
        if paused and interrupt == "pause":
            raise CommandError(
                "a scan is paused: another one cannot run now, moves and counts can",
                hint="resume goes on, stop ends it and keeps the data, abort marks it as aborted",
            )
        known = self._looked_ahead(factory, command)
        self._go_or_not(known)
        if paused:
            return self._run_aside(factory())
        self.preflight = known
        self._foreseen = known.axes
        began = time.monotonic()
        try:
            result = self._run_plan(factory(), command, interrupt)
        finally:
            self._foreseen = None
        if known.num_points and known.seconds is not None:
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

        if self.state != "idle":
            return self.RE(make(), *subs, **metadata)  # the engine says why not
        known = Preflight(line)
        if repeatable:
            known = self._looked_ahead(make, line)
        self._go_or_not(known)
        self.preflight, self._foreseen = known, known.axes
        try:
            return self.RE(make(), *subs, **{"command": line, **metadata})
        finally:
            self._foreseen = None

    def _run_aside(self, plan: Any) -> Any:
        """Run a move or a count while a scan is paused; the scan finds its axes where they were."""
        policy = self.RE.interrupt_policy
        self.RE.interrupt_policy = self._policy("stop")
        try:
            self._result = self.RE.run_aside(plan)
        finally:
            self.RE.interrupt_policy = policy
        return self._result

    def _looked_ahead(self, factory: Callable[[], Any], line: str | None) -> Preflight:
        from .preflight import look_ahead

        self.complete()  # the rules come with the devices
        return look_ahead(
            factory,
            line,
            count_time=self.profile.count_time,
            interlocks=self._interlocks,
            timing=self._timing,
        )

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

        free = disk_usage(self.folder).free
        if free < LEAST_DISK_BYTES:
            raise CommandError(
                f"the disk of {self.folder} has only {free / 1e6:.0f} MB left; nothing was started",
                hint="make room for the data first",
            )

    def _ask(self, preflight: Preflight) -> None:
        limit = self.profile.confirm_over_s
        if self.confirm is None or limit is None or preflight.seconds is None or preflight.seconds <= limit:
            return
        if not self.confirm(preflight):
            raise CommandError("not started")

    @property
    def interactive(self) -> bool:
        """Whether there is a prompt to return to after Ctrl+C; a shell sets it."""
        return self._interactive

    @interactive.setter
    def interactive(self, there_is_a_prompt: bool) -> None:
        self._interactive = there_is_a_prompt
        if self._engine is not None:
            self._engine.interrupt_policy = self._policy("pause")

    def _policy(self, interrupt: str) -> Any:
        from bsh.engine import InterruptPolicy

        if not self._interactive:
            return InterruptPolicy.ABORT
        return InterruptPolicy.STOP if interrupt == "stop" else InterruptPolicy.PAUSE

    def _run_plan(self, plan: Any, command: str | None, interrupt: str) -> Any:
        self.RE.interrupt_policy = self._policy(interrupt)
        kept = KeptPlan(plan)
        metadata = {} if command is None else {"command": command}
        self._arrivals.is_told_by_summary = interrupt == "stop"
        try:
            uids = self.RE(kept.messages(), **metadata)
        finally:
            self._arrivals.is_told_by_summary = False
        self._result = uids if kept.value is None else kept.value
        return self._result

    @contextlib.contextmanager
    def _around_calls(self, engine: Any) -> Iterator[None]:
        """Enter with every call of the engine that blocks: ``RE(plan)``, ``RE.resume()``, ``RE.stop()``...

        When a call that took data has ended, however it ended, ``on_exit`` runs.
        """
        if engine.state == "idle":  # not a paused plan that goes on, nor one beside it
            self._moves.begin(self._foreseen, self.preflight.command or "" if self.preflight else "")
        try:
            yield
        finally:
            if engine.state == "idle":  # not paused, and not left alone by an exception on this thread
                self._moves.end(engine.execution.movers if engine.execution is not None else ())
                self.preflight = None
                self.RE.interrupt_policy = self._policy("pause")  # for what the user gives to RE directly
                if self.store.accepted != self._documents_seen and not self._leaving:
                    self._run_on_exit()
                    self._documents_seen = self.store.accepted
                if self._exit_code is not None:
                    if self.leave_prompt is not None:
                        self.leave_prompt()
                    raise SystemExit(self._exit_code)

    def _run_on_exit(self) -> None:
        from bsh.commands.reports import Text

        self._leaving = True  # what on_exit runs has no on_exit of its own
        try:
            problems = run_exit_lines(
                self.profile.on_exit,
                self.namespace,
                self.registry,
                lambda plan: self._run_plan(plan, None, "stop"),
            )
            for problem in problems:
                self.show(Text(problem))
        finally:
            self._leaving = False

    # -- a paused plan -----------------------------------------------------------------------------

    def resume(self) -> Any:
        """Go on with a paused plan; raises as running it does."""
        return self.RE.resume()

    def stop(self, *, return_motors: bool = True) -> Any:
        """End a paused plan and keep its data as good.

        Parameters
        ----------
        return_motors : bool
            Whether relative scans drive their axes back.
        """
        return self.RE.stop(return_motors=return_motors)

    def abort(self, reason: str = "") -> Any:
        """End a paused plan and mark its data as aborted.

        Parameters
        ----------
        reason : str
            Why; goes into the stop document.
        """
        return self.RE.abort(reason)

    def halt(self) -> Any:
        """End a paused plan at once, without its cleanup."""
        return self.RE.halt()

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
        if self.state != "running" or self._exit_code is not None:
            return False
        self._exit_code = code
        try:
            self.RE.abort(reason)
        except TransitionError:  # it ended in this very moment
            self._exit_code = None
            return False
        return True

    # -- devices -----------------------------------------------------------------------------------

    @property
    def offline(self) -> dict[str, OfflineDevice]:
        """The devices that cannot be used at present, by name."""
        return {name: device for name, device in self.devices.items() if isinstance(device, OfflineDevice)}

    def reconnect(self, *names: str, timeout_s: float = CONNECT_TIMEOUT_S) -> list[str]:
        """Try again to reach offline devices.

        Parameters
        ----------
        *names : str
            Which; all offline ones if none is given.
        timeout_s : float
            How long, in seconds, for all together.

        Returns
        -------
        list of str
            The devices that are there again.

        Raises
        ------
        DeviceError
            A name is none of the session's devices.
        """
        offline = self.offline
        for name in names:
            if name not in self.devices:
                raise DeviceError(f"there is no device '{name}'")
        wanted = {
            name: device.device
            for name, device in offline.items()
            if device.device is not None and (not names or name in names)
        }
        reasons = connect_all(wanted, timeout_s)
        back = [name for name in wanted if name not in reasons]
        for name in back:
            self._put_back(name, wanted[name])
        for name, reason in reasons.items():
            offline[name].reason = reason
        return back

    def _welcome(self, name: str) -> None:
        """Take a device in that answers late; on the thread that waited for it."""
        placeholder = self.devices.get(name)
        if not self._closed and isinstance(placeholder, OfflineDevice):
            self._put_back(name, placeholder.device)
            print(f"bsh: {name} answers now", file=sys.stderr)

    def _put_back(self, name: str, device: Any) -> None:
        self.devices[name] = device
        if isinstance(self.namespace.get(name), OfflineDevice):
            self.namespace[name] = device
        profile = self.profile
        for group, refs in profile.counters.items():
            if any(ref.name == name for ref in refs):
                # groups may look the same while their devices are offline: the name tells which is active
                active = group == self._counter_group and self.counters == self.counter_groups[group]
                self.counter_groups[group] = usable(refs, {**self.devices, **self.aliases}, group, [])
                if active:
                    self.counters = list(self.counter_groups[group])
        always = self._supplemental
        for refs, present in (
            (profile.baseline, self._baseline if always is None else always.baseline),
            (profile.monitors, self._monitors if always is None else always.monitors),
        ):
            present += [
                found
                for found in usable((ref for ref in refs if ref.name == name), self.devices, "", [])
                if found not in present
            ]

    def select_counters(self, group: str) -> list[Any]:
        """Make a group of counters the active one; return it.

        Parameters
        ----------
        group : str
            A key of the profile's ``counters``.

        Raises
        ------
        CommandError
            There is no such group.
        """
        if group not in self.counter_groups:
            known = ", ".join(self.counter_groups) or "none"
            raise CommandError(f"there is no group of counters '{group}'", hint=f"groups: {known}")
        self._counter_group = group
        self.counters = list(self.counter_groups[group])
        return self.counters

    # -- leaving -----------------------------------------------------------------------------------

    def close(self, reason: str | None = None) -> None:
        """End the session: a paused plan is aborted, ``on_exit`` runs, engine and store are closed.

        Harmless when repeated; also called when Python exits.

        Parameters
        ----------
        reason : str, optional
            Goes into the stop document of a run that is cut off by this.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        with contextlib.ExitStack() as leaving:  # last in, first out; each step runs whatever the others do
            leaving.callback(self.store.close, STORE_TIMEOUT_S)
            leaving.callback(self.journal.close)
            if self._engine is not None:
                leaving.callback(self._engine.close)
            if self.profile.on_exit:
                self.complete()
            leaving.callback(self._run_on_exit)
            if self.state == "paused":
                leaving.callback(self.RE.abort, reason or "the session was closed")

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._closed else self.state
        return f"<session {self.profile.name}, {len(self.devices)} devices, {state}>"

    def _print(self, report: Any) -> None:
        self._result = report
        print(report)
