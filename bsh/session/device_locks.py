"""Devices that are not to be moved, with who said so and why; kept in the profile's folder.

Owns the file, which every shell of the profile reads, and the refusal. A plan that touches a locked device is refused
before it begins, and where that could not be known, when it comes to the device.
"""

from __future__ import annotations

import getpass
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bsh.errors import DeviceError, StoreError
from bsh.msg import Msg, MsgGenerator

from .shared_json import SharedJson

__all__ = ["DeviceLock", "DeviceLocks"]

FILE = "locks.json"


@dataclass(frozen=True)
class DeviceLock:
    """Why a device must not move.

    Parameters
    ----------
    name : str
        The device.
    reason : str
        As typed; may be empty.
    who : str
        User and host.
    time : float
        Since when, seconds since the epoch.
    """

    name: str
    reason: str
    who: str
    time: float

    def __str__(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.time))
        return f"locked by {self.who} since {since}" + (f": {self.reason}" if self.reason else "")


class DeviceLocks:
    """The locks of a profile.

    Parameters
    ----------
    folder : Path
        Where the profile's state lives.
    """

    def __init__(self, folder: Path) -> None:
        self._kept = SharedJson(folder / FILE, "locks")

    def all(self) -> Mapping[str, DeviceLock]:
        """Return the locks by name, as they are on disk now."""
        try:
            return {one["name"]: DeviceLock(**one) for one in self._kept.read() or ()}
        except (TypeError, KeyError) as error:
            raise self._kept.damaged(error) from error

    def lock(self, name: str, reason: str) -> DeviceLock:
        """Lock a device.

        Parameters
        ----------
        name : str
            The device.
        reason : str
            For whoever wants to move it.
        """
        made = DeviceLock(name, reason, f"{getpass.getuser()}@{socket.gethostname()}", time.time())
        self._write({**self.all(), name: made})
        return made

    def unlock(self, name: str) -> DeviceLock | None:
        """Take a lock away; return it, None where there was none.

        Parameters
        ----------
        name : str
            The device.
        """
        left = dict(self.all())
        lock = left.pop(name, None)
        if lock is not None:
            self._write(left)
        return lock

    def of(self, device: Any) -> DeviceLock | None:
        """Return the lock that holds a device: its own, one of what it is a part of, or of what it would move.

        Parameters
        ----------
        device : device
            What shall move.
        """
        locks = self.all()
        if not locks:
            return None
        return next((locks[name] for name in _names(device) if name in locks), None)

    def refuse(self, device: Any) -> None:
        """Raise where a device is locked.

        Parameters
        ----------
        device : device
            What shall move.

        Raises
        ------
        DeviceError
            It is locked; says by whom and why.
        """
        lock = self.of(device)
        if lock is None:
            return
        other = "" if lock.name == device.name else f"{device.name} cannot move: "
        raise DeviceError(f"{other}{lock.name} is {lock}", hint=f"unlock {lock.name} lets it move again")

    def guarded(self, plan: MsgGenerator) -> MsgGenerator:
        """Return a plan that is refused where it moves a locked device; the plan itself where nothing is locked.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        with suppress(StoreError):  # said at the pre-flight
            if not self.all():
                return plan
        from bsh.preprocessors import msg_mutator

        def judged(msg: Msg) -> Msg:
            if msg.command == "set":
                self.refuse(msg.obj)
            return msg

        found: MsgGenerator = msg_mutator(plan, judged)
        return found

    def _write(self, locks: Mapping[str, DeviceLock]) -> None:
        self._kept.write([asdict(lock) for lock in locks.values()])


def _names(device: Any) -> Iterator[str]:
    """Yield the names of a device, of its ancestors, and of the real axes behind a pseudo one."""
    each = device
    while each is not None:
        yield str(each.name)
        real = getattr(each, "real_positioners", None) if hasattr(type(each), "inverse") else None
        yield from (str(axis.name) for axis in real or ())
        each = getattr(each, "parent", None)
