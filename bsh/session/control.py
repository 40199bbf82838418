"""Control of a profile: which of its shells may run plans.

Owns when a session needs control, when it has lost it, and what people are told of other shells. Who has it is
kept in the store (:mod:`bsh.store.shells`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bsh.errors import ControlError

__all__ = ["Control"]


class Control:
    """Whether a session may run plans.

    Parameters
    ----------
    store : RunStore
        Knows the shells.
    profile : str
        Its name.
    exclusive : bool
        Whether only one shell of the profile may run plans at a time.
    """

    def __init__(self, store: Any, profile: str, *, exclusive: bool) -> None:
        self._store = store
        self._shells = store.shells
        self._profile = profile
        self._exclusive = exclusive

    def begin(self, *, take: bool) -> Iterator[str]:
        """Register the session, with control where it needs it; yield what people should know.

        Parameters
        ----------
        take : bool
            Whether to take control from a shell that has it.

        Raises
        ------
        ControlError
            Only one shell may be open, and there is one.
        """
        if not (self._exclusive or take):
            self._shells.enter()
            for other in self._shells.others():
                if other.has_control:
                    yield f"{other} is in control of this profile: nothing runs here until it leaves, or with --take"
            return
        try:
            before = self._shells.take_control(by_force=take)
        except ControlError:
            raise ControlError(
                f"profile {self._profile} may be open in one shell at a time, and is: {self._shells.holder()}",
                hint="leave that one, or take control of it: --take; bsh scans and bsh show need none",
            ) from None
        if before is not None:
            yield f"control was taken from {before}; {self._under_way()} goes on to its end"

    def _under_way(self) -> str:
        for run in self._store.runs(limit=1, exit_status="running"):
            return f"scan {run.scan_id} ({run.command or run.plan_name}) is under way and"
        return "what runs there"

    def watch(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Tell people within seconds when control is lost, or is free again; return what ends that.

        Parameters
        ----------
        tell : callable
            Takes one line, from any thread.
        """
        from .control_watch import ControlWatch

        watch = ControlWatch(self._shells, tell)
        watch.start()
        return watch.close

    def companions(self) -> Iterator[str]:
        """Yield what people at a prompt should know of other shells; a script need not hear of them."""
        for other in self._shells.others():
            if not other.has_control:
                yield f"this profile is open in another shell, too: {other}"

    def check(self) -> None:
        """Return if plans may be run; control that nobody has any more is taken where it is needed.

        Raises
        ------
        ControlError
            Another shell is in control.
        """
        holder = self._shells.holder()
        if holder is None and self._exclusive:
            self._shells.take_control()
        elif holder is not None and not self._shells.has_control():
            raise ControlError(
                f"{holder} is in control of this profile; nothing was started",
                hint="leave this shell, or take control back with: bsh --take",
            )
