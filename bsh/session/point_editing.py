"""Changing the scan that runs, point by point: leave one out, take one again, end earlier, count for longer.

Owns what was asked for, and the messages that are sent in place of the plan's. A point begins at a checkpoint and ends
at the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bsh.errors import CommandError, RequestStop
from bsh.msg import Msg, MsgGenerator, ensure_generator
from bsh.plan_patterns.messages import CHECKPOINT, DROP
from bsh.plans.count_times import counting_signals, set_all

__all__ = ["OTHER_POINTS", "PointEditing"]

OTHER_POINTS = "other points than planned: "
"""Begins the note in the record of a scan whose points are not those of its line."""

LONGEST_POINT = 2000
"""A point of more messages than this cannot be taken again: the plan has no checkpoints."""

MAIN_STREAM = "primary"


class PointEditing:
    """A preprocessor of plans whose points can be changed while they run.

    Requests come from the person at the terminal; they are carried out on the engine's thread, between two points.

    Parameters
    ----------
    tell : callable
        Takes a text, and how many points there will be, None where that is not known.
    count_times : mapping
        The profile's key ``count_time``.
    """

    def __init__(self, tell: Callable[[str, int | None], None], count_times: Mapping[str, str]) -> None:
        self._tell = tell
        self._count_times = count_times
        self._scan: _Scan | None = None

    def __call__(self, plan: MsgGenerator) -> MsgGenerator:
        """Return the plan with its points open to changes.

        Parameters
        ----------
        plan : generator of Msg
            What the engine is about to run.
        """
        scan = _Scan(self._tell, self._count_times)
        outer, self._scan = self._scan, scan
        try:
            return (yield from scan.messages(plan))
        finally:
            self._scan = outer

    def skip(self) -> str:
        """Leave out the point under way, or the next one between two points; return what will be done."""
        scan = self._running("skip")
        scan.skips += 1
        if scan.is_taking:
            return f"point {scan.taken} is left out"
        return (
            f"the next point is left out ({scan.skips} to leave out)"
            if scan.skips > 1
            else "the next point is left out"
        )

    def repeat(self) -> str:
        """Take the last point once more before the next one; return what will be done."""
        scan = self._running("repeat")
        point = scan.last_point()
        if point is None:
            raise CommandError(
                "repeat: there is no point yet that could be taken again", hint="skip leaves the next one out"
            )
        scan.repeats.append(point)
        return f"point {scan.taken - 1} is taken again"

    def shorten(self, points: int) -> str:
        """Let the scan end once it has so many points; return what will be done.

        Parameters
        ----------
        points : int
            How many it shall have.
        """
        scan = self._running("shorten")
        planned = scan.planned
        if planned is not None and points > planned:
            raise CommandError(
                f"shorten: the scan has {planned} points only", hint="extend N adds points once it has ended"
            )
        scan.end_after, scan.planned = points, max(points, scan.taken)
        self._tell("", scan.planned)
        if points <= scan.taken:
            return f"the scan ends before the next point, with {scan.taken} points"
        return f"the scan ends after {points} points"

    def count_for(self, seconds: float) -> str:
        """Count for another time from the next point on; return what will be done.

        Parameters
        ----------
        seconds : float
            Counting time.
        """
        scan = self._running("counttime")
        if scan.counts_to_monitor:
            raise CommandError("counttime: this scan counts until its monitor has seen enough")
        if scan.counters and not scan.count_signals(seconds):
            names = ", ".join(str(counter.name) for counter in scan.counters)
            raise CommandError(f"counttime: none of its counters has a counting time ({names})")
        scan.seconds = seconds
        return f"counting {seconds:g} s from the next point on"

    def _running(self, name: str) -> _Scan:
        scan = self._scan
        if scan is None or not scan.is_open:
            raise CommandError(f"{name}: no scan is running", hint="it changes a scan that runs or is paused")
        return scan


class _Scan:
    """The plan under way: what was asked of it, and what is sent for it."""

    def __init__(self, tell: Callable[[str, int | None], None], count_times: Mapping[str, str]) -> None:
        self._tell = tell
        self._count_times = count_times
        # asked for
        self.skips = 0
        self.repeats: list[_Point] = []
        self.end_after: int | None = None
        self.seconds: float | None = None
        # known
        self.is_open = False
        self.taken = 0
        self.planned: int | None = None
        self.counts_to_monitor = False
        self._sent: dict[Any, Msg] = {}
        self._point: list[Msg] = []
        self._last: _Point | None = None
        self._stream = ""
        self._is_saved = False
        self._is_skipping = False
        self._has_bundle = False
        self._before: dict[Any, Any] = {}
        self._ending: RequestStop | None = None

    @property
    def is_taking(self) -> bool:
        """Whether a point was begun and is not saved yet."""
        return len(self._point) > 1 and not self._is_saved

    @property
    def counters(self) -> list[Any]:
        """What was triggered at the last point, or is at the first one."""
        last = self._last.messages if self._last is not None else ()
        return list(dict.fromkeys(msg.obj for msg in (*last, *self._point) if msg.command == "trigger"))

    def last_point(self) -> _Point | None:
        """Return the point that was taken last."""
        return self._point_so_far() if self._is_saved else self._last

    def count_signals(self, seconds: float) -> list[tuple[Any, float]]:
        """Return what has to be set for a counting time."""
        return counting_signals(self.counters, seconds, self._count_times)

    def messages(self, plan: MsgGenerator) -> MsgGenerator:
        """Run the plan."""
        answer: Any = None
        error: BaseException | None = None
        while True:
            try:
                msg = plan.send(answer) if error is None else plan.throw(error)
            except StopIteration as end:
                yield from self._put_back()
                return end.value
            except RequestStop as leaving:
                yield from self._put_back()
                if leaving is self._ending:
                    return None
                raise
            except Exception:
                yield from self._put_back()
                raise
            error = answer = None
            command = msg.command
            try:
                if command not in _LOOKED_AT and not (self.skips or self._is_skipping):
                    if command == "set":
                        self._sent[msg.obj] = msg
                    if len(self._point) <= LONGEST_POINT:
                        self._point.append(msg)
                    answer = yield msg
                    continue
                if command == "close_run" and self.is_open and self._ending is None:
                    yield from self._between_points()  # the last point has no checkpoint after it
                for sent in self._in_place_of(msg):
                    answer = yield sent
                if command == "checkpoint" and self.is_open:
                    yield from self._between_points()
                    error = self._end()
            except GeneratorExit:
                plan.close()
                raise
            except BaseException as thrown:
                error = thrown

    # -- one message -------------------------------------------------------------------------------

    def _in_place_of(self, msg: Msg) -> tuple[Msg, ...]:
        """Return what to send; the answer to the last of it is the answer to the message."""
        command = msg.command
        if command == "set":
            self._sent[msg.obj] = msg
        elif command == "open_run":
            self._opened(msg)
        elif command == "close_run":
            self.is_open = False
            if self._ending is not None:
                return (msg._replace(kwargs={**msg.kwargs, "reason": str(self._ending)}),)
        if not self.is_open:
            return (msg,)
        if command == "checkpoint":
            self._pass_checkpoint()
        if len(self._point) <= LONGEST_POINT:
            self._point.append(msg)
        return self._of_a_point(msg)

    def _of_a_point(self, msg: Msg) -> tuple[Msg, ...]:
        command = msg.command
        if self.skips and not self._is_skipping and not self._is_saved and command in _OF_A_POINT:
            self.skips -= 1
            self._is_skipping = True
            self._plan(-1)
            self._tell(f"point {self.taken} is left out", self.planned)
        if command == "create":
            self._stream = msg.kwargs.get("name") or (msg.args[0] if msg.args else MAIN_STREAM)
            self._has_bundle = not self._is_skipping
        if self._is_skipping and command in _NOT_OF_A_SKIPPED_POINT:
            is_end_of_bundle = command in ("save", "drop") and self._has_bundle
            self._has_bundle = self._has_bundle and not is_end_of_bundle
            return (DROP,) if is_end_of_bundle else ()
        if command == "save" and self._stream == MAIN_STREAM:
            self.taken += 1
            self._is_saved = True
        return (msg,)

    def _plan(self, more: int) -> None:
        """Count points more or fewer than planned; a number that was asked for stays."""
        if self.planned is not None and self.end_after is None:
            self.planned += more

    def _opened(self, msg: Msg) -> None:
        planned, seconds = msg.kwargs.get("num_points"), msg.kwargs.get("count_time")
        self.planned = planned if isinstance(planned, int) and planned > 0 else None
        self.counts_to_monitor = isinstance(seconds, int | float) and seconds < 0
        self.is_open, self.taken, self.end_after = True, 0, None
        self._point, self._last = [], None
        self._is_saved = self._is_skipping = False

    def _pass_checkpoint(self) -> None:
        if self._is_saved:
            self._last = self._point_so_far()
        self._point, self._is_saved, self._is_skipping = [], False, False

    def _point_so_far(self) -> _Point | None:
        if len(self._point) > LONGEST_POINT:
            return None
        return _Point(self._point, dict(self._sent))

    # -- between two points ------------------------------------------------------------------------

    def _between_points(self) -> MsgGenerator:
        while self.repeats:
            point = self.repeats.pop(0)
            self._plan(+1)
            self._tell("the last point is taken again", self.planned)
            there = self._moved(point.sent, self._sent)
            back = self._moved(self._sent, point.sent)
            again = (msg for msg in point.messages if msg.command != "checkpoint")
            yield from ensure_generator([*there, *again, *back, CHECKPOINT])
            self.taken += 1
        if self.seconds is not None and self.counters:
            seconds, self.seconds = self.seconds, None
            yield from self._count(seconds)

    @staticmethod
    def _moved(wanted: Mapping[Any, Msg], now: Mapping[Any, Msg]) -> list[Msg]:
        """Return what sends axes to where a point had them."""
        return set_all([(obj, msg.args[0]) for obj, msg in wanted.items() if now.get(obj) is not msg])

    def _count(self, seconds: float) -> MsgGenerator:
        from bsh.plan_stubs import rd

        signals = self.count_signals(seconds)
        for signal, _ in signals:
            if signal not in self._sent and signal not in self._before:  # else the plan puts it back itself
                self._before[signal] = yield from rd(signal, default_value=None)
        yield from ensure_generator([*set_all(signals), CHECKPOINT])
        self._tell(f"counting {seconds:g} s from here on", self.planned)

    def _put_back(self) -> MsgGenerator:
        before, self._before = self._before, {}
        yield from ensure_generator(
            set_all([(signal, value) for signal, value in before.items() if value is not None])
        )

    def _end(self) -> RequestStop | None:
        """Return what ends the plan where it has all points that it shall have."""
        if self.end_after is None or self.taken < self.end_after or self._ending is not None:
            return None
        self._ending = RequestStop(f"shortened to {self.taken} points")
        return self._ending


class _Point:
    """A point that was taken.

    Parameters
    ----------
    messages : list of Msg
        From its checkpoint to the next one.
    sent : dict
        For each device that the plan had set until then the last such message.
    """

    __slots__ = ("messages", "sent")

    def __init__(self, messages: list[Msg], sent: dict[Any, Msg]) -> None:
        self.messages = messages
        self.sent = sent


_LOOKED_AT = frozenset({"checkpoint", "close_run", "create", "open_run", "save"})
"""All others are sent as they are, unless points are left out; every message of a scan passes here."""

_OF_A_POINT = frozenset({"create", "save", "set", "trigger"})
_NOT_OF_A_SKIPPED_POINT = frozenset({"create", "drop", "save", "sleep", "trigger"})
"""Moves are made all the same: later points may count on them."""
