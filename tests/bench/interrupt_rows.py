"""Ctrl+C: how long until the prompt is back, the plan is paused, the plan goes on. Wall-clock time."""

from __future__ import annotations

import os
import select
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable
from time import monotonic_ns, sleep

from tests.bench.figures import NO_BOUND, Bound, Figure, Measurement

__all__ = ["interrupt_rows"]

SETTLE_S = 0.03
"""How long a plan is left alone before the first press, in seconds."""

BETWEEN_PRESSES_S = 0.2
"""Bluesky ignores a second press that its handler sees within 0.1 s of the first."""

PATIENCE_S = 1.0
"""When a press has been ignored, the key is pressed again after this time, in seconds."""

TRIALS_A_ROUND = 6


def interrupt_rows(scale: float) -> list[Measurement]:
    """Return the rows about interruptions; ``scale`` makes them more or fewer."""
    trials = max(1, round(TRIALS_A_ROUND * scale))
    places = {"sleep": "in a sleep", "move": "in a move", "tight": "in a tight loop of messages"}
    return [
        *(
            Measurement(f"ctrl-c {place}", _hard(scenario, place, trials))
            for scenario, place in places.items()
        ),
        Measurement("ctrl-c soft", _soft(trials)),
        Measurement("resume", _resume(trials)),
    ]


def _hard(scenario: str, place: str, trials: int) -> Callable[[int], list[Figure]]:
    def measure(rounds: int) -> list[Figure]:
        theirs, ours = _both(scenario, _press_twice, trials * rounds)
        name = f"hard Ctrl+C to prompt, {place}"
        cost = "the signal passes through a pipe, the key thread, the engine's loop and back to the caller."
        return [
            Figure(
                f"{name}, median",
                "ms",
                statistics.median(theirs),
                statistics.median(ours),
                Bound(ratio=1, at_most=2.0),
                Bound(ratio=1.5),
                cost,
            ),
            Figure(
                f"{name}, p95",
                "ms",
                _p95(theirs),
                _p95(ours),
                Bound(at_most=10.0),
                Bound(at_most=5.0),
                cost,
            ),
        ]

    return measure


def _soft(trials: int) -> Callable[[int], list[Figure]]:
    def measure(rounds: int) -> list[Figure]:
        theirs, ours = _both("points", _press_once, trials * rounds)
        name = "soft Ctrl+C to paused, after the next checkpoint"
        cost = "the caller is woken after the devices were told."
        return [
            Figure(
                f"{name}, median",
                "ms",
                statistics.median(theirs),
                statistics.median(ours),
                Bound(at_most=10.0),
                Bound(at_most=2.0),
                cost,
            ),
            Figure(f"{name}, p95", "ms", _p95(theirs), _p95(ours), NO_BOUND, NO_BOUND, cost),
        ]

    return measure


def _resume(trials: int) -> Callable[[int], list[Figure]]:
    def measure(rounds: int) -> list[Figure]:
        theirs, ours = _both("resume", _watch_resume, trials * rounds)
        return [
            Figure(
                "resume to first message, median",
                "ms",
                statistics.median(theirs),
                statistics.median(ours),
                Bound(ratio=2),
                Bound(ratio=5),
                "the signal handler is put in place first, then the engine's thread has to wake up.",
            )
        ]

    return measure


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1) + 0.5)]


def _both(scenario: str, trial: Callable[[_Child], float], trials: int) -> tuple[list[float], list[float]]:
    """Do the trials in turn in two processes; return milliseconds."""
    with _Child("bluesky", scenario) as theirs, _Child("bsh", scenario) as ours:
        trial(theirs), trial(ours)  # to warm up
        pairs = [(trial(theirs), trial(ours)) for _ in range(trials)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _press_twice(child: _Child) -> float:
    child.begin()
    sleep(SETTLE_S)
    child.press()
    sleep(BETWEEN_PRESSES_S)
    pressed = child.press()
    while not child.has_answered(PATIENCE_S):
        child.press()
    ended, _ = child.outcome()
    return (ended - pressed) * 1e-6


def _press_once(child: _Child) -> float:
    child.begin()
    sleep(SETTLE_S)
    pressed = child.press()
    ended, checkpoint = child.outcome()
    return (ended - max(pressed, checkpoint)) * 1e-6


def _watch_resume(child: _Child) -> float:
    child.ask()
    first, asked = child.outcome()
    return (first - asked) * 1e-6


class _Child:
    """A process with one engine, see :mod:`tests.bench.interrupted`."""

    def __init__(self, side: str, scenario: str) -> None:
        asked, self._ask = os.pipe()
        answers, said = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.interrupted", side, scenario, str(asked), str(said)],
            pass_fds=(asked, said),
            stdout=subprocess.DEVNULL,
        )
        os.close(asked)
        os.close(said)
        self._answers = os.fdopen(answers)

    def __enter__(self) -> _Child:
        assert self._line() == "started"
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.close(self._ask)
        self._process.kill() if exc_info[0] else self._process.wait(10)
        self._answers.close()

    def ask(self) -> None:
        """Begin a trial."""
        os.write(self._ask, b"go\n")

    def begin(self) -> None:
        """Begin a trial and wait until the plan is where it is wanted."""
        self.ask()
        assert self._line() == "ready"

    def press(self) -> int:
        """Send SIGINT; return when, in nanoseconds of the monotonic clock."""
        pressed = monotonic_ns()
        self._process.send_signal(signal.SIGINT)
        return pressed

    def has_answered(self, timeout_s: float) -> bool:
        """Wait until the process has something to tell."""
        return bool(select.select([self._answers], [], [], timeout_s)[0])

    def outcome(self) -> tuple[int, int]:
        """Return the two times that the process tells."""
        first, second = self._line().split()
        return int(first), int(second)

    def _line(self) -> str:
        line = self._answers.readline()
        if not line:
            raise RuntimeError(f"{self._process.args[3:5]} ended early")  # type: ignore[index]
        return line.strip()
