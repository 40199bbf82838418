"""Looks after every move of a plan whether the axis is where it was sent.

A status that ends well is not enough: an axis that lost steps, or was stopped by its own limit switch, says the same.
Owns the comparison and what the profile wants done about it; and says which axes go back when a plan is ended early.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bsh.commands.axes import near_enough
from bsh.errors import DeviceError, RunEngineControlException
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns.relative import is_return

if TYPE_CHECKING:
    from bsh.profile import MissedTarget

__all__ = ["Arrivals"]

LOOK_AGAIN_S = 0.1
"""A readback may be a moment behind; it is looked at once more after so many seconds."""

MOST_TOLD = 5


class Arrivals:
    """A preprocessor of plans that looks whether axes arrive.

    Parameters
    ----------
    wanted : MissedTarget
        The profile's key ``on_missed_target``.
    tell : callable
        Takes the text of a warning.

    Attributes
    ----------
    is_told_by_summary : bool
        Whether the command under way says itself where its axes ended.
    """

    def __init__(self, wanted: MissedTarget, tell: Callable[[str], None]) -> None:
        self._action = wanted.action
        self._tolerances: Mapping[str, float] = wanted.tolerance
        self._tell = tell
        self._told = 0
        self.is_told_by_summary = False

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Return the plan with a look after each wait.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        self._told = 0
        sent: dict[Any, tuple[float, Any]] = {}
        answer: Any = None
        error: BaseException | None = None
        is_ended_early = False
        while True:
            try:
                msg = plan.send(answer) if error is None else plan.throw(error)
            except StopIteration as end:
                return end.value
            error = None
            name = msg.command
            if name == "set":
                target = msg.args[0] if len(msg.args) == 1 else None
                if isinstance(target, int | float) and hasattr(type(msg.obj), "position"):
                    sent[msg.obj] = (target, msg.kwargs.get("group"))
                    if is_ended_early and is_return(msg) and self._is_off(msg.obj, target):
                        self._tell(f"returning {msg.obj.name} → {_place(msg.obj, target)}; ^C leaves it")
            try:
                answer = yield msg
                if sent and name == "wait":
                    yield from self._look(sent, _group(msg))
            except GeneratorExit:
                plan.close()
                raise
            except BaseException as thrown:
                error = thrown
                sent.clear()
                is_ended_early = is_ended_early or isinstance(thrown, RunEngineControlException)

    def _look(self, sent: dict[Any, tuple[float, Any]], group: Any) -> MsgGenerator:
        arrived = {axis: target for axis, (target, of) in sent.items() if of == group}
        for axis in arrived:
            del sent[axis]
        missed = {axis: target for axis, target in arrived.items() if self._is_off(axis, target)}
        if not missed:
            return None
        yield Msg("sleep", None, LOOK_AGAIN_S)
        missed = {axis: target for axis, target in missed.items() if self._is_off(axis, target)}
        if not missed:
            return None
        texts = [_text(axis, target) for axis, target in missed.items()]
        if self._action == "fail":
            names = ", ".join(axis.name for axis in missed)
            raise DeviceError(
                "; ".join(texts),
                hint=f"see what keeps {names} from going there; on_missed_target: warn goes on",
            )
        if self._action == "pause":
            self._tell(f"WARNING {'; '.join(texts)}: paused; resume sends it there again")
            yield Msg("pause", None, defer=False)
        elif not self.is_told_by_summary:
            self._warn(texts)
        return None

    def _warn(self, texts: list[str]) -> None:
        for text in texts:
            self._told += 1
            if self._told <= MOST_TOLD:
                more = "; from here on this is not told again" if self._told == MOST_TOLD else ""
                self._tell(f"WARNING {text}{more}")

    def _is_off(self, axis: Any, target: float) -> bool:
        try:
            position = axis.position
            if isinstance(position, bool) or not isinstance(position, int | float):
                return False
            return abs(position - target) > near_enough(axis, self._tolerances) * (1 + 1e-9)
        except Exception:  # a device that cannot say where it is fails with its own words when it is read
            return False


def _group(msg: Msg) -> Any:
    return msg.kwargs["group"] if "group" in msg.kwargs else (msg.args[0] if msg.args else None)


def _text(axis: Any, target: float) -> str:
    return f"{axis.name} is at {_place(axis, axis.position)}, asked for {_place(axis, target, units=False)}"


def _place(axis: Any, place: float, *, units: bool = True) -> str:
    from bsh.commands.columns import format_value
    from bsh.commands.values import precision_of, units_of

    text = format_value(float(place), precision_of(axis))
    return f"{text} {units_of(axis) or ''}".rstrip() if units else text
