"""What happens in an emergency: the plan is halted, and the profile's ``panic`` lines run.

Owns the way of running them that needs nothing which may hang: an engine of its own, no store, no questions, no rules. The
lines run in every shell of the profile, and in the process of ``bsh panic`` with connections of its own.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsh.errors import TransitionError
from bsh.profile import DeviceSpec, Profile, references

from .scripts import run_lines

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Say", "answer_call", "caller", "emergency_profile", "emergency_session", "run_panic"]

HALT_S = 1.0
"""How long the plan may take to halt before the lines run, in seconds; its watchdog goes on."""

Say = Callable[[str, bool], None]
"""``say(text, ok)``"""


def caller() -> str:
    """Return who this is, for the people at the other terminal."""
    return f"{getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})"


def run_panic(session: Session, who: str, say: Say) -> None:
    """Halt the plan and run the ``panic`` lines, from any thread.

    Parameters
    ----------
    session : Session
        Whose devices are used.
    who : str
        Who asked for it.
    say : callable
        Hears what was done.
    """
    _halt(session, f"panic, by {who}", say)
    moved = run_panic_lines(session, say)
    # It was bsh that moved these. On a thread of its own: the disk may be what hangs.
    threading.Thread(target=session.drift.note, args=(moved,), name="bsh-panic-note", daemon=True).start()


def run_panic_lines(session: Session, say: Say) -> list[Any]:
    """Run the ``panic`` lines one after the other, each whatever became of the others; return what they moved.

    Parameters
    ----------
    session : Session
        Whose devices are used.
    say : callable
        Hears what was done.
    """
    if not session.profile.panic:
        say("the profile has no 'panic' lines: nothing else is done", True)
    moved: dict[Any, None] = {}
    for line in session.profile.panic:
        began = time.monotonic()
        with _own_engine(session, moved) as (names, run_plan):
            problems = run_lines([line], names, session.registry, run_plan, what="panic")
        if problems:
            say(problems[0], False)
        else:
            say(f"{line.text}: done ({time.monotonic() - began:.1f} s)", True)
    return list(moved)


def _halt(session: Session, reason: str, say: Say) -> None:
    if session.state == "idle":
        say("no plan was running", True)
        return
    from bsh.engine.requests import HaltRequest

    engine = session.RE
    execution = engine.execution
    try:
        engine.post(HaltRequest(reason=reason))
    except TransitionError:  # it ended in this moment, or the engine was given up before
        say(f"the engine is {engine.state}: nothing to halt", True)
        return
    if execution.finished.wait(HALT_S):
        say("the plan was halted; what it moved is stopped", True)
    else:
        say("the plan was told to halt and does not answer yet", False)


@contextmanager
def _own_engine(
    session: Session, moved: dict[Any, None]
) -> Iterator[tuple[dict[str, Any], Callable[[Any], Any]]]:
    """Give names and a way to run plans that do not depend on the session's engine, nor change it."""
    from bsh.commands import DISPATCHER, Dispatcher, runners
    from bsh.devices.guard import HardwareGuard
    from bsh.engine import RunEngine
    from bsh.engine.loops import set_engine_event_loop

    profile = session.profile
    guard = HardwareGuard(stall_s=profile.stalled_after_s, count_times=profile.count_time)

    def sent(device: Any, target: Any, status: Any) -> Any:
        moved[device] = None
        return guard.moved(device, target, status)

    engine: Any = RunEngine({}, context_managers=[])
    engine.move_guard, engine.action_guard, engine.is_lost = sent, guard.began, guard.is_lost
    stand_in = _StandIn(session, engine)
    names = {
        **session.namespace,
        **runners(session.registry, stand_in),
        "RE": engine,
        DISPATCHER: Dispatcher(session.registry, stand_in),
    }
    try:
        yield names, engine
    finally:
        set_engine_event_loop(session.RE.engine_loop)
        engine.close()


