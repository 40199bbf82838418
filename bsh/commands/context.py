"""What a command needs from the session it runs in.

Owns structural types only, so that the command language neither imports the session nor a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

__all__ = ["CommandSession", "PlanFactory"]

PlanFactory = Callable[[], Any]
"""Makes a fresh plan each time it is called."""


class CommandSession(Protocol):
    """The part of a session that commands see."""

    @property
    def RE(self) -> Any:  # noqa: N802 - the field's name
        """The run engine."""

    @property
    def devices(self) -> Mapping[str, Any]:
        """Every device of the profile by name, offline ones included."""

    @property
    def namespace(self) -> MutableMapping[str, Any]:
        """The names that the person at the prompt sees."""

    @property
    def counters(self) -> Sequence[Any]:
        """The counters that count unless others are named."""

    @property
    def profile(self) -> Any:
        """The profile (count times, tolerances)."""

    @property
    def store(self) -> Any:
        """The run store."""

    @property
    def journal(self) -> Any:
        """What was moved and set."""

    @property
    def writers(self) -> Any:
        """The files that runs are written to beside the store."""

    @property
    def locks(self) -> Any:
        """Devices that are not to be moved."""

    @property
    def positions(self) -> Any:
        """Positions that people gave a name."""

    @property
    def points(self) -> Any:
        """Changes the points of the scan that runs."""

    rest: Any
    """Watches axes that were told to stop."""

    @property
    def queue(self) -> Any:
        """Lines that wait for their turn."""

    @property
    def logbook(self) -> Any:
        """A page for each day."""

    @property
    def recorder(self) -> Any:
        """Typed lines that go into a file."""

    @property
    def drift(self) -> Any:
        """Where the axes were left."""

    @property
    def soft_limits(self) -> Any:
        """Limits that were set here."""

    @property
    def offline(self) -> Mapping[str, Any]:
        """The devices that cannot be used at present."""

    def reconnect(self, *names: str) -> Sequence[str]:
        """Try again to reach offline devices; return those that are there again."""

    @property
    def state(self) -> str:
        """The engine's state."""

    @property
    def interactive(self) -> bool:
        """Whether somebody sits at a prompt."""

    @property
    def registry(self) -> Any:
        """The commands."""

    move_summary: Any
    """What the last move did, a report."""

    def execute(self, factory: PlanFactory, *, command: str | None = None, interrupt: str = "pause") -> Any:
        """Check and run a plan; return what it returns."""

    def run_typed(
        self, make: PlanFactory, line: str, /, *subs: Any, repeatable: bool, **metadata: Any
    ) -> Any:
        """Check and run a plan that was given to the engine itself; return what the engine returns."""

    def dry(self) -> AbstractContextManager[None]:
        """Look at plans meanwhile, and run none."""

    def resume(self) -> Any:
        """Go on with a paused plan."""

    def resume_scan(self, ref: int) -> None:
        """Take the points that a stored scan has left, as a new run."""

    def stop(self, *, return_motors: bool = True) -> Any:
        """End a paused plan and keep its data."""

    def abort(self, reason: str = "") -> Any:
        """End a paused plan and mark its data as aborted."""

    def halt(self) -> Any:
        """End a paused plan without its cleanup."""

    @property
    def show(self) -> Callable[[Any], None]:
        """Shows a report to the person at the prompt."""
