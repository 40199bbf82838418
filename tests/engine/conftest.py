from __future__ import annotations

from collections.abc import Iterator

import pytest

from bsh.engine import RunEngine
from tests.engine.parts import Collector, Detector, Motor


@pytest.fixture
def engine() -> Iterator[RunEngine]:
    engine = RunEngine()
    engine.notify = lambda notice: None
    yield engine
    engine.close()


@pytest.fixture
def collector(engine: RunEngine) -> Collector:
    collector = Collector()
    engine.subscribe(collector)
    return collector


@pytest.fixture
def motor() -> Motor:
    return Motor("m1")


@pytest.fixture
def detector(motor: Motor) -> Detector:
    return Detector("det", motor)
