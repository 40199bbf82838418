"""Drives plans without an engine: feeds answers, collects messages. Knows nothing of bsh but its messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Driven:
    """What a plan did."""

    messages: list[Any] = field(default_factory=list)
    result: Any = None
    error: BaseException | None = None

    @property
    def commands(self) -> list[str]:
        return [msg.command for msg in self.messages]

    def of(self, command: str) -> list[Any]:
        return [msg for msg in self.messages if msg.command == command]

    def moves(self, device: Any = None) -> list[Any]:
        return [msg.args[0] for msg in self.of("set") if device is None or msg.obj is device]


def drive(
    plan: Any,
    answers: Mapping[str, Any] | Callable[[Any], Any] | None = None,
    *,
    fail_at: Callable[[Any], BaseException | None] | None = None,
    limit: int = 100_000,
) -> Driven:
    """Run a plan to its end.

    ``answers`` maps commands to answers (or to ``f(msg)``); ``fail_at`` returns the error to throw in the
    place of an answer.
    """
    driven = Driven()
    generator = iter(plan)
    answer, error = None, None
    try:
        for _ in range(limit):
            msg = generator.throw(error) if error is not None else generator.send(answer)
            driven.messages.append(msg)
            error = fail_at(msg) if fail_at is not None else None
            answer = None if error is not None else _answer(answers, msg)
    except StopIteration as end:
        driven.result = end.value
    except BaseException as raised:
        driven.error = raised
    else:
        generator.close()
    return driven


def _answer(answers: Any, msg: Any) -> Any:
    if answers is None:
        return None
    if callable(answers):
        return answers(msg)
    answer = answers.get(msg.command)
    return answer(msg) if callable(answer) else answer


def once(command: str, error: BaseException, index: int = 0) -> Callable[[Any], BaseException | None]:
    """Make a ``fail_at`` that raises at the n-th message of a command, and only then."""
    seen = -1

    def fail_at(msg: Any) -> BaseException | None:
        nonlocal seen
        seen += msg.command == command
        if seen == index and msg.command == command:
            seen += 1_000_000
            return error
        return None

    return fail_at
