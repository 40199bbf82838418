"""Event documents: from readings to a checked document."""

from __future__ import annotations

from time import time
from typing import Any

from tests.bench.figures import Bound, Measurement
from tests.bench.measure import cpu_row

__all__ = ["document_rows"]

KEYS = ("th", "th_setpoint", "det", "mon")
BOUNDS = {"must": Bound(20), "aim": Bound(50)}


def document_rows(scale: float) -> list[Measurement]:
    """Return the rows about event documents; ``scale`` makes every round longer or shorter."""
    from bsh.documents import EventStream, ObjectDescription, validate

    units = max(1, int(3000 * scale))
    readings = [{key: {"value": 1.0, "timestamp": 2.0}} for key in KEYS]
    data_keys = {key: {"dtype": "number", "shape": [], "source": "bench"} for key in KEYS}
    compose = _their_compose(data_keys)
    descriptions = [ObjectDescription(key, {key: data_keys[key]}) for key in KEYS]
    stream = EventStream("primary", "some-run", list(KEYS), descriptions, time=time())

    def theirs() -> None:
        for _ in range(units):
            data, timestamps = _columns(readings)
            compose(data=data, timestamps=timestamps)

    def ours() -> None:
        for _ in range(units):
            stream.event(readings, time())

    def ours_by_schema() -> None:
        for _ in range(units):
            validate("event", stream.event(readings, time()))

    what = f"event document of {len(KEYS)} keys"
    return [
        cpu_row(
            f"{what}, built and checked (bsh: keys; the schema once a stream)",
            "event",
            units,
            theirs,
            ours,
            **BOUNDS,
            cost="two dicts of the values and timestamps and the document itself.",
        ),
        cpu_row(
            f"{what}, built and checked by schema on both sides",
            "event",
            units,
            theirs,
            ours_by_schema,
            **BOUNDS,
            cost="the compiled validator walks the whole document.",
        ),
    ]


def _columns(readings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    data, timestamps = {}, {}
    for reading in readings:
        for key, item in reading.items():
            data[key], timestamps[key] = item["value"], item["timestamp"]
    return data, timestamps


def _their_compose(data_keys: dict[str, Any]) -> Any:
    from event_model import compose_run

    compose_descriptor = compose_run().compose_descriptor
    return compose_descriptor(name="primary", data_keys=data_keys).compose_event
