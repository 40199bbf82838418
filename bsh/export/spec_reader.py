"""SPEC data files as documents.

Owns what the lines of a SPEC file mean as runs: ``#S`` a start document, ``#O`` and ``#P`` a baseline, the rows of data
events, ``#C`` comments. Files of SPEC itself, of this program and of others are read alike.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bsh.protocols import Document

__all__ = ["is_spec_file", "read_spec_documents"]

_NAMESPACE = uuid.UUID("6f6f5ce6-3d5a-4f0c-9b0e-6a2a3b0f7e11")
_TWO_MOTORS = frozenset({"mesh", "dmesh", "th2th", "a2scan", "d2scan", "hkmesh"})
_RECIPROCAL = {"hscan": "H", "kscan": "K", "lscan": "L"}
_NO_MOTOR = frozenset({"ct", "uct", "count", "timescan", "loopscan", "cscan"})


@dataclass
class _Scan:
    """What the file says of one scan."""

    number: int
    command: str
    place: int
    date: float = 0.0
    preset: float | None = None
    columns: int = 0
    labels: list[str] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    spectra: list[list[float]] = field(default_factory=list)
    positions: list[float] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    motors: list[str] = field(default_factory=list)
    epoch: float = 0.0


def is_spec_file(path: Path) -> bool:
    """Whether a file begins as SPEC files do.

    Parameters
    ----------
    path : Path
        The file.
    """
    with path.open("rb") as file:
        for raw in file:
            if raw.strip():
                return raw.startswith((b"#F ", b"#S ", b"#E ", b"#D ", b"#C "))
    return False


def read_spec_documents(path: Path) -> Iterator[tuple[str, Document]]:
    """Yield ``(name, document)`` of all scans of a SPEC file.

    Parameters
    ----------
    path : Path
        The file. The same scan gives the same documents, whenever it is read.
    """
    for scan in _scans(path):
        yield from _documents(scan, path)


# -- the file ----------------------------------------------------------------------------------------


def _scans(path: Path) -> Iterator[_Scan]:
    scan: _Scan | None = None
    motors: list[str] = []
    epoch = 0.0
    spectrum = row = ""
    with path.open(encoding="utf-8", errors="replace") as file:
        for place, line in enumerate(map(str.rstrip, file)):
            if spectrum or line.startswith("@A"):
                spectrum += " " + line.removeprefix("@A").rstrip("\\")
                if not line.endswith("\\"):
                    if scan is not None:
                        scan.spectra.append(_numbers(spectrum))
                    spectrum = ""
            elif scan is not None and (row or line[:1] != "#") and line.endswith("\\"):
                row += line.rstrip("\\") + " "  # a row that goes on in the next line
            elif row and scan is not None:
                _take(row + line, scan)
                row = ""
            elif line.startswith("#S "):
                if scan is not None:
                    yield scan
                number, _, command = line[3:].strip().partition(" ")
                scan = _Scan(
                    int(float(number)), " ".join(command.split()), place, motors=list(motors), epoch=epoch
                )
            elif line.startswith(("#F ", "#E ", "#O")) and not line.startswith("#O0") and scan is None:
                epoch, motors = _head(line, epoch, motors)
            elif line.startswith(("#F ", "#E ", "#O")):
                if line.startswith("#F ") and scan is not None:
                    yield scan
                    scan = None
                epoch, motors = _head(line, epoch, [] if line.startswith("#O0") else motors)
            elif scan is not None:
                _take(line, scan)
    if scan is not None:
        yield scan


def _head(line: str, epoch: float, motors: list[str]) -> tuple[float, list[str]]:
    if line.startswith("#F "):
        return epoch, []
    if line.startswith("#E "):
        return (_numbers(line[3:]) or [epoch])[0], motors
    names = line.partition(" ")[2].split("  ")
    return epoch, [*motors, *(name.strip() for name in names if name.strip())]


def _take(line: str, scan: _Scan) -> None:
    key, _, rest = line.partition(" ")
    if key == "#D" and not scan.date:
        scan.date = _moment(rest)
    elif key == "#T" or key == "#M":
        preset = (_numbers(rest) or [0.0])[0]
        scan.preset = preset if key == "#T" else -preset
    elif key.startswith("#P"):
        scan.positions += _numbers(rest)
    elif key == "#L":
        labels = [label.strip() for label in rest.split("  ") if label.strip()]
        if len(labels) != scan.columns and len(rest.split()) == scan.columns:
            labels = rest.split()  # written with single blanks
        scan.labels = _unlike(labels)
    elif key == "#N":
        scan.columns = int((_numbers(rest) or [0])[0])
    elif key == "#MD":
        name, _, value = rest.partition("=")
        scan.metadata[name.strip()] = value.strip()
    elif key == "#C":
        scan.comments.append(rest.strip())
    elif line and not line.startswith("#"):
        scan.rows.append(_numbers(line))


def _unlike(labels: Iterable[str]) -> list[str]:
    """Return labels of which no two are the same: I0, I0_1, ..."""
    found: list[str] = []
    for label in labels:
        number, name = 0, label
        while name in found:
            number += 1
            name = f"{label}_{number}"
        found.append(name)
    return found


def _numbers(text: str) -> list[float]:
    found = []
    for word in text.split():
        try:
            found.append(float(word))
        except ValueError:
            break
    return found


def _moment(text: str) -> float:
    try:
        return time.mktime(time.strptime(" ".join(text.split()), "%a %b %d %H:%M:%S %Y"))
    except (ValueError, OverflowError):
        return 0.0


# -- documents ---------------------------------------------------------------------------------------


def _documents(scan: _Scan, path: Path) -> Iterator[tuple[str, Document]]:
    uid = scan.metadata.pop("uid", "") or str(
        uuid.uuid5(_NAMESPACE, f"{scan.date} {scan.epoch} {scan.number} {scan.command} {scan.place}")
    )
    words = scan.command.split()
    plan = words[0] if words else "scan"
    if not scan.labels and scan.rows:
        scan.labels = [f"column{number}" for number in range(1, len(scan.rows[0]) + 1)]
    rows = [row for row in scan.rows if len(row) == len(scan.labels)]
    axes = _axes(plan, scan.labels, rows)
    began = scan.date or scan.epoch
    times = _times(scan, rows, began)
    if not scan.date and times and "Epoch" in scan.labels:
        began = times[0]
    start: Document = {
        "plan_name": plan,
        **scan.metadata,
        "uid": uid,
        "time": began,
        "scan_id": scan.number,
        "command": scan.command,
        "num_points": len(rows),
        "hints": {"dimensions": [[[key], "primary"] for key in axes] or [[["time"], "primary"]]},
    }
    if axes:
        start["motors"] = axes
    if scan.labels:
        start["detectors"] = [scan.labels[-1]]
    if scan.preset is not None:
        start["count_time"] = scan.preset
    if scan.comments:
        start["spec_comments"] = scan.comments
    yield "start", start
    yield from _baseline(scan, uid, began)
    if scan.labels:
        yield from _primary(scan, uid, rows, times, axes, began)
    aborted = any("aborted" in comment.lower() for comment in scan.comments)
    yield (
        "stop",
        {
            "uid": _part(uid, "stop"),
            "run_start": uid,
            "time": times[-1] if times else began,
            "exit_status": "abort" if aborted else "success",
            "reason": "",
            "num_events": {"primary": len(rows)},
        },
    )


def _axes(plan: str, labels: Sequence[str], rows: Sequence[Sequence[float]]) -> list[str]:
    """Return the columns that were scanned."""
    if labels[:1] == ["Pt_No"]:  # of sardana
        return _axes(plan, labels[1:], [row[1:] for row in rows])
    if plan in _RECIPROCAL and _RECIPROCAL[plan] in labels:
        return [_RECIPROCAL[plan]]
    if plan == "hklscan":  # those of the three that change
        varied = [label for index, label in enumerate(labels[:3]) if len({row[index] for row in rows}) > 1]
        return varied or list(labels[:1])
    return list(labels[: _count_of_motors(plan, labels)])


def _count_of_motors(plan: str, labels: Sequence[str]) -> int:
    if plan in _NO_MOTOR or ("scan" not in plan and plan not in _TWO_MOTORS and plan != "lup"):
        return 0
    digits = next((int(sign) for sign in plan if sign.isdigit()), 2 if plan in _TWO_MOTORS else 1)
    epoch = labels.index("Epoch") if "Epoch" in labels else len(labels)
    return min(digits, epoch)


def _times(scan: _Scan, rows: Sequence[Sequence[float]], began: float) -> list[float]:
    if "Epoch" in scan.labels:
        column = scan.labels.index("Epoch")
        return [row[column] + (scan.epoch if row[column] < scan.epoch else 0.0) for row in rows]
    step = max(scan.preset or 0.0, 0.0)
    return [began + (index + 1) * step for index in range(len(rows))]


def _baseline(scan: _Scan, uid: str, began: float) -> Iterator[tuple[str, Document]]:
    positions = dict(zip(scan.motors, scan.positions))
    if positions:
        yield "descriptor", _descriptor(uid, "baseline", list(positions), began)
        yield "event", _event(uid, "baseline", 1, began, positions)


def _primary(
    scan: _Scan,
    uid: str,
    rows: Sequence[Sequence[float]],
    times: Sequence[float],
    axes: Sequence[str],
    began: float,
) -> Iterator[tuple[str, Document]]:
    keys = [label for label in scan.labels if label != "Epoch"]
    several = len(scan.spectra) // len(rows) if rows else 0
    spectra = [f"mca{number or ''}" for number in range(several)]
    descriptor = _descriptor(uid, "primary", keys, began)
    for index, name in enumerate(spectra):
        shape = [len(scan.spectra[index])]
        descriptor["data_keys"][name] = {"source": "SPEC", "dtype": "array", "shape": shape}
        descriptor["object_keys"][name] = [name]
    hinted = [*axes, *([keys[-1]] if keys else [])]
    descriptor["hints"] = {key: {"fields": [key] if key in hinted else []} for key in descriptor["data_keys"]}
    yield "descriptor", descriptor
    for index, (row, when) in enumerate(zip(rows, times)):
        data: dict[str, Any] = {key: value for key, value in zip(scan.labels, row) if key != "Epoch"}
        data |= {name: scan.spectra[index * several + number] for number, name in enumerate(spectra)}
        yield "event", _event(uid, "primary", index + 1, when, data)


def _descriptor(uid: str, stream: str, keys: Sequence[str], when: float) -> Document:
    return {
        "uid": _part(uid, stream),
        "run_start": uid,
        "time": when,
        "name": stream,
        "data_keys": {key: {"source": "SPEC", "dtype": "number", "shape": []} for key in keys},
        "object_keys": {key: [key] for key in keys},
        "hints": {},
        "configuration": {},
    }


def _event(uid: str, stream: str, number: int, when: float, data: dict[str, Any]) -> Document:
    return {
        "uid": _part(uid, f"{stream} {number}"),
        "descriptor": _part(uid, stream),
        "time": when,
        "seq_num": number,
        "data": data,
        "timestamps": dict.fromkeys(data, when),
        "filled": {},
    }


def _part(uid: str, what: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{uid} {what}"))
