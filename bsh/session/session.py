"""The session: engine, devices, store and commands of a profile, put together without a terminal.

Owns composition, the way from a typed line to a run, and the order in which everything is closed. The
shell, ``bsh -c``, tests, notebooks and services all start here.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bsh.commands import DISPATCHER, Dispatcher, Registry, runners
from bsh.commands.selection import selection_of
from bsh.devices.quiet_libca import watch_imports
from bsh.errors import DeviceError
from bsh.profile import Problem, Profile, check_classes, find_profile, load_profile
from bsh.store.home import bsh_home, profile_folder, store_path

from .building import CONNECT_TIMEOUT_S, DeviceSet, build_devices
from .connect_progress import ConnectProgress
from .connecting import connect_all
from .control import Control
from .device_locks import DeviceLocks
from .drift import Drift, Moved, drift_notices
from .extras import install_suspenders
from .hooks import call_hooks
from .interlocks import Interlocks
from .inventory import Inventory
from .journal import Journal, Note
from .known_axes import KnownAxes
from .late_devices import LateDevices, offline_notices
from .library import ScanLibrary, ScanRunner
from .line_queue import LineQueue
from .lines import evaluate
from .logbook import Logbook
from .notices import interrupted_run
from .offline import OfflineDevice
from .profile_metadata import apply_metadata
from .recorder import Recorder
from .running import Running
from .saved_positions import SavedPositions
from .scan_numbers import ScanNumbers
from .scripts import run_startup_scripts
from .shutter import shutter_plans
from .soft_limits import SoftLimits
from .telling import tell
from .uninterrupted import uninterrupted
from .writers import Writers

if TYPE_CHECKING:
    from .preflight import Preflight

__all__ = ["Session"]

REST_TIMEOUT_S = 3.0
"""How long closing waits until axes that were stopped stand still, in seconds."""

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
    registry : Registry
        The commands.
    journal : Journal
        What was moved and set, for ``moves`` and ``undo``.
    connecting : ConnectProgress
        Which devices are still waited for.
    drift : Drift
        Knows where bsh left the axes, and which of them somebody else moved.
    soft_limits : SoftLimits
        Limits that were set here, inside of the devices' own.
    locks : DeviceLocks
        Devices that are not to be moved.
    last_peak : LastPeak
        The numbers of the last scan; with the engine.
    positions : SavedPositions
        Positions that people gave a name.
    points : PointEditing
        Changes the points of the scan that runs; with the engine.
    queue : LineQueue
        Lines that wait for their turn.
    recorder : Recorder
        Typed lines that go into a file, for ``rec``.
    writers : Writers
        The files that runs are written to beside the store.
    logbook : Logbook
        A page for each day.
    namespace : dict
        The names at the prompt.
    notices : list of str
        What people should know at the start: offline devices, warnings of the store, interrupted runs.
    show : callable
        ``show(report)`` shows a report; prints it unless somebody sets a better one.
    confirm : callable or None
        ``confirm(preflight) -> bool`` asks before a long run; nobody is asked where it is None.
    leave_prompt : callable or None
        Tells an interactive shell, which survives SystemExit, that it has to end.
    notify : callable or None
        ``notify(text)`` tells people who are not at the terminal that a long run has ended; it may take its time.
    move_summary : Report or None
        What the last move did.
    is_simulated : bool
        Whether the devices are simulated twins.
    rest : RestWatch
        Looks whether axes that were told to stop come to rest.
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
        self._inventory = Inventory(profile)
        self.journal = Journal(folder)
        self.recorder = Recorder()
        self.queue = LineQueue()
        self.positions = SavedPositions(folder)
        self.locks = DeviceLocks(folder)
        self.connecting = ConnectProgress()
        self._known_axes = KnownAxes(folder)
        self.drift = Drift(self._known_axes, lambda: self.devices, profile.on_missed_target.tolerance)
        self.soft_limits = SoftLimits(self._known_axes, lambda: self.devices)
        self._drifted: list[Moved] = []
        self.last_peak: Any = None
        self.writers = Writers(profile, folder, store, self.tell)
        self.logbook = Logbook(folder, store, self.journal, title=profile.title or profile.name)
        self.journal.on_note = self._hear_note
        self._running = Running(self)
        self.control = Control(
            store, profile.name, exclusive=profile.lock == "exclusive" or store.is_on_network
        )
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
        self.notify: Callable[[str], Any] | None = None
        self.is_simulated = False
        self.rest: Any = None
        self._emergency_line: Any = None
        self._interactive = False
        self.move_summary: Any = None
        self._engine: Any = None
        self._loop: Any = None
        self._supplemental: Any = None
        self.arrivals: Any = None
        self.points: Any = None
        self._completing = threading.RLock()
        self._is_complete = False
        self.interlocks = Interlocks((), {})
        self._on_complete: list[Callable[[], None]] = []
        self._on_close: list[Callable[[], None]] = []
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
        sim: bool = False,
        take: bool = False,
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
        sim : bool
            Whether every device is replaced by a simulated twin; state lives in a folder of its own then.
        take : bool
            Whether to take control of the profile from a shell that has it.

        Raises
        ------
        ControlError
            Only one shell may have the profile open, and another one has.
        ProfileError
            There is no such profile, or it cannot be used; every problem is named.
        StoreError
            The state folder cannot be used.
        """
        from bsh.store import RunStore

        sim_notices: list[str] = []
        if sim:
            from .sim_twins import isolate, simulated

            sim_notices += isolate()  # before anything is imported that could reach hardware
        base = bsh_home(home)
        registry = Registry.from_entry_points(remembered_in=base if base.is_dir() else None)
        file = find_profile(name_or_path)
        profile = load_profile(file, commands=registry.names, resolver=None)
        hook_notices = call_hooks(profile, remembered_in=base if base.is_dir() else None)
        if sim:
            facts = KnownAxes(profile_folder(base, profile.name)).facts_and_places()
            profile, twins = simulated(profile, facts)
            sim_notices += ["simulated: no hardware is reached", *twins]
        elif complete:
            profile = load_profile(file, commands=registry.names)
        folder = profile_folder(base, profile.name, sim=sim)
        store = RunStore(store_path(base, profile.name, sim=sim), profile=folder.name)
        names = {} if namespace is None else namespace
        session = cls(
            profile, store, registry, names, folder, connect=connect, connect_timeout_s=connect_timeout_s
        )
        session.notices += sim_notices + hook_notices
        session.is_simulated = sim
        session._classes_are_checked = complete or sim
        try:
            session.notices += session.control.begin(take=take)
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
        watch_imports()
        profile = self.profile
        self.notices += [str(problem) for problem in profile.problems if not problem.is_told_later]
        self.notices += self.store.warnings
        self.notices += self.registry.problems
        self.notices += interrupted_run(self.store, self.registry)
        apply_metadata(profile.metadata, self.store.metadata, self.folder)
        self._add_commands()

    def prepare(self, load: Callable[[], None] | None = None) -> None:
        """Do the slow part of :meth:`complete`, on any thread: load what is needed, make and connect the devices.

        Harmless when repeated; it changes nothing that can be seen.

        Parameters
        ----------
        load : callable, optional
            Imports more that completing needs. Who completes the session meanwhile waits for it: two threads that
            import modules of one package at a time may each get half of it.
        """
        with self._preparing:
            if load is not None:
                load()
            if self._prepared is None:
                if not self._classes_are_checked:
                    self._class_problems = check_classes(self.profile)
                self._prepared = build_devices(
                    self.profile.devices,
                    connect=self._connect,
                    timeout_s=self._connect_timeout_s,
                    later=self._late,
                    loop=self._device_loop,
                    progress=self.connecting,
                )
                self._drifted = self.drift.look_at_the_start(self._prepared.devices)

    def complete(self) -> None:
        """Make what commands need: the devices, the engine, the plans. Harmless when repeated."""
        with self._completing:
            if self._is_complete:
                return
            self.prepare()
            with uninterrupted():
                self._put_together()

    def _put_together(self) -> None:
        assert self._prepared is not None
        self._is_complete = True
        self._take_devices(self._prepared)
        self._engine = self._make_engine()
        known = self._inventory.known
        install_suspenders(self.profile.suspenders, known, self._engine, self.notices)
        self.interlocks = Interlocks(self.profile.rules, known)
        self.notices += self.interlocks.problems
        self._add_plans()
        self._add_devices()
        self._late.hand_over(self._welcome)
        self.soft_limits.put_back()
        self.notices += drift_notices(self._drifted)
        self._remember_facts()
        self._emergency_line = self._opened_line()
        self.writers.start()
        self.notices += self._own_functions()
        while self._on_complete:
            self._on_complete.pop(0)()

    def _own_functions(self) -> list[str]:
        from .macros import macro_notices

        return macro_notices(self)

    def _remember_facts(self) -> None:
        """Keep what the real devices are like, for their simulated twins."""
        if self.is_simulated:
            return
        from .device_facts import remember_facts
        from .sim_twins import uses_of

        parts = [(ref.name, ref.attribute) for ref in uses_of(self.profile) if ref.attribute]
        remember_facts(self._known_axes, self.devices, parts)

    def _opened_line(self) -> Any:
        from .emergency import answer_call
        from .emergency_line import EmergencyLine

        line = EmergencyLine(self.folder, lambda question, answer: answer_call(self, question, answer))
        line.open()
        self.notices += [line.problem] if line.problem else []
        return line

    def _take_devices(self, made: DeviceSet) -> None:
        self.notices += [str(problem) for problem in self._class_problems]
        self.notices += made.notices
        self.notices += offline_notices(made)
        self.notices += self._inventory.take(made.devices)
        self.notices += self._inventory.count_with(selection_of(self).counters)

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

    def when_closed(self, hear: Callable[[], None]) -> None:
        """Have a function called when the session is closed.

        Parameters
        ----------
        hear : callable
            Takes nothing.
        """
        self._on_close.append(hear)

    def _device_loop(self) -> Any:
        """Return the loop on which asynchronous devices live; it will be the engine's."""
        if self._loop is None:
            from bsh.engine.event_loop import EngineLoop

            self._loop = EngineLoop()
        return self._loop.loop

    def _make_engine(self) -> Any:
        from bsh.devices.guard import HardwareGuard
        from bsh.engine import RunEngine

        from .point_editing import PointEditing
        from .rest_watch import watch_over
        from .supplements import ProfileSupplements

        engine: Any = RunEngine(self.store.metadata, loop=self._loop, scan_id_source=ScanNumbers(self.store))
        engine.record_interruptions = True  # in a stream that only runs have which were paused
        engine.subscribe(self.store)
        engine.subscribe(self.logbook.note, "stop")
        self.points = PointEditing(self._running.replan, self.profile.count_time)
        engine.preprocessors.append(self.points)  # first: what the others add are none of its points
        inventory = self._inventory
        always = ProfileSupplements(self.tell, baseline=inventory.baseline, monitors=inventory.monitors)
        inventory.baseline, inventory.monitors = always.baseline, always.monitors  # one list of each
        self._supplemental = always
        engine.preprocessors.append(self._supplemental)
        guard = HardwareGuard(stall_s=self.profile.stalled_after_s, count_times=self.profile.count_time)
        engine.move_guard, engine.action_guard, engine.is_lost = guard.moved, guard.began, guard.is_lost
        self.rest = watch_over(engine, self.drift.sent)
        from .arrivals import Arrivals

        self.arrivals = Arrivals(self.profile.on_missed_target, lambda text: self._warn(engine, text))
        engine.preprocessors.append(self.arrivals)
        engine.preprocessors.append(self.locks.guarded)
        engine.preprocessors.append(self.soft_limits.guarded)
        engine.context_managers.insert(0, self._running.around_calls)  # outermost: left last
        if self._interactive:
            engine.interrupt_policy = self._running.policy("pause")
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

    def _add_plans(self) -> None:
        from bsh import plan_stubs, plans, preprocessors

        from .last_peak import LastPeak, spec_names

        self.last_peak = LastPeak(self)
        self.namespace.update(RE=self._engine, bp=plans, bps=plan_stubs, bpp=preprocessors)
        for name, value in spec_names(self, self.last_peak).items():
            self.namespace.setdefault(name, value)

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
        for name, device in self._inventory.known.items():
            if name in self.registry:  # made by a factory: the profile's check could not know the name
                self.notices.append(f"'{name}' is a command; the device is session.devices['{name}']")
            else:
                names[name] = device

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Tell people something, from any thread: in the live display, or above the prompt.

        Parameters
        ----------
        text : str
            One line.
        loud : bool
            Whether it is about something that must not be missed.
        """
        tell(self._engine, text, loud=loud)

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
            return self._running.run(plan_or_line)
        self._running.result = None
        with self.journal.line(plan_or_line):
            value = evaluate(plan_or_line, self.namespace, self.registry)
        self.recorder.typed(plan_or_line, worked=True)
        return self._running.result if value is None else value

    def execute(
        self, factory: Callable[[], Any], *, command: str | None = None, interrupt: str = "pause"
    ) -> Any:
        """Check a plan as a whole, then run it; as :meth:`Running.execute`."""
        return self._running.execute(factory, command=command, interrupt=interrupt)

    def run_typed(
        self, make: Callable[[], Any], line: str, /, *subs: Any, repeatable: bool, **metadata: Any
    ) -> Any:
        """Run what was typed as ``RE(plan)``; as :meth:`Running.run_typed`."""
        return self._running.run_typed(make, line, *subs, repeatable=repeatable, **metadata)

    def next_plan(self, wrapper: Callable[[Any], Any]) -> contextlib.AbstractContextManager[None]:
        """Change the next plan before it is looked at and run; as :meth:`Running.next_plan`."""
        return self._running.next_plan(wrapper)

    def resume_scan(self, ref: int) -> None:
        """Take the points that a stored scan has left, as a new run; as :func:`~bsh.session.resuming.resume_scan`."""
        from .resuming import resume_scan

        resume_scan(self, ref)

    def dry(self) -> contextlib.AbstractContextManager[None]:
        """Look at plans meanwhile, and run none; as :meth:`Running.dry`."""
        return self._running.dry()

    @property
    def preflight(self) -> Preflight | None:
        """What is known of the run under way."""
        return self._running.preflight

    @property
    def interactive(self) -> bool:
        """Whether there is a prompt to return to after Ctrl+C; a shell sets it."""
        return self._interactive

    @interactive.setter
    def interactive(self, there_is_a_prompt: bool) -> None:
        self._interactive = there_is_a_prompt
        if self._engine is not None:
            self._engine.interrupt_policy = self._running.policy("pause")

    # -- a paused plan -----------------------------------------------------------------------------

    def resume(self) -> Any:
        """Go on with a paused plan; raises as running it does."""
        self.control.check()
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
        """Abort the plan that runs and leave; as :meth:`Running.leave_after_abort`."""
        return self._running.leave_after_abort(reason, code)

    # -- devices -----------------------------------------------------------------------------------

    @property
    def devices(self) -> dict[str, Any]:
        """The devices by name; offline ones are :class:`OfflineDevice`."""
        return self._inventory.devices

    @property
    def aliases(self) -> dict[str, Any]:
        """Further names of devices and of their parts."""
        return self._inventory.aliases

    @property
    def counter_groups(self) -> dict[str, list[Any]]:
        """The profile's groups of counters; the first is active at the start."""
        return self._inventory.counter_groups

    @property
    def counters(self) -> list[Any]:
        """What counts unless others are named."""
        return self._inventory.counters

    @counters.setter
    def counters(self, wanted: list[Any]) -> None:
        self._inventory.counters = wanted

    @property
    def offline(self) -> dict[str, OfflineDevice]:
        """The devices that cannot be used at present, by name."""
        return self._inventory.offline

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
        reasons = connect_all(wanted, timeout_s, loop=lambda: self.RE.loop)
        back = [name for name in wanted if name not in reasons]
        for name in back:
            self._put_back(name, wanted[name])
        for name, reason in reasons.items():
            offline[name].reason = reason
        return back

    def _hear_note(self, note: Note) -> None:
        self.writers.hear(note)
        self.logbook.note()

    def _welcome(self, name: str) -> None:
        """Take a device in that answers late; on the thread that waited for it."""
        placeholder = self.devices.get(name)
        if not self._closed and isinstance(placeholder, OfflineDevice):
            self._put_back(name, placeholder.device)
            self.tell(f"{name} answers now")

    def _put_back(self, name: str, device: Any) -> None:
        self._inventory.put_back(name, device)
        if isinstance(self.namespace.get(name), OfflineDevice):
            self.namespace[name] = device

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
        return self._inventory.select(group)

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
            for hear in self._on_close:
                leaving.callback(hear)
            leaving.callback(self.journal.close)
            leaving.callback(self._known_axes.close)
            leaving.callback(self.logbook.close)
            leaving.callback(self.writers.close)
            if self._engine is not None:
                leaving.callback(self._engine.close)
            if self.rest is not None:
                leaving.callback(self.rest.close, REST_TIMEOUT_S)
            if self.profile.on_exit:
                self.complete()
            leaving.callback(self._running.run_on_exit)
            if self.state == "paused":
                leaving.callback(self.RE.abort, reason or "the session was closed")
            if self._emergency_line is not None:
                leaving.callback(self._emergency_line.close)

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
        self._running.result = report
        print(report)
