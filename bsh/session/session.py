"""The session: engine, devices, store and commands of a profile, put together without a terminal.

Owns composition, the way from a typed line to a run, and the order in which everything is closed. The
shell, ``bsh -c``, tests, notebooks and services all start here.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bsh.entry_points import COMMANDS_GROUP, names_brought
from bsh.errors import DeviceError
from bsh.profile import find_profile, load_profile
from bsh.store.home import bsh_home, profile_folder, store_path

from .belongings import Belongings
from .connect_progress import CONNECT_TIMEOUT_S, ConnectProgress
from .control import Control
from .hooks import call_hooks
from .inventory import Inventory
from .late_devices import LateDevices
from .notices import interrupted_run
from .offline import OfflineDevice
from .profile_metadata import apply_metadata, unset_metadata
from .telling import tell
from .uninterrupted import uninterrupted

if TYPE_CHECKING:
    from bsh.commands import Registry
    from bsh.profile import Problem, Profile

    from .building import DeviceSet
    from .drift import Moved
    from .preflight import Preflight
    from .running import Running

__all__ = ["Session"]

REST_TIMEOUT_S = 3.0
"""How long closing waits until axes that were stopped stand still, in seconds."""

STORE_TIMEOUT_S = 10.0
"""How long closing waits until everything is on disk, in seconds."""


class Session(Belongings):
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
    connecting : ConnectProgress
        Which devices are still waited for.
    control : Control
        Whether plans may be run here, or in another shell of the profile only.
    last_peak : LastPeak
        The numbers of the last scan; with the engine.
    points : PointEditing
        Changes the points of the scan that runs; with the engine.
    arrivals : Arrivals
        Looks whether moves ended where they should; with the engine.
    rest : RestWatch
        Looks whether axes that were told to stop come to rest; with the engine.
    interlocks : Interlocks
        The rules of the profile; with the devices.
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
    """

    def __init__(
        self,
        profile: Profile,
        store: Any,
        find_commands: Callable[[], Registry],
        namespace: dict[str, Any],
        folder: Path,
        *,
        connect: bool = True,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
    ) -> None:
        super().__init__(profile, folder, store, find_commands)
        self.namespace = namespace
        self.connecting = ConnectProgress()
        self.control = Control(
            store, profile.name, exclusive=profile.lock == "exclusive" or store.is_on_network
        )
        self.notices: list[str] = []
        self.show: Callable[[Any], None] = self._print
        self.confirm: Callable[[Preflight], bool] | None = None
        self.leave_prompt: Callable[[], None] | None = None
        self.notify: Callable[[str], Any] | None = None
        self.is_simulated = False
        self.last_peak: Any = None
        self.move_summary: Any = None
        self.points: Any = None
        self.arrivals: Any = None
        self.rest: Any = None
        self.interlocks: Any = None
        self._inventory = Inventory(profile)
        self._connect = connect
        self._connect_timeout_s = connect_timeout_s
        self._late = LateDevices()
        self._prepared: DeviceSet | None = None
        self._preparing = threading.Lock()
        self._classes_are_checked = True
        self._class_problems: list[Problem] = []
        self._drifted: list[Moved] = []
        self._emergency_line: Any = None
        self._interactive = False
        self._engine: Any = None
        self._loop: Any = None
        self._supplemental: Any = None
        self._completing = threading.RLock()
        self._is_complete = False
        self._on_complete: list[Callable[[], None]] = []
        self._on_close: list[Callable[[], None]] = []
        self._closed = False
        self._closing = threading.Lock()

    @cached_property
    def _running(self) -> Running:
        from .running import Running

        return Running(self)

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
        memory = base if base.is_dir() else None

        def find_commands() -> Registry:
            from bsh.commands import Registry

            return Registry.from_entry_points(remembered_in=memory)

        file = find_profile(name_or_path)
        taken = names_brought(COMMANDS_GROUP, memory) if memory and not complete else None
        if taken is None:
            registry = find_commands()
            find_commands, taken = (lambda: registry), registry.names
        profile = load_profile(file, commands=taken, resolver=None)
        hook_notices = call_hooks(profile, remembered_in=memory)
        if sim:
            from .known_axes import KnownAxes

            facts = KnownAxes(profile_folder(base, profile.name)).facts_and_places()
            profile, twins = simulated(profile, facts)
            sim_notices += ["simulated: no hardware is reached", *twins]
        elif complete:
            profile = load_profile(file, commands=taken)
        folder = profile_folder(base, profile.name, sim=sim)
        store = RunStore(store_path(base, profile.name, sim=sim), profile=folder.name)
        names = {} if namespace is None else namespace
        session = cls(
            profile, store, find_commands, names, folder, connect=connect, connect_timeout_s=connect_timeout_s
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
        if profile.startup:
            from .scripts import run_startup_scripts

            session.notices += run_startup_scripts(profile.startup, names, session.registry)
        return session

    def _compose(self) -> None:
        """Do what needs no device: the prompt can be shown after that."""
        profile = self.profile
        self.notices += [str(problem) for problem in profile.problems if not problem.is_told_later]
        self.notices += self.store.warnings
        self.notices += interrupted_run(self.store, lambda: self.registry)
        apply_metadata(profile.metadata, self.store.metadata, self.folder)
        self.notices += unset_metadata(profile.metadata, self.store.metadata)
        self.namespace.setdefault("__name__", "__main__")
        self.namespace["session"] = self

    def prepare(self, load: Callable[[], None] | None = None) -> None:
        """Do the slow part of :meth:`complete`, on any thread: load what is needed, make and connect the devices.

        Harmless when repeated; it changes nothing that can be seen.

        Parameters
        ----------
        load : callable, optional
            Imports more than completing needs. Who completes the session meanwhile waits for it: two threads that
            import modules of one package at a time may each get half of it.
        """
        with self._preparing:
            with self._loading:
                from bsh.devices.quiet_libca import watch_imports

                watch_imports()  # before anything may load libca
                from . import completing, running  # noqa: F401  # for the sake of it
                from .building import build_devices

                self.registry  # noqa: B018  # finds the commands
                if load is not None:
                    load()
            if self._prepared is None:
                if not self._classes_are_checked:
                    from bsh.profile import check_classes

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
        from . import completing
        from .drift import drift_notices

        assert self._prepared is not None
        self._is_complete = True
        self.notices += self.registry.problems
        completing.add_commands(self)
        self._take_devices(self._prepared)
        made = completing.equipped(self, self._running, self._inventory, self._loop)
        self._engine, self.points, self.arrivals, self.rest = (
            made.engine,
            made.points,
            made.arrivals,
            made.rest,
        )
        self._supplemental = made.supplements
        if self._interactive:
            self._engine.interrupt_policy = self._running.policy("pause")
        known = self._inventory.known
        completing.install_suspenders(self.profile.suspenders, known, self._engine, self.notices)
        self.interlocks = completing.Interlocks(self.profile.rules, known)
        self.notices += self.interlocks.problems
        self.last_peak = completing.LastPeak(self)
        completing.add_plans(self)
        completing.add_devices(self, known)
        self._late.hand_over(self._welcome)
        self.soft_limits.put_back()
        self.notices += drift_notices(self._drifted)
        completing.keep_facts(self)
        self._emergency_line = completing.open_emergency_line(self)
        self.writers.start()
        self.notices += completing.macro_notices(self)
        while self._on_complete:
            self._on_complete.pop(0)()

    def _take_devices(self, made: DeviceSet) -> None:
        from bsh.commands.selection import selection_of

        from .late_devices import offline_notices

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
        from .lines import evaluate

        self.complete()
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
        self.store.is_patient = there_is_a_prompt  # people see why a scan waits for the disk
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
        from .connecting import connect_all

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
            for made in self._those_made("journal", "known_axes", "logbook", "writers"):
                leaving.callback(made.close)
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
