"""The engine's source of scan numbers: the store's, unique over all shells of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ScanNumbers"]


class ScanNumbers:
    """Called by the engine for each run.

    Parameters
    ----------
    store : RunStore
        Hands the numbers out.
    """

    keeps_scan_id = True
    """Tells the engine not to write the number back: another shell may be ahead already."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def __call__(self, metadata: Mapping[str, Any]) -> int:
        """Return the next number, once it is on disk."""
        from asyncio import wrap_future

        number: int = await wrap_future(self._store.take_scan_id())
        return number
