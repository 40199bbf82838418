"""What the campaign does to plans."""

from __future__ import annotations

import asyncio
from typing import Any

from bsh.engine import InterruptPolicy
from tests.engine.campaign.devices import Broken
from tests.engine.campaign.trial import Injection, Trial


def _raise(trial: Trial) -> None:
    raise Broken("the message broke")


def _break_device(trial: Trial) -> None:
    trial.bench.raise_next = True


def _fail_status(trial: Trial) -> None:
    trial.bench.fail_next = True


def _break_subscriber(trial: Trial) -> None:
    trial.book.raise_next = True


def _soft_pause(trial: Trial) -> None:
    trial.engine.request_pause(defer=True)


def _pause_at_run_end(trial: Trial) -> None:
    trial.engine.request_pause(at="run_end")


def _hard_pause(trial: Trial) -> None:
    trial.engine.request_pause()


async def _soon() -> None:
    await asyncio.sleep(0)


def _suspend(trial: Trial) -> None:
    trial.engine.request_suspend(_soon, justification="the campaign wants it")


def _stop_here(trial: Trial) -> None:
    trial.engine.stop(return_motors=False)


def _press(trial: Trial) -> None:
    trial.press()


def _press_with(policy: InterruptPolicy, **kwargs: Any) -> Injection:
    return Injection(_press, policy=policy, **kwargs)


INJECTIONS: dict[str, Injection] = {
    "soft pause, resume": Injection(_soft_pause),
    "pause at the run's end, resume": Injection(_pause_at_run_end),
    "hard pause, resume": Injection(_hard_pause),
    "hard pause, move aside, resume": Injection(_hard_pause, leave="move aside, resume"),
    "hard pause, stop": Injection(_hard_pause, leave="stop", exit_status="success"),
    "hard pause, stop here": Injection(
        _hard_pause, leave="stop here", exit_status="success", cleans_up=False
    ),
    "hard pause, abort": Injection(_hard_pause, leave="abort", exit_status="abort"),
    "hard pause, halt": Injection(_hard_pause, leave="halt", exit_status="abort", cleans_up=False),
    "suspend": Injection(_suspend),
    "a suspender trips": Injection(Trial.trip),
    "stop": Injection(lambda trial: trial.engine.stop(), exit_status="success"),
    "stop here": Injection(_stop_here, exit_status="success", cleans_up=False),
    "abort": Injection(lambda trial: trial.engine.abort("campaign"), exit_status="abort"),
    "halt": Injection(lambda trial: trial.engine.halt(), exit_status="abort", cleans_up=False),
    "the message raises": Injection(_raise, exit_status="fail", breaks=True),
    "a device raises": Injection(_break_device, exit_status="fail", breaks=True),
    "a status fails": Injection(_fail_status, exit_status="fail", breaks=True),
    "a subscriber raises": Injection(_break_subscriber, exit_status="fail"),
    "Ctrl+C in a scan, resume": _press_with(InterruptPolicy.PAUSE),
    "Ctrl+C in a script, resume": _press_with(InterruptPolicy.LIBRARY),
    "Ctrl+C in a move": _press_with(InterruptPolicy.STOP, exit_status="abort"),
    "Ctrl+C without a prompt": _press_with(InterruptPolicy.ABORT, exit_status="abort"),
}
"""What goes wrong at one message."""

SECOND: tuple[tuple[str, str], ...] = (
    ("hard pause, resume", "hard pause, resume"),
    ("soft pause, resume", "hard pause, resume"),
    ("hard pause, resume", "suspend"),
    ("suspend", "suspend"),
    ("suspend", "hard pause, resume"),
    ("suspend", "abort"),
    ("suspend", "halt"),
    ("hard pause, resume", "abort"),
    ("hard pause, resume", "a device raises"),
    ("abort", "abort"),
    ("abort", "halt"),
    ("abort", "hard pause, resume"),
    ("abort", "suspend"),
    ("abort", "a device raises"),
    ("abort", "a status fails"),
    ("abort", "a subscriber raises"),
    ("stop", "abort"),
    ("stop", "stop"),
    ("stop", "halt"),
    ("the message raises", "abort"),
    ("the message raises", "hard pause, resume"),
    ("the message raises", "halt"),
    ("the message raises", "the message raises"),
    ("a status fails", "abort"),
    ("a status fails", "a status fails"),
    ("a subscriber raises", "abort"),
    ("hard pause, abort", "abort"),
    ("hard pause, abort", "halt"),
    ("hard pause, abort", "a device raises"),
    ("hard pause, stop", "a subscriber raises"),
    ("hard pause, stop", "the message raises"),
)
"""What goes wrong a few messages after something else did, often inside the cleanup."""
