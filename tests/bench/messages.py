"""Plans of raw messages, for whichever engine's ``Msg`` is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def nulls(msg: Any, n: int) -> Iterator[Any]:
    for _ in range(n):
        yield msg("null")


def same_null(msg: Any, n: int) -> Iterator[Any]:
    one = msg("null")
    for _ in range(n):
        yield one


def checkpoints(msg: Any, n: int) -> Iterator[Any]:
    for _ in range(n):
        yield msg("checkpoint")


def sleeps(msg: Any, n: int) -> Iterator[Any]:
    for _ in range(n):
        yield msg("sleep", None, 0)


def sets(msg: Any, n: int, motor: Any) -> Iterator[Any]:
    yield msg("checkpoint")
    for i in range(n):
        yield msg("set", motor, i, group="g")
        yield msg("wait", None, group="g")


def points(msg: Any, n: int, detectors: Any, motor: Any = None) -> Iterator[Any]:
    yield msg("open_run")
    for i in range(n):
        yield msg("checkpoint")
        if motor is not None:
            yield msg("set", motor, i, group="m")
            yield msg("wait", None, group="m")
        for detector in detectors:
            yield msg("trigger", detector, group="d")
        yield msg("wait", None, group="d")
        yield msg("create", None, name="primary")
        if motor is not None:
            yield msg("read", motor)
        for detector in detectors:
            yield msg("read", detector)
        yield msg("save")
    yield msg("close_run")
