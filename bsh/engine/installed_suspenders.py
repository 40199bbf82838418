"""The suspenders that watch over an engine's plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bsh.engine.requests import SuspendRequest

if TYPE_CHECKING:
    from bsh.engine.run_engine import RunEngine

__all__ = ["InstalledSuspenders"]


class InstalledSuspenders:
    """Installed suspenders; one that was installed twice has to be removed twice.

    Parameters
    ----------
    engine : RunEngine
        Whose plans they hold back.
    """

    def __init__(self, engine: RunEngine) -> None:
        self._engine = engine
        self._installed: list[Any] = []

    def __iter__(self) -> Any:
        return iter(dict.fromkeys(self._installed))

    def install(self, suspender: Any) -> None:
        """Let a suspender watch over plans."""
        if suspender not in self._installed:
            suspender.install(self._engine)
        self._installed.append(suspender)

    def remove(self, suspender: Any) -> None:
        """Take a suspender away; one that is not installed is ignored."""
        if suspender in self._installed:
            self._installed.remove(suspender)
        if suspender not in self._installed:
            suspender.remove()

    def clear(self) -> None:
        """Take all away, however often they were installed."""
        for suspender in list(self._installed):
            self.remove(suspender)

    def tripped(self) -> list[SuspendRequest]:
        """Return a request for each of them whose condition is bad at present."""
        if not self._installed:
            return []
        return [request for suspender in self if suspender.tripped for request in _requests_of(suspender)]


def _requests_of(suspender: Any) -> list[SuspendRequest]:
    factories, justification = suspender.get_futures()
    pre_plan, post_plan = getattr(suspender, "pre_plan", None), getattr(suspender, "post_plan", None)
    return [SuspendRequest(factory, pre_plan, post_plan, justification) for factory in factories]
