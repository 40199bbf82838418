"""A process whose engine is interrupted by real signals: ``python -m tests.bench.interrupted bsh sleep 4``.

Takes a line on file descriptor 4 for each trial, says ``ready`` on descriptor 5 when the plan is where the
scenario wants it, and then how the trial went, in nanoseconds of the monotonic clock. Standard output is
the engine's: what it prints about key presses is part of what is measured.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from time import monotonic_ns
from typing import Any

from tests.bench.devices import SlowMotor

ASKED, ANSWERS = 4, 5
ASIDE_S = 60.0
"""How long a plan sleeps that is going to be interrupted, in seconds."""


class Interrupted:
    """One engine with its own SIGINT handler, and the plans of the scenarios."""

    def __init__(self, side: str) -> None:
        if side == "bluesky":
            from bluesky import RunEngine
            from bluesky.utils import Msg, RunEngineInterrupted
        else:
            from bsh import Msg, RunEngine
            from bsh.errors import RunEngineInterrupted
        self._msg: Any = Msg
        self._interrupted: Any = RunEngineInterrupted
        self._engine: Any = RunEngine({})
        self._motor = SlowMotor()
        self._checkpoint_ns = 0

    def sleep(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        _say("ready")
        yield self._msg("sleep", None, ASIDE_S)

    def move(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        yield self._msg("set", self._motor, 1.0, group="g")
        _say("ready")
        yield self._msg("wait", None, group="g")

    def tight(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        _say("ready")
        while True:
            yield self._msg("null")

    def points(self, seconds: float = 0.01) -> Iterator[Any]:
        _say("ready")
        while True:
            self._checkpoint_ns = monotonic_ns()
            yield self._msg("checkpoint")
            yield self._msg("sleep", None, seconds)

    def interrupt(self, scenario: str) -> None:
        """Run a plan until it is interrupted; tell when the caller had control, and the last checkpoint."""
        try:
            self._engine(getattr(self, scenario)())
        except self._interrupted:
            ended = monotonic_ns()
        _say(f"{ended} {self._checkpoint_ns}")
        self._engine.halt()

    def resume(self) -> None:
        """Pause by a message and resume; tell when that was asked for, and when the first message came."""
        first: list[int] = []

        def hook(_: Any) -> None:
            if not first:
                first.append(monotonic_ns())

        def plan() -> Iterator[Any]:
            yield self._msg("checkpoint")
            yield self._msg("pause")
            for _ in range(10):
                yield self._msg("null")

        try:
            self._engine(plan())
        except self._interrupted:
            pass
        self._engine.msg_hook = hook
        asked = monotonic_ns()
        self._engine.resume()
        self._engine.msg_hook = None
        _say(f"{first[0]} {asked}")


def _say(text: str) -> None:
    os.write(ANSWERS, text.encode() + b"\n")


def main() -> None:
    side, scenario = sys.argv[1:]
    process = Interrupted(side)
    with os.fdopen(ASKED) as asked:
        _say("started")
        for _ in asked:
            if scenario == "resume":
                process.resume()
            else:
                process.interrupt(scenario)


if __name__ == "__main__":
    main()
