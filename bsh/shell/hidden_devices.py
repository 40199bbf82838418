"""Devices whose name is given to something else at the prompt, as in ``th = 3``: that is said, and ``del th`` ends it.

Commands find the device all the same, but an expression takes the new value: ``mv tth th/2`` would go somewhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.session import Session

__all__ = ["DeviceNames"]

_GONE = object()


class DeviceNames:
    """The devices that their names stand for before a line.

    Parameters
    ----------
    session : Session
        Whose devices and names.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before = self._meanings()

    def look_again(self) -> list[str]:
        """Give names that were deleted back to their devices; return those that were given to something else."""
        devices, before = self._session.devices, self._before
        hidden = []
        for name, (meaning, is_device) in self._meanings().items():
            was_there, was_device = before.get(name, (_GONE, False))
            if meaning is _GONE and was_there is not _GONE:
                self._session.namespace[name] = devices[name]
            elif was_device and not is_device:
                hidden.append(name)
        return hidden

    def _meanings(self) -> dict[str, tuple[Any, bool]]:
        """Return what stands behind the name of each device, and whether that is the device."""
        names = self._session.namespace
        found = {name: (names.get(name, _GONE), device) for name, device in self._session.devices.items()}
        return {name: (meaning, meaning is device) for name, (meaning, device) in found.items()}
