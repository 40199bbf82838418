"""Documents for the tests of models and views: a run is a list of (name, document)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

START_TIME = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


def number(name: str, **extra: Any) -> dict[str, Any]:
    return {"dtype": "number", "shape": [], "source": "SIM", "object_name": name, **extra}


def start_doc(**extra: Any) -> dict[str, Any]:
    return {"uid": "run-a", "time": START_TIME, "scan_id": 142, **extra}


def scan_start(points: int, **extra: Any) -> dict[str, Any]:
    return start_doc(
        plan_name="ascan",
        command=f"ascan th -1 1 {points - 1} 0.1",
        motors=["th"],
        detectors=["det", "mon"],
        num_points=points,
        hints={"dimensions": [[["th"], "primary"]]},
        **extra,
    )


SCAN_KEYS = {
    "th": number("th", units="deg", precision=4),
    "det": number("det", units="counts"),
    "mon": number("mon"),
}


def descriptor_doc(
    data_keys: Mapping[str, Any] = SCAN_KEYS,
    *,
    run: str = "run-a",
    uid: str = "desc-a",
    name: str = "primary",
    hints: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    objects: dict[str, list[str]] = {}
    for key, about in data_keys.items():
        objects.setdefault(about.get("object_name", key), []).append(key)
    return {
        "uid": uid,
        "run_start": run,
        "time": START_TIME,
        "name": name,
        "data_keys": dict(data_keys),
        "object_keys": objects,
        "hints": {key: {"fields": keys} for key, keys in objects.items()} if hints is None else dict(hints),
        "configuration": {},
    }


def event_doc(
    seq_num: int,
    data: Mapping[str, Any],
    *,
    descriptor: str = "desc-a",
    time: float | None = None,
    **extra: Any,
) -> dict[str, Any]:
    taken = START_TIME + 2.0 * seq_num if time is None else time
    return {
        "uid": f"{descriptor}-{seq_num}",
        "descriptor": descriptor,
        "seq_num": seq_num,
        "time": taken,
        "data": dict(data),
        "timestamps": dict.fromkeys(data, taken),
        "filled": {},
        **extra,
    }


def stop_doc(
    time: float, *, run: str = "run-a", exit_status: str = "success", reason: str = "", **extra: Any
) -> dict[str, Any]:
    return {
        "uid": f"{run}-stop",
        "run_start": run,
        "time": time,
        "exit_status": exit_status,
        "reason": reason,
        "num_events": {},
        **extra,
    }


def scan_documents(
    rows: Sequence[tuple[float, float, float]], **start: Any
) -> list[tuple[str, dict[str, Any]]]:
    """A 1-D scan of th with det and mon, a point every two seconds."""
    documents: list[tuple[str, dict[str, Any]]] = [("start", scan_start(len(rows), **start))]
    documents.append(("descriptor", descriptor_doc()))
    for index, (th, det, mon) in enumerate(rows, 1):
        documents.append(("event", event_doc(index, {"th": th, "det": det, "mon": mon})))
    documents.append(("stop", stop_doc(START_TIME + 2.0 * len(rows) + 1)))
    return documents


def feed(target: Any, documents: Iterable[tuple[str, dict[str, Any]]]) -> list[Any]:
    return [result for name, doc in documents if (result := target(name, doc)) is not None]
