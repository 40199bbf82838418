"""What makes a session complete: its engine, and the names at the prompt.

Owns what the engine of a session is fitted with, and what stands in the namespace. Importing this module imports all that
a session needs for its first line, so it is imported once people look at the prompt.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import bsh.simulators  # noqa: F401  # for the first plan that is looked at before it runs
from bsh import plan_stubs, plans, preprocessors
from bsh.commands import DISPATCHER, Dispatcher, runners
from bsh.devices.guard import HardwareGuard
from bsh.engine import RunEngine
from bsh.engine.notices import Notice

from .arrivals import Arrivals
from .cleanup import cleanup
from .device_facts import remember_facts
from .emergency import answer_call
from .emergency_line import EmergencyLine
from .extras import install_suspenders
from .interlocks import Interlocks
from .last_peak import LastPeak, spec_names
from .library import ScanLibrary, ScanRunner
from .macros import macro_notices
from .point_editing import PointEditing
from .rest_watch import watch_over
from .scan_numbers import ScanNumbers
from .shutter import names_of_devices, shutter_plans
from .sim_twins import uses_of
from .supplements import ProfileSupplements

if TYPE_CHECKING:
    from .inventory import Inventory
    from .running import Running
    from .session import Session

__all__ = [
    "Equipment",
    "Interlocks",
    "LastPeak",
    "add_commands",
    "add_devices",
    "add_plans",
    "equipped",
    "install_suspenders",
    "keep_facts",
    "macro_notices",
    "open_emergency_line",
]


class Equipment(NamedTuple):
    """The engine of a session, and what was fitted to it.

    Parameters
    ----------
    engine : RunEngine
        Writes into the store, guards the hardware, obeys locks and soft limits.
    supplements : ProfileSupplements
        Baseline and monitors of every run.
    points : PointEditing
        Changes the points of the scan that runs.
    arrivals : Arrivals
        Looks whether moves ended where they should.
    rest : RestWatch
        Looks whether axes that were told to stop come to rest.
    """

    engine: Any
    supplements: ProfileSupplements
    points: PointEditing
    arrivals: Arrivals
    rest: Any


def equipped(session: Session, running: Running, inventory: Inventory, loop: Any) -> Equipment:
    """Make the engine of a session.

    Parameters
    ----------
    session : Session
        Whose.
    running : Running
        Has a say before and after each call of the engine.
    inventory : Inventory
        Has the devices.
    loop : EngineLoop or None
        On which asynchronous devices live already.
    """
    store, profile = session.store, session.profile
    engine: Any = RunEngine(store.metadata, loop=loop, scan_id_source=ScanNumbers(store))
    engine.record_interruptions = True  # in a stream that only runs have which were paused
    engine.md_normalizer = inventory.with_aliases
    engine.subscribe(store)
    engine.subscribe(session.logbook.note, "stop")
    guard = HardwareGuard(stall_s=profile.stalled_after_s, count_times=profile.count_time)
    engine.move_guard, engine.action_guard, engine.is_lost = guard.moved, guard.began, guard.is_lost
    if "nan" in profile.on_read_error.values():
        from .read_errors import ReadErrors

        spare = ReadErrors(profile.on_read_error, lambda text: engine.tell(Notice(text)), guard.began)
        engine.action_guard, engine.read_guard = spare.began, spare.read
        engine.preprocessors.append(spare)
    points = PointEditing(running.replan, profile.count_time)
    supplements = ProfileSupplements(session.tell, baseline=inventory.baseline, monitors=inventory.monitors)
    inventory.baseline, inventory.monitors = supplements.baseline, supplements.monitors  # one list of each
    arrivals = Arrivals(profile.on_missed_target, lambda text: engine.tell(Notice(text)))
    # points come first: what the others add are none of them
    engine.preprocessors += [
        points,
        supplements,
        arrivals,
        session.locks.guarded,
        session.soft_limits.guarded,
        running.guarded_by_rules,
    ]
    engine.context_managers.insert(0, running.around_calls)  # outermost: left last
    return Equipment(engine, supplements, points, arrivals, watch_over(engine, session.drift.sent))


def add_commands(session: Session) -> None:
    """Put the commands into the namespace."""
    names, registry = session.namespace, session.registry
    names.update(runners(registry, session))
    if "scans" in registry:
        names["scans"] = ScanRunner(registry["scans"], session)
    else:
        names["scans"] = ScanLibrary(session.store)
    names[DISPATCHER] = Dispatcher(registry, session)


def add_plans(session: Session) -> None:
    """Put the engine, the modules of plans and the last peak into the namespace."""
    session.namespace.update(RE=session.RE, bp=plans, bps=plan_stubs, bpp=preprocessors)
    for name, value in spec_names(session, session.last_peak).items():
        session.namespace.setdefault(name, value)
    session.namespace.setdefault("cleanup", partial(cleanup, session))


def add_devices(session: Session, known: Any) -> None:
    """Put devices and aliases into the namespace; one whose name is a command's stays out, and that is said."""
    names = session.namespace
    if session.profile.shutter is not None:
        names.update(shutter_plans(session.profile.shutter, names_of_devices(session)))
    for name, device in known.items():
        if name in session.registry:  # made by a factory: the profile's check could not know the name
            session.notices.append(f"'{name}' is a command; the device is session.devices['{name}']")
        else:
            names[name] = device


def keep_facts(session: Session) -> None:
    """Keep what the real devices are like, for their simulated twins."""
    if not session.is_simulated:
        parts = [(ref.name, ref.attribute) for ref in uses_of(session.profile) if ref.attribute]
        remember_facts(session.known_axes, session.devices, parts)


def open_emergency_line(session: Session) -> EmergencyLine:
    """Let ``bsh panic`` reach this session; return the line, open."""
    line = EmergencyLine(session.folder, lambda question, answer: answer_call(session, question, answer))
    line.open()
    session.notices += [line.problem] if line.problem else []
    return line