class _StandIn:
    """A session for commands, with an engine of its own: nothing is looked ahead at, recorded or asked."""

    def __init__(self, session: Session, engine: Any) -> None:
        self._session = session
        self.RE = engine
        self.interactive = False
        self.move_summary: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    @property
    def state(self) -> str:
        return str(self.RE.state)

    def execute(
        self, factory: Callable[[], Any], *, command: str | None = None, interrupt: str = "stop"
    ) -> Any:
        return self.RE(factory())

    def run_typed(
        self, make: Callable[[], Any], line: str, /, *subs: Any, repeatable: bool, **metadata: Any
    ) -> Any:
        return self.RE(make(), *subs, **metadata)

    def show(self, report: Any) -> None:
        return


def answer_call(session: Session, question: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
    """Do what another process asks for.

    Parameters
    ----------
    session : Session
        Who was called.
    question : dict
        Says what to ``do``, and ``who`` asks.
    answer : callable
        Takes answers.
    """
    profile = session.profile
    answer(
        {
            "pid": os.getpid(),
            "user": getpass.getuser(),
            "host": socket.gethostname(),
            "profile": profile.name,
            "file": str(Path(profile.file).resolve()),
            "sim": session.is_simulated,
        }
    )
    if question.get("do") != "panic":
        return
    who = str(question.get("who", "somebody"))
    session.tell(f"PANIC, by {who}", loud=True)

    def say(text: str, ok: bool) -> None:
        session.tell(text, loud=not ok)
        answer({"text": text, "ok": ok})

    run_panic(session, who, say)


def emergency_profile(profile: Profile) -> Profile:
    """Return the part of a profile that its ``panic`` lines need; all of it where that cannot be told.

    Parameters
    ----------
    profile : Profile
        Read without a resolver.
    """
    nothing: dict[str, Any] = {"baseline": (), "monitors": (), "suspenders": (), "rules": (), "on_exit": ()}
    words = {word for line in profile.panic for word in re.findall(r"[^\W\d]\w*", line.text)}
    specs = {spec.name: spec for spec in profile.devices if spec.name is not None}
    if words & {"open_shutter", "close_shutter", "shopen", "shclose"} and profile.shutter is not None:
        words.add(profile.shutter.device.name)
    words |= {profile.aliases[word].name for word in words if word in profile.aliases}
    if profile.startup and not _are_known(words, specs, profile):
        return replace(profile, **nothing)
    devices = tuple(_with_references(words, specs))
    factories = tuple(spec for spec in profile.devices if spec.name is None) if words - set(specs) else ()
    return replace(profile, devices=(*factories, *devices), startup=(), counters={}, toolbar=(), **nothing)


def _are_known(words: set[str], specs: dict[str, DeviceSpec], profile: Profile) -> bool:
    """Whether each line begins with a device, a command or the shutter: nothing that only a script could define."""
    from bsh.commands import Registry

    known = Registry.from_entry_points().names | set(specs) | set(profile.aliases)
    known |= {"open_shutter", "close_shutter"}
    return all((found := re.match(r"[^\W\d]\w*", line.text)) and found[0] in known for line in profile.panic)


def _with_references(words: Iterable[str], specs: dict[str, DeviceSpec]) -> list[DeviceSpec]:
    wanted: dict[str, None] = {}
    waiting = [word for word in words if word in specs]
    while waiting:
        name = waiting.pop()
        if name in wanted or name not in specs:
            continue
        wanted[name] = None
        waiting += [ref.name for ref in references(specs[name].keywords)]
    return [spec for name, spec in specs.items() if name in wanted]  # the profile's order: references first


def emergency_session(profile: Profile, folder: Path, *, sim: bool = False) -> Session:
    """Make a session with connections of its own, which reads and writes nothing of the profile's state.

    Parameters
    ----------
    profile : Profile
        See :func:`emergency_profile`.
    folder : Path
        An empty one.
    sim : bool
        Whether its devices are simulated twins.
    """
    from bsh.commands import Registry
    from bsh.store import RunStore

    from .scripts import run_startup_scripts
    from .session import Session

    names: dict[str, Any] = {}
    registry = Registry.from_entry_points()
    session = Session(profile, RunStore(folder / "runs.db"), lambda: registry, names, folder)
    session.is_simulated = sim
    session._compose()
    session.complete()
    session.notices += run_startup_scripts(profile.startup, names, registry)
    return session
