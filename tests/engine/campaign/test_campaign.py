"""Interrupts and failures at the messages of every kind of plan, and again during the cleanup.

``make test`` tries each plan and injection at every eleventh message; ``make injection`` at every message.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.engine.campaign.injections import INJECTIONS, SECOND
from tests.engine.campaign.plans import PLANS
from tests.engine.campaign.trial import Trial

STRIDE = int(os.environ.get("INJECTION_STRIDE", "11"))
PAIR_STRIDE = max(2, STRIDE)


@pytest.fixture(scope="module", params=sorted(PLANS))
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    trial = Trial(request.param)
    yield trial
    trial.close()


def _first(number: int, stride: int) -> int:
    """Begin somewhere else for each injection, so that a few of them together meet every message."""
    return 4 * number % stride


@pytest.mark.parametrize("name", INJECTIONS)
def test_whatever_happens_at_a_message_nothing_is_lost_or_left_behind(trial: Trial, name: str) -> None:
    for index in range(_first(list(INJECTIONS).index(name), STRIDE), trial.length, STRIDE):
        try:
            trial.run([(index, INJECTIONS[name])])
        except BaseException as error:
            error.add_note(f"{trial.plan}: {name} at message {index} of {trial.length}")
            raise


@pytest.mark.parametrize(("first", "second"), SECOND, ids=[" + ".join(pair) for pair in SECOND])
def test_and_when_more_happens_a_few_messages_later(trial: Trial, first: str, second: str) -> None:
    for index in range(_first(SECOND.index((first, second)), PAIR_STRIDE), trial.length, PAIR_STRIDE):
        later = 1 + index % 5
        try:
            trial.run([(index, INJECTIONS[first]), (index + later, INJECTIONS[second])])
        except BaseException as error:
            error.add_note(f"{trial.plan}: {first} at {index}, {second} {later} later")
            raise
