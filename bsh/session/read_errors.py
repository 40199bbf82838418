"""Devices whose failure to read costs their value, not the scan: the profile's ``on_read_error: {diode: nan}``.

Owns what stands in for the value, and what people are told. A reading that fails is tried once more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any

from bsh.devices.traversal import ancestry
from bsh.errors import RunEngineControlException
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.mutation import relayed

__all__ = ["ReadErrors"]

STAND_INS: Mapping[str, Any] = {"number": math.nan, "integer": math.nan, "string": "", "boolean": None}
"""What stands for a value that is not known, by the kind of data."""

MOST_TOLD = 3


class ReadErrors:
    """Reads devices for an engine; of those that are listed a failure is a value that is not known.

    Parameters
    ----------
    actions : mapping of str to str
        The profile's key ``on_read_error``.
    tell : callable
        Takes a line for people.
    began : callable
        The engine's ``action_guard`` so far.
    """

    def __init__(
        self, actions: Mapping[str, str], tell: Callable[[str], None], began: Callable[..., Any]
    ) -> None:
        self._names = {name for name, action in actions.items() if action == "nan"}
        self._tell = tell
        self._began = began
        self._failed: dict[Any, str] = {}
        self._keys: dict[Any, Mapping[str, Any]] = {}
        self._times: dict[str, int] = {}

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Be a preprocessor of plans: a trigger that raises is forgotten, and devices are read one by one.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        self._times.clear()
        self._failed.clear()
        return (yield from relayed(plan, self._sent))

    def _sent(self, msg: Msg) -> MsgGenerator:
        try:
            if msg.command == "read_together" and any(self._is_listed(obj) for obj in msg.args):
                return (yield from self._one_by_one(msg))
            return (yield msg)
        except Exception as error:
            if msg.command != "trigger" or not self._spares(msg.obj, error):
                raise
            self._failed[msg.obj] = _words(error)
            return None

    def read(self, obj: Any, read: Callable[[], Any]) -> Any:
        """Return a device's reading; be the engine's ``read_guard``.

        Parameters
        ----------
        obj : device
            Any.
        read : callable
            Reads it; the result may have to be awaited.
        """
        if not self._is_listed(obj):
            return read()
        reason = self._failed.pop(obj, None)
        if reason is not None:
            return self._unknown(obj, reason, None)
        try:
            reading = read()
        except Exception as error:
            return self._again(obj, read, error)
        if isawaitable(reading):
            return self._awaited(obj, read, reading)
        self._note(obj, obj.describe)
        return reading

    def began(self, obj: Any, command: str, status: Any) -> Any:
        """Return the status of an action; that of a listed device's trigger does not fail.

        Parameters
        ----------
        obj : device
            Any.
        command : str
            The message.
        status : Status
            Of the device.
        """
        status = self._began(obj, command, status)
        if command != "trigger" or not self._is_listed(obj):
            return status
        from bsh.devices.status import Status

        outcome = Status(obj=obj)

        def end(ended: Any) -> None:
            if not ended.success:
                self._failed[obj] = _words(ended.exception(timeout=0))
            outcome.set_finished()

        status.add_callback(end)
        return outcome

    def _one_by_one(self, msg: Msg) -> MsgGenerator:
        found: dict[str, Any] = {}
        for obj in msg.args:
            found.update((yield Msg("read", obj, run=msg.run)) or {})
        return found

    def _again(self, obj: Any, read: Callable[[], Any], error: Exception) -> Any:
        try:
            reading = read()
        except Exception:
            return self._unknown(obj, _words(error), error)
        self._say(obj, f"was read at the second try: {_words(error)}")
        return reading

    async def _awaited(self, obj: Any, read: Callable[[], Any], reading: Any) -> Any:
        try:
            found = await reading
        except Exception as error:
            try:
                found = await read()
            except Exception:
                return self._unknown(obj, _words(error), error)
        if obj not in self._keys:
            self._keys[obj] = await obj.describe()
        return found

    def _note(self, obj: Any, describe: Callable[[], Any]) -> None:
        if obj not in self._keys:
            self._keys[obj] = describe()

    def _unknown(self, obj: Any, reason: str, error: Exception | None) -> dict[str, Any]:
        try:
            self._note(obj, obj.describe)
        except Exception:  # nobody knows what it would have told
            raise (error or OSError(f"{obj.name} cannot be read: {reason}")) from None
        self._say(obj, f"cannot be read ({reason}): its values are not known, NaN stands for them")
        now = time.time()
        return {key: {"value": _stand_in(told), "timestamp": now} for key, told in self._keys[obj].items()}

    def _is_listed(self, obj: Any) -> bool:
        return any(getattr(each, "name", None) in self._names for each in ancestry(obj))

    def _spares(self, obj: Any, error: BaseException) -> bool:
        is_about_it = isinstance(error, Exception) and not isinstance(error, RunEngineControlException)
        return is_about_it and self._is_listed(obj)

    def _say(self, obj: Any, text: str) -> None:
        times = self._times[obj.name] = self._times.get(obj.name, 0) + 1
        if times <= MOST_TOLD:
            more = "; from here on this is not told again" if times == MOST_TOLD else ""
            self._tell(f"WARNING {obj.name} {text}{more}")


def _stand_in(told: Mapping[str, Any]) -> Any:
    shape = told.get("shape") or ()
    if not shape:
        return STAND_INS.get(str(told.get("dtype")), math.nan)
    import numpy as np

    return np.full([max(0, int(size or 0)) for size in shape], np.nan)


def _words(error: BaseException | None) -> str:
    return " ".join(str(error).split()) or type(error).__name__
