"""Code of others that is installed anyway: event-model's tools, and ophyd's simulated devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import event_model
import pytest

from bsh.devices.epics import prepare
from tests.bluesky.conftest import Python

Documents = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def engine(door: None) -> Iterator[Any]:
    from bluesky import RunEngine

    engine = RunEngine()
    yield engine
    engine.close()


@pytest.fixture
def documents(engine: Any) -> Documents:
    from bluesky.plans import scan

    prepare()
    from ophyd.sim import SynAxis, SynGauss

    motor = SynAxis(name="motor", labels={"motors"})
    det = SynGauss("det", motor, "motor", center=0, Imax=1, labels={"detectors"})
    found: Documents = []
    engine(scan([det], motor, -1, 1, 5), lambda name, doc: found.append((name, doc)))
    return found


def test_every_document_is_valid_for_event_models_schemas(documents: Documents) -> None:
    for name, doc in documents:
        event_model.schema_validators[event_model.DocumentNames[name]].validate(event_model.sanitize_doc(doc))
    assert [name for name, _ in documents] == ["start", "descriptor", *["event"] * 5, "stop"]


def test_events_are_packed_into_pages_and_unpacked(documents: Documents) -> None:
    events = [doc for name, doc in documents if name == "event"]

    page = event_model.pack_event_page(*events)

    assert page["data"]["motor"] == pytest.approx([-1, -0.5, 0, 0.5, 1])
    assert list(event_model.unpack_event_page(page)) == events


def test_a_run_router_hands_runs_to_what_factories_make(engine: Any) -> None:
    from bluesky.callbacks import CallbackBase
    from bluesky.plans import count

    from bsh.devices.sim import SimDetector

    class Counter(CallbackBase):
        events = 0

        def event(self, doc: dict[str, Any]) -> None:
            Counter.events += 1

    engine.subscribe(event_model.RunRouter([lambda name, doc: ([Counter()], [])]))
    engine(count([SimDetector("det", count_time=0)], num=3))

    assert Counter.events == 3


def test_ophyds_own_test_that_uses_an_engine_passes(python: Python) -> None:
    outcome = python(
        "-W", "default", "-m", "bsh.bluesky", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "synaxis_describe",
        "--pyargs", "ophyd.tests.test_sim",
    )  # fmt: skip

    assert outcome.returncode == 0, outcome.stdout[-2000:]
    assert "2 passed" in outcome.stdout  # with each of its control layers
