"""Which process wrote a run, and whether it still exists.

Owns the identity of a process as text (host, boot, process namespace, pid, start time) and the question
whether a process with that identity is alive. Reads ``/proc`` where there is one.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

__all__ = ["is_alive", "this_process"]

_SEPARATOR = "|"


def this_process() -> str:
    """Return the identity of the present process, as text to be stored with what it writes."""
    return _SEPARATOR.join([*_place(), str(os.getpid()), _start_time(os.getpid())])


def is_alive(identity: str) -> bool | None:
    """Return whether the process that gave itself this identity still exists.

    Parameters
    ----------
    identity : str
        A text that :func:`this_process` returned, perhaps in another process.

    Returns
    -------
    bool or None
        None if that cannot be seen from here: it ran on another host or in another container.
    """
    try:
        host, boot, namespace, pid_text, started = identity.split(_SEPARATOR)
        pid = int(pid_text)
    except ValueError:
        return False
    here = _place()
    if (host, namespace) != (here[0], here[2]):
        return None
    if boot != here[1] or not _exists(pid):
        return False
    return started == _start_time(pid)


@cache
def _place() -> tuple[str, str, str]:
    """Return host name, boot id and process namespace."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return os.uname().nodename.replace(_SEPARATOR, "_"), _read("/proc/sys/kernel/random/boot_id"), namespace


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's process; the start time tells whether it is the one
    return True


def _start_time(pid: int) -> str:
    """Return when the process started, in clock ticks after boot; empty where there is no /proc.

    Field 22 of ``/proc/PID/stat``; the second field may hold spaces and brackets, the third is the state.
    """
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    has_ended = len(fields) < 20 or fields[0] in "ZX"  # dead, only not yet waited for by its parent
    return "" if has_ended else fields[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""
