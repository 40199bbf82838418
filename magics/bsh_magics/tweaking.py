"""Moving by keys: ``tw``."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any

from bsh.commands import (
    CommandSession,
    command,
    position_of,
    precision_of,
    resting_place,
    units_of,
)
from bsh.commands.argument_types import PairsType
from bsh.commands.columns import format_count, format_value
from bsh.commands.reports import AxisMove, MoveSummary
from bsh.errors import BshError, CommandError, RunEngineInterrupted
from bsh_magics.counting import active_counters
from bsh_magics.in_place import LiveLine, live_line

__all__ = ["COMMANDS", "tw"]

KEYS = "← → move  ↑ ↓ motor  * / step  digits go there  space count  b back  q leave"
ARROWS = {"[A": "up", "[B": "down", "[C": "+", "[D": "-"}
COUNT_S = 1.0


class Steps(PairsType):
    """Pairs of a motor and its step."""

    def placeholder(self, name: str) -> str:
        """Return ``motor step [motor step...]``."""
        return "motor step [motor step...]"


@command(group="move", examples=["tw {motor} 0.1", "tw {motor} 0.1 {motor2} 0.05"], interrupt="stop")
def tw(session: CommandSession, steps: Annotated[Sequence[tuple[Any, Any]], Steps()]) -> MoveSummary:
    """Move motors in steps by keys.

    Left and right arrow (or p and n, - and +) move, * and / double and halve the step, up and down choose the
    motor, digits and Enter go to a position, space counts, b goes back to the start, q or Enter leaves. Ctrl+C stops
    the motor. All of it is one step for undo.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("tw needs a terminal", hint="in scripts: mvr motor distance")
    return _Tweak(session, steps).run()


class _Tweak:
    """One session of keys."""

    def __init__(self, session: CommandSession, steps: Sequence[tuple[Any, float]]) -> None:
        self._session = session
        self._axes = [motor for motor, _ in steps]
        self._steps = [abs(float(step)) for _, step in steps]
        if not all(self._steps):
            raise CommandError("tw: a step of 0 moves nothing", hint="give a step in the motor's units")
        self._starts = [float(resting_place(motor)) for motor in self._axes]
        self._at = 0
        self._note = ""
        self._typed = ""

    @property
    def _motor(self) -> Any:
        return self._axes[self._at]

    def run(self) -> MoveSummary:
        """Obey keys until one of them leaves."""
        from bsh.shell.keys import KeyReader, single_keys

        keys = KeyReader()
        print(KEYS)
        with single_keys(sys.stdin.fileno()), live_line(self._session, self._line) as line:
            try:
                while all(self._obey(key, line) for key in self._read(keys)):
                    line.draw()
            except KeyboardInterrupt:
                pass
        return MoveSummary(
            tuple(
                AxisMove(axis.name, start, start, position_of(axis), units_of(axis), precision_of(axis))
                for axis, start in zip(self._axes, self._starts)
            ),
            0.0,
        )

    def _read(self, keys: Any) -> list[str]:
        key = keys.read("")
        if key != "\x1b":
            return [key or "q"]
        arrows = [ARROWS.get(found, "") for found in re.findall(r"\[[A-Z]", keys.pending())]
        return arrows or ["q"]

    def _line(self) -> str:
        parts = []
        for index, axis in enumerate(self._axes):
            mark = ">" if index == self._at and len(self._axes) > 1 else ""
            value = format_value(position_of(axis), precision_of(axis))
            step = format_value(self._steps[index], precision_of(axis))
            parts.append(f"{mark}{axis.name} {value} {units_of(axis)} step {step}".replace("  ", " "))
        typed = f"  go to {self._typed}" if self._typed else ""
        return "  ".join(parts) + typed + (f"  {self._note}" if self._note else "")

    def _obey(self, key: str, line: LiveLine) -> bool:
        """Do what a key says; return whether to go on."""
        if key.isdigit() or (key == "." and self._typed):
            self._typed += key
            return True
        if self._typed:
            typed, self._typed = self._typed, ""
            if key in "\r\n":
                self._go(float(typed))
            return True
        self._note = ""
        if key in ("q", "\r", "\n", "\x04"):
            return False
        if key in ("+", "n", "-", "p"):
            step = self._steps[self._at]
            self._go(float(resting_place(self._motor)) + (step if key in "+n" else -step))
        elif key in ("*", "/"):
            self._steps[self._at] *= 2.0 if key == "*" else 0.5
        elif key in ("up", "down"):
            self._at = (self._at + (1 if key == "down" else -1)) % len(self._axes)
        elif key in (" ", "c"):
            self._count()
        elif key == "b":
            self._go(self._starts[self._at])
        return True

    def _go(self, target: float) -> None:
        from bsh.plan_stubs import mv

        motor = self._motor
        try:
            self._session.execute(lambda: mv(motor, target), command=f"tw {motor.name}", interrupt="stop")
        except BshError as error:
            self._note = error.message
        except RunEngineInterrupted:
            self._note = "stopped"

    def _count(self) -> None:
        from bsh.plans import spec

        devices = active_counters(self._session, ())
        times = self._session.profile.count_time
        try:
            readings = self._session.execute(
                lambda: spec.ct(devices, COUNT_S, count_time=times), command="tw count", interrupt="stop"
            )
        except BshError as error:
            self._note = error.message
        except RunEngineInterrupted:
            self._note = "stopped"
        else:
            shown = [f"{key} {format_count(reading['value'])}" for key, reading in readings.items()]
            self._note = "  ".join(shown[:3])


COMMANDS = [tw]
