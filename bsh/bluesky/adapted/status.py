"""What bluesky expects of a status: as bsh, and that it can be asked why it failed."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bsh.protocols import Status as CoreStatus

__all__ = ["Status"]


@runtime_checkable
class Status(CoreStatus, Protocol):
    """Something that will be done later, from any thread."""

    def exception(self, timeout: float | None = 0.0) -> BaseException | None:
        """Return why it failed, None if it did not; wait so many seconds for its end."""
