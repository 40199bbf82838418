"""``_`` after a scan is the scan, as it is the value after an expression."""

from __future__ import annotations

from typing import Any

from bsh.session import Session

__all__ = ["LastScan"]

NAMES = ("_", "__", "___")


class LastScan:
    """Offers the last scan of each line as ``_``, unless the line has a value of its own.

    Parameters
    ----------
    ip : InteractiveShell
        Whose names they are.
    session : Session
        Whose scans.
    """

    def __init__(self, ip: Any, session: Session) -> None:
        self._ip = ip
        self._session = session
        self._uid = ""
        session.RE.subscribe(self._note, "stop")
        ip.events.register("post_run_cell", self._offer)

    def _note(self, name: str, doc: Any) -> None:
        self._uid = doc["run_start"]

    def _offer(self, result: Any) -> None:
        uid, self._uid = self._uid, ""
        hook, names = self._ip.displayhook, self._ip.user_ns
        is_free = all(
            names.get(name) is getattr(hook, name) for name in NAMES
        )  # somebody may call something _
        if uid and result.result is None and is_free:
            hook.___, hook.__, hook._ = hook.__, hook._, self._session.namespace["scans"][uid]
            self._ip.push({name: getattr(hook, name) for name in NAMES}, interactive=False)
