"""Moving by keys: ``tw``."""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

from bsh.commands import (
    CommandSession,
    command,
    position_of,
    precision_of,
    resting_place,
    units_of,
)
from bsh.commands.argument_types import CountTimeType, PairsType
from bsh.commands.columns import align, format_count, format_value
from bsh.commands.reports import AxisMove, MoveSummary
from bsh.errors import BshError, CommandError, RunEngineInterrupted
from bsh_magics.counting import active_counters
from bsh_magics.in_place import in_place

if TYPE_CHECKING:
    from bsh.display.in_place import InPlace

__all__ = ["COMMANDS", "tw"]

KEYS = (
    "← → move  ↑ ↓ motor  + - step x2 /2  digits or g go there  b back",
    "space count  m count and keep the line  q leave  Ctrl+C stop",
)
ARROWS = {"\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "n", "\x1b[D": "p"}
ARROWS |= {sequence.replace("[", "O"): key for sequence, key in ARROWS.items()}  # as some terminals send them
STEPS = {"+": 2.0, "*": 2.0, "-": 0.5, "/": 0.5}
DIGITS = frozenset("0123456789.")
ESCAPE_S = 0.05
"""How long the rest of an arrow key may take to come through a slow line, in seconds."""
COUNT_S = 1.0
REMEMBERED = 30
"""Counts that are drawn against the position."""


class Steps(PairsType):
    """Pairs of a motor and its step."""

    def placeholder(self, name: str) -> str:
        """Return ``motor step [motor step...]``."""
        return "motor step [motor step...]"


@command(
    group="move",
    examples=["tw {motor} 0.1", "tw {motor} 0.1 {motor2} 0.05", "tw {motor} 0.1 0.5"],
    interrupt="stop",
)
def tw(
    session: CommandSession,
    steps: Annotated[Sequence[tuple[Any, Any]], Steps()],
    seconds: Annotated[float | None, CountTimeType()] = None,
) -> MoveSummary:
    """Move motors in steps by keys, and count; with a time also after each move.

    Left and right arrow (or p and n) move, + and - double and halve the step, up and down choose the motor, digits
    and Enter go to a position, g and a number also to a negative one, b goes back to the start. Space counts, m
    counts and leaves the line on the screen; what was counted is drawn against the position. q, Esc or Enter leaves.
    Ctrl+C stops the motor; when none moves it leaves. All of it is one step for undo.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("tw needs a terminal", hint="in scripts: mvr motor distance")
    return _Tweak(session, steps, seconds).run()


class _Tweak:
    """One session of keys."""

    def __init__(
        self, session: CommandSession, steps: Sequence[tuple[Any, float]], seconds: float | None
    ) -> None:
        self._session = session
        self._axes = [motor for motor, _ in steps]
        self._steps = [abs(float(step)) for _, step in steps]
        if not all(self._steps):
            raise CommandError("tw: a step of 0 moves nothing", hint="give a step in the motor's units")
        self._starts = [float(resting_place(motor)) for motor in self._axes]
        self._seconds = seconds
        self._counted = [_Counted() for _ in self._axes]
        self._moving_s = 0.0
        self._at = 0
        self._note = ""
        self._typed: str | None = None
        self._pressed: list[str] = []

    @property
    def _motor(self) -> Any:
        return self._axes[self._at]

    def run(self) -> MoveSummary:
        """Obey keys until one of them leaves."""
        from bsh.shell.keys import KeyReader, single_keys

        keys = KeyReader()
        with (
            single_keys(sys.stdin.fileno()),
            in_place(self._session, self._lines, self._press_meanwhile) as screen,
        ):
            try:
                screen.draw()
                while self._obey(self._next_key(keys), screen):
                    screen.draw()
            except KeyboardInterrupt:
                pass
        return MoveSummary(
            tuple(
                AxisMove(axis.name, start, start, position_of(axis), units_of(axis), precision_of(axis))
                for axis, start in zip(self._axes, self._starts)
            ),
            self._moving_s,
        )

    # -- keys --------------------------------------------------------------------------------------

    def _next_key(self, keys: Any) -> str:
        if not self._pressed:
            typed = keys.read("") or "q"
            if typed == "\x1b":
                select.select([sys.stdin.fileno()], [], [], ESCAPE_S)
                typed += keys.pending()
            self._pressed = _keys(typed)
        return self._pressed.pop(0) if self._pressed else ""

    def _press_meanwhile(self, typed: str) -> str:
        """Keep keys for after the move; of one that is held down only one, so that nothing runs on after it."""
        for key in _keys(typed):
            if self._pressed[-1:] != [key] or key in DIGITS:
                self._pressed.append(key)
        return ""

    def _obey(self, key: str, screen: InPlace) -> bool:
        """Do what a key says; return whether to go on."""
        if self._typed is not None or key in DIGITS or key == "g":
            self._take_digit(key)
            return True
        self._note = ""
        if key in ("q", "\r", "\n", "\x04", "\x1b"):
            return False
        if key in ("n", "p"):
            step = self._steps[self._at]
            self._go(float(resting_place(self._motor)) + (step if key == "n" else -step))
        elif key in STEPS:
            self._steps[self._at] *= STEPS[key]
        elif key in ("up", "down"):
            self._at = (self._at + (1 if key == "down" else -1)) % len(self._axes)
        elif key in (" ", "c", "m"):
            self._count()
            if key == "m" and not self._note:
                screen.keep([f"{self._place()}  {self._counted[self._at].last}"])
        elif key == "b":
            self._go(self._starts[self._at])
        return True

    def _take_digit(self, key: str) -> None:
        """Go on with the position that is being typed; Enter goes there, Esc forgets it."""
        self._note = ""
        typed = self._typed or ""
        if key in ("\r", "\n"):
            self._typed = None
            try:
                self._go(float(typed))
            except ValueError:
                self._note = f"{typed} is not a number" if typed else ""
        elif key in ("\x7f", "\x08"):
            self._typed = typed[:-1] or None
        elif key in DIGITS or key in ("-", "e"):
            self._typed = typed + key
        elif key == "g":
            self._typed = ""
        else:
            self._typed = None

    # -- what they do ------------------------------------------------------------------------------

    def _go(self, target: float) -> None:
        from bsh.plan_stubs import mv

        motor, began = self._motor, monotonic()
        has_arrived = self._run(lambda: mv(motor, target), f"tw {motor.name}") is not None
        self._moving_s += monotonic() - began
        if has_arrived and self._seconds is not None:
            self._count()

    def _count(self) -> None:
        from bsh.plans import spec

        times = self._session.profile.count_time
        try:
            devices = active_counters(self._session, ())
        except CommandError as error:
            self._note = error.message
            return
        readings = self._run(lambda: spec.ct(devices, self._seconds or COUNT_S, count_time=times), "tw count")
        if isinstance(readings, Mapping):
            values = {key: reading["value"] for key, reading in readings.items()}
            self._counted[self._at].take(float(position_of(self._motor)), values)

    def _run(self, factory: Any, name: str) -> Any:
        """Run a plan; return what it returned, None where it did not come to its end."""
        try:
            result = self._session.execute(factory, command=name, interrupt="stop")
        except BshError as error:
            self._note = error.message
        except RunEngineInterrupted:
            self._note = "stopped"
            self._pressed.clear()
        else:
            return () if result is None else result
        return None

    # -- what is shown -----------------------------------------------------------------------------

    def _lines(self) -> list[str]:
        rows = []
        for index, axis in enumerate(self._axes):
            mark = "" if len(self._axes) == 1 else ">" if index == self._at else " "
            step = format_value(self._steps[index], precision_of(axis))
            rows.append([mark + self._place(index), f"step {step}", self._counted[index].last])
        lines = align(rows, left=(0, 1, 2))
        if self._typed is not None:
            lines.append(f"go to {self._typed}_")
        trace = self._counted[self._at].drawn(precision_of(self._motor))
        return [*lines, *([trace] if trace else ()), *([self._note] if self._note else ()), *KEYS]

    def _place(self, index: int | None = None) -> str:
        axis = self._axes[self._at if index is None else index]
        return f"{axis.name} {format_value(position_of(axis), precision_of(axis))} {units_of(axis)}".rstrip()


class _Counted:
    """What was counted at the places of one axis; the first counter is drawn."""

    def __init__(self) -> None:
        self._name = ""
        self._points: dict[float, float] = {}
        self.last = ""

    def take(self, place: float, values: Mapping[str, Any]) -> None:
        """Remember a count; at a place that was counted before it replaces the former one."""
        self.last = "  ".join(f"{key} {format_count(value)}" for key, value in list(values.items())[:3])
        numbers = {key: float(value) for key, value in values.items() if isinstance(value, int | float)}
        if not numbers:
            return
        name = self._name if self._name in numbers else next(iter(numbers))
        if name != self._name:
            self._name, self._points = name, {}
        self._points.pop(place, None)
        self._points[place] = numbers[name]
        if len(self._points) > REMEMBERED:
            del self._points[next(iter(self._points))]

    def drawn(self, digits: int | None) -> str:
        """Return the counts over the position as a little plot, and where they are highest."""
        from bsh.commands.sparkline import sparkline

        if len(self._points) < 2:
            return ""
        places = sorted(self._points)
        best = max(places, key=lambda place: self._points[place])
        first, last, top = (format_value(place, digits) for place in (places[0], places[-1], best))
        trace = sparkline([self._points[place] for place in places], REMEMBERED)
        return f"{self._name} {first} {trace} {last}  highest {format_count(self._points[best])} at {top}"


def _keys(typed: str) -> list[str]:
    """Take apart what was typed: arrows, and single characters; other sequences of a terminal are nothing."""
    found = re.findall(r"\x1b[\[O][0-9;]*[A-Za-z~]|.", typed, re.DOTALL)
    return [ARROWS.get(key, key) for key in found if len(key) == 1 or key in ARROWS]


COMMANDS = [tw]
