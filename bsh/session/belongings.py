"""What a session keeps for its profile, each thing made when it is first asked for.

The first prompt needs none of them: their modules, and those of the command language that they use, are loaded while
people already look at it. Owns what each is made of; when they begin and end is the session's business.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsh.profile import Profile

if TYPE_CHECKING:
    from bsh.commands import Registry

    from .device_locks import DeviceLocks
    from .drift import Drift
    from .journal import Journal, Note
    from .known_axes import KnownAxes
    from .line_queue import LineQueue
    from .logbook import Logbook
    from .recorder import Recorder
    from .saved_positions import SavedPositions
    from .soft_limits import SoftLimits
    from .writers import Writers

__all__ = ["Belongings"]


class Belongings:
    """The part of a session that needs a profile, its state folder and its store, but neither devices nor engine.

    Parameters
    ----------
    profile : Profile
        Says what is wanted.
    folder : Path
        Where the state of the profile lives.
    store : RunStore
        The runs.
    find_commands : callable
        Returns the registry; called once, when it is first asked for.
    """

    devices: Any
    """The devices by name; a session has them."""

    tell: Callable[..., None]
    """Tells people something; a session can."""

    def __init__(
        self, profile: Profile, folder: Path, store: Any, find_commands: Callable[[], Registry]
    ) -> None:
        self.profile = profile
        self.folder = folder
        self.store = store
        self._find_commands = find_commands
        self._registry: Registry | None = None
        self._loading = threading.RLock()

    @property
    def registry(self) -> Registry:
        """The commands; who asks while another thread loads them waits."""
        if self._registry is None:
            with self._loading:
                if self._registry is None:
                    self._registry = self._find_commands()
        return self._registry

    @cached_property
    def journal(self) -> Journal:
        """What was moved and set, for ``moves`` and ``undo``."""
        from .journal import Journal

        journal = Journal(self.folder)
        journal.on_note = self._hear_note
        return journal

    @cached_property
    def recorder(self) -> Recorder:
        """Typed lines that go into a file, for ``rec``."""
        from .recorder import Recorder

        return Recorder()

    @cached_property
    def queue(self) -> LineQueue:
        """Lines that wait for their turn."""
        from .line_queue import LineQueue

        return LineQueue()

    @cached_property
    def positions(self) -> SavedPositions:
        """Positions that people gave a name."""
        from .saved_positions import SavedPositions

        return SavedPositions(self.folder)

    @cached_property
    def locks(self) -> DeviceLocks:
        """Devices that are not to be moved."""
        from .device_locks import DeviceLocks

        return DeviceLocks(self.folder)

    @cached_property
    def known_axes(self) -> KnownAxes:
        """Where bsh left the axes and what they are like, from one session to the next."""
        from .known_axes import KnownAxes

        return KnownAxes(self.folder)

    @cached_property
    def drift(self) -> Drift:
        """Knows where bsh left the axes, and which of them somebody else moved."""
        from .drift import Drift

        return Drift(self.known_axes, lambda: self.devices, self.profile.on_missed_target.tolerance)

    @cached_property
    def soft_limits(self) -> SoftLimits:
        """Limits that were set here, inside of the devices' own."""
        from .soft_limits import SoftLimits

        return SoftLimits(self.known_axes, lambda: self.devices)

    @cached_property
    def writers(self) -> Writers:
        """The files that runs are written to beside the store."""
        from .writers import Writers

        return Writers(self.profile, self.folder, self.store, self.tell)

    @cached_property
    def logbook(self) -> Logbook:
        """A page for each day."""
        from .logbook import Logbook

        title = self.profile.title or self.profile.name
        return Logbook(self.folder, self.store, self.journal, title=title, tell=self.tell)

    def _hear_note(self, note: Note) -> None:
        self.writers.hear(note)
        self.logbook.note("note", note)

    def _those_made(self, *names: str) -> list[Any]:
        """Return what of these was asked for; the rest need not be closed."""
        return [self.__dict__[name] for name in names if name in self.__dict__]
