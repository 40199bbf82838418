from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bsh.devices.sim import SimDetector, SimSignal

pytestmark = pytest.mark.peers

# event-model's DocumentRouter, which both are made of, packs each event into a page.
Documents = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def documents() -> Documents:
    from bluesky import RunEngine
    from bluesky.plans import grid_scan

    found: Documents = []
    engine = RunEngine()
    engine.subscribe(lambda name, doc: found.append((name, doc)))
    x, y = SimSignal("x", value=0.0), SimSignal("y", value=0.0)
    det = SimDetector("det", count_time=0)
    engine(grid_scan([det], x, 0, 1, 2, y, 0, 2, 3, snake_axes=True))
    engine.close()
    return found


def test_suitcase_jsonl_writes_a_run(documents: Documents, tmp_path: Path) -> None:
    from suitcase.jsonl import export

    artifacts = export(iter(documents), tmp_path)

    (file,) = artifacts["all"]
    assert [json.loads(line)[0] for line in Path(file).read_text().splitlines()] == [
        name for name, _ in documents
    ]


def test_suitcase_jsonl_as_a_callback(tmp_path: Path) -> None:
    from bluesky import RunEngine
    from bluesky.plans import count
    from event_model import RunRouter
    from suitcase.jsonl import Serializer

    engine = RunEngine()
    engine.subscribe(RunRouter([lambda name, doc: ([Serializer(tmp_path)], [])]))
    engine(count([SimDetector("det", count_time=0)], num=4))
    engine.close()

    (file,) = tmp_path.glob("*.jsonl")
    assert [json.loads(line)[0] for line in file.read_text().splitlines()].count("event_page") == 4


def test_suitcase_msgpack_writes_a_run(documents: Documents, tmp_path: Path) -> None:
    import msgpack
    from suitcase.msgpack import export

    export(iter(documents), tmp_path)

    (file,) = tmp_path.glob("*.msgpack")
    with file.open("rb") as stream:
        assert [name for name, _ in msgpack.Unpacker(stream)] == [
            name.replace("event", "event_page") for name, _ in documents
        ]
