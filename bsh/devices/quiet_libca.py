"""Keeps what libca writes to standard error, at the level of C, and what pyepics warns of, off the screen.

Owns everything that is done to libca for that, once, when it is loaded; and the hook that sees it come, whoever imports it:
a profile's class, a start-up script, somebody at the prompt.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

__all__ = ["ENVIRONMENT_DEFAULTS", "quieten_libca", "watch_imports"]

ENVIRONMENT_DEFAULTS = {
    # libca notices a lost IOC after this many seconds; its own default of 30 is half a minute of old values
    "EPICS_CA_CONN_TMO": "2",
    "EPICS_CA_MAX_ARRAY_BYTES": "10000000",
}
"""Set before libca is loaded, which reads its environment once; what the user has set wins."""

WATCHED = ("ophyd", "epics")
BLOCK = b"CA.Client.Exception"
END_OF_BLOCK = b"......"

_lock = Lock()
_is_quiet = False
_is_watching = False


def quieten_libca(ca: Any) -> None:
    """Take the complaints of libca and pyepics off standard error; cheap when called again.

    Parameters
    ----------
    ca : module
        ``epics.ca``.
    """
    global _is_quiet
    with _lock:
        if _is_quiet:
            return
        from bsh.devices.access_rights import tell_rights_with_connections
        from bsh.devices.guard.put_outcomes import put_outcomes

        with _without_complaints():
            ca.replace_printf_handler(None)
            # And what it says by the log of EPICS, such as "Unexpected problem with CA circuit".
            if hasattr(ca.libca, "eltc"):
                ca.libca.eltc(0)
            _begin_without_repeater(ca)
        ca.warnings = _WarningsToLog()
        put_outcomes.listen(ca)
        tell_rights_with_connections(ca)
        # At exit pyepics would close libca while ophyd's finalizers still clear channels: a crash.
        # The operating system closes the sockets just as well.
        ca.AUTO_CLEANUP = False
        atexit.unregister(ca.finalize_libca)
        _is_quiet = True


class _WarningsToLog:
    """Stands for the module ``warnings`` in pyepics, which warns of what whoever asked is told anyway.

    A filter would not do: it is forgotten wherever warnings are collected.
    """

    @staticmethod
    def warn(message: str, *args: Any, **kwargs: Any) -> None:
        """Log what would be a warning."""
        import logging

        logging.getLogger("bsh.devices.epics").debug(message)


def watch_imports() -> None:
    """From now on, quieten libca as soon as anybody imports ophyd or pyepics; cheap when called again."""
    global _is_watching
    if not _is_watching:
        _is_watching = True
        sys.meta_path.insert(0, _Watch())


class _Watch:
    """Finds nothing by itself; has the modules of others looked after when they are loaded."""

    def __init__(self) -> None:
        self._finding: set[str] = set()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Return how to load one of the watched modules; None for all others."""
        if fullname not in WATCHED or fullname in self._finding:
            return None
        from importlib.util import find_spec

        self._finding.add(fullname)
        try:
            spec = find_spec(fullname)
        finally:
            self._finding.discard(fullname)
        loader = spec.loader if spec is not None else None
        if loader is None or not hasattr(loader, "exec_module"):
            return spec
        for name, value in ENVIRONMENT_DEFAULTS.items():
            os.environ.setdefault(name, value)
        load = loader.exec_module

        def load_quietly(module: Any) -> None:
            load(module)
            is_part_of_ophyd = fullname == "epics" and "ophyd" in sys.modules
            if not is_part_of_ophyd and _is_used(module):
                quieten_libca(sys.modules["epics.ca"])

        loader.exec_module = load_quietly  # type: ignore[method-assign]  # of this one loader
        return spec


def _is_used(module: Any) -> bool:
    """Whether what was loaded is about to use libca: pyepics, or ophyd where it has chosen it."""
    layer = getattr(module, "get_cl", None)
    return layer is None or layer().name == "pyepics"


@contextmanager
def _without_complaints() -> Iterator[None]:
    """Hold standard error back, and let everything through afterwards but what libca complained of."""
    try:
        screen = os.dup(2)
    except OSError:  # there is none
        yield
        return
    from tempfile import TemporaryFile

    with TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(screen, 2)
            held.seek(0)
            for line in _other_lines(held.read()):
                os.write(screen, line)
            os.close(screen)


def _other_lines(text: bytes) -> Iterator[bytes]:
    is_complaint = False
    for line in text.splitlines(keepends=True):
        if line.startswith(BLOCK):
            is_complaint = True
        elif is_complaint:
            is_complaint = not line.startswith(END_OF_BLOCK)
        else:
            yield line


def _begin_without_repeater(ca: Any) -> None:
    """Have libca begin without trying to run ``caRepeater`` where there is none.

    It forks to do so, and the child complains in four lines on standard error, in the middle of the screen. It tries when
    the first channel is made, and only if nobody has the repeater's port: so this has it for that moment.
    """
    import shutil
    import socket

    if shutil.which("caRepeater") is not None:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as repeater:
        try:
            repeater.bind(("", int(os.environ.get("EPICS_CA_REPEATER_PORT", "5065"))))
        except (OSError, ValueError):  # there is a repeater
            return
        ca.clear_channel(ca.create_channel("bsh:first:channel", connect=False))
