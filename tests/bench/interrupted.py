"""A process whose engine is interrupted by real signals: ``python -m tests.bench.interrupted bsh sleep 4 5``.

Takes a line on the first file descriptor for each trial, says ``ready`` on the second when the plan is where
the scenario wants it, and then how the trial went, in nanoseconds of the monotonic clock. Standard output is
the engine's: what it prints about key presses is part of what is measured.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from time import monotonic_ns
from typing import Any

from tests.bench.devices import SlowMotor

ASIDE_S = 60.0
"""How long a plan sleeps that is going to be interrupted, in seconds."""


class Interrupted:
    """One engine with its own SIGINT handler, and the plans of the scenarios."""

    def __init__(self, side: str, answers: int) -> None:
        self._answers = answers
        if side == "bluesky":
            from bluesky import RunEngine
            from bluesky.utils import Msg, RunEngineInterrupted
        else:
            from bsh import Msg, RunEngine
            from bsh.errors import RunEngineInterrupted
        self._msg: Any = Msg
        self._interrupted: Any = RunEngineInterrupted
        logging.getLogger("bluesky").setLevel(logging.CRITICAL)  # it logs each halt with a traceback
        self._engine: Any = RunEngine({})
        self._motor = SlowMotor()
        self._checkpoint_ns = 0

    def say(self, text: str) -> None:
        os.write(self._answers, text.encode() + b"\n")

    def sleep(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        self.say("ready")
        yield self._msg("sleep", None, ASIDE_S)

    def move(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        yield self._msg("set", self._motor, 1.0, group="g")
        self.say("ready")
        yield self._msg("wait", None, group="g")

    def tight(self) -> Iterator[Any]:
        yield self._msg("checkpoint")
        self.say("ready")
        null = self._msg(
            "null"
        )  # new ones, never forgotten without a checkpoint, measure the garbage collector
        while True:
            yield null

    def points(self, seconds: float = 0.01) -> Iterator[Any]:
        self.say("ready")
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
        self.say(f"{ended} {self._checkpoint_ns}")
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

        with contextlib.suppress(self._interrupted):
            self._engine(plan())
        self._engine.msg_hook = hook
        asked = monotonic_ns()
        self._engine.resume()
        self._engine.msg_hook = None
        self.say(f"{first[0]} {asked}")


def main() -> None:
    side, scenario, asked_on, answers = sys.argv[1:]
    process = Interrupted(side, int(answers))
    with os.fdopen(int(asked_on)) as asked:
        process.say("started")
        for _ in asked:
            if scenario == "resume":
                process.resume()
            else:
                process.interrupt(scenario)


if __name__ == "__main__":
    main()
