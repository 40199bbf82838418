"""NeXus files (HDF5), as the NeXus definitions want them.

Owns which group a document's values belong to:

``/entry`` (NXentry)
    title, times, ``definition``-free; its ``data`` is the default plot.
``/entry/data`` (NXdata)
    What counts against what was moved; links to where the numbers are.
``/entry/instrument`` (NXinstrument)
    A positioner (NXpositioner) for each thing that moved or is in the baseline, a detector (NXdetector) for each
    thing that counts.
``/entry/instrument/bsh`` (NXcollection)
    Everything as it was taken: the streams with all their columns, the metadata, the devices' settings.

Each dataset that is linked to says where it is in ``@target``. Data in HDF5 files of their own are external links.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bsh.callbacks.scanned_grid import ScannedGrid
from bsh.export.extras import needed_for
from bsh.export.run_data import RunData, Stream, StreamFile
from bsh.protocols import Document
from bsh.store import StoredRun
from bsh.store.codec import encode

__all__ = ["is_nexus_of", "write_nexus"]

STREAMS = "/entry/instrument/bsh/streams"
_INSTRUMENT = "/entry/instrument"
_LONGEST_ATTRIBUTE = 10_000
"""Characters; HDF5 has room for 64 KiB with all attributes of an object. The whole line is in the metadata."""


def write_nexus(run: StoredRun, path: Path) -> None:
    """Write a run as a NeXus file.

    Parameters
    ----------
    run : StoredRun
        The run.
    path : Path
        The file, which must not exist.

    Raises
    ------
    CommandError
        h5py is not installed.
    """
    with needed_for("the format nexus"):
        import h5py
    data = RunData(run.documents())
    # in memory first: HDF5 cannot close a file on a disk that is full, and keeps it open for ever
    with h5py.File(path, "w", driver="core", backing_store=False) as file:
        file.attrs["default"] = "entry"
        file.attrs["creator"] = "bsh"
        file.attrs["file_time"] = _moment(data.start_doc.get("time", 0.0))
        _Entry(file, data).write()
        file.flush()
        image = file.id.get_file_image()
    path.write_bytes(image)


def is_nexus_of(path: Path, start: Document) -> bool:
    """Whether a file is of a run.

    Parameters
    ----------
    path : Path
        The file.
    start : dict
        The run's start document.
    """
    import h5py

    try:
        with h5py.File(path, locking=False) as file:
            return bool(file["entry/entry_identifier_uuid"].asstr()[()] == start["uid"])
    except (OSError, KeyError, AttributeError, TypeError):  # something else
        return False


class _Entry:
    """One run in an open file."""

    def __init__(self, file: Any, data: RunData) -> None:
        self._file = file
        self._data = data
        self._start = data.start_doc
        self._main = data.main
        self._names = {name: _names(stream.data_keys) for name, stream in data.streams.items()}
        self._names.setdefault(self._main.name, {})

    def write(self) -> None:
        """Write everything."""
        entry = _group(self._file, "/entry", "NXentry")
        instrument = _group(self._file, _INSTRUMENT, "NXinstrument")
        if name := self._start.get("beamline_id") or self._start.get("instrument"):
            instrument["name"] = _text(name)
        self._write_head(entry)
        _group(self._file, f"{_INSTRUMENT}/bsh", "NXcollection")
        self._write_metadata()
        _group(self._file, STREAMS, "NXcollection")
        for stream in self._data.streams.values():
            self._write_stream(stream)
        self._write_positioners()
        self._write_detectors()
        self._write_plot()

    def _write_head(self, entry: Any) -> None:
        start, stop = self._start, self._data.stop_doc
        entry["title"] = _text(start.get("title") or start.get("command") or start.get("plan_name") or "scan")
        entry["entry_identifier"] = str(start.get("scan_id", start.get("uid", "")))
        entry["entry_identifier_uuid"] = str(start.get("uid", ""))
        entry["start_time"] = _moment(start.get("time", 0.0))
        entry["program_name"] = "bsh"
        entry["program_name"].attrs["configuration"] = _text(
            start.get("command") or start.get("plan_name") or ""
        )[:_LONGEST_ATTRIBUTE]
        if stop is not None:
            entry["end_time"] = _moment(stop["time"])
            entry["duration"] = round(stop["time"] - start["time"])
            entry["duration"].attrs["units"] = "s"
        if start.get("sample"):
            _group(self._file, "/entry/sample", "NXsample")["name"] = _text(start["sample"])
        user = next((start[key] for key in ("user", "operator") if start.get(key)), None)
        if user:
            _group(self._file, "/entry/user", "NXuser")["name"] = _text(user)

    def _write_metadata(self) -> None:
        for name, doc in (("start", self._start), ("stop", self._data.stop_doc)):
            group = _group(self._file, f"{_INSTRUMENT}/bsh/{name}", "NXcollection")
            names = _names(doc or {}, taken=())
            for key, value in (doc or {}).items():
                is_number = isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63)
                group[names[key]] = value if is_number else _text(value)

    # -- streams: where the numbers are ----------------------------------------------------------------

    def _write_stream(self, stream: Stream) -> None:
        group = _group(self._file, f"{STREAMS}/{_safe(stream.name)}", "NXcollection")
        began = float(self._start.get("time", 0.0))
        self._put(group, "time", [when - began for when in stream.times], "s")
        group["time"].attrs["start"] = _moment(began)
        group["time"].attrs["epoch"] = began
        self._put(group, "seq_num", stream.seq_nums, "")
        for key, values in stream.columns.items():
            if key not in stream.files:
                self._put(group, self._name(stream, key), values, stream.units(key))
        for key, file in stream.files.items():
            self._link_outside(group, self._name(stream, key), file)
        if settings := stream.descriptor.get("configuration"):
            place = f"{_INSTRUMENT}/bsh/configuration"
            _group(self._file, place, "NXcollection")[_safe(stream.name)] = encode(settings)

    def _put(self, group: Any, name: str, values: Sequence[Any], units: str) -> None:
        array = _array(values)
        dataset = group.create_dataset(name, data=array)
        if units:
            dataset.attrs["units"] = units
        dataset.attrs["target"] = dataset.name

    def _name(self, stream: Stream, key: str) -> str:
        return self._names[stream.name].get(key) or _safe(key)

    def _place_of(self, stream: Stream, key: str) -> str:
        return f"{STREAMS}/{_safe(stream.name)}/{self._name(stream, key)}"

    def _link_outside(self, group: Any, name: str, file: StreamFile) -> None:
        import h5py

        if file.dataset and Path(file.path).suffix.lower() in (".h5", ".hdf5", ".hdf", ".nxs", ".nx"):
            group[name] = h5py.ExternalLink(file.path, file.dataset)
        else:
            group[name] = file.uri

    # -- links to them -------------------------------------------------------------------------------

    def _write_positioners(self) -> None:
        for key in self._main.axes:
            if _is_numeric(self._main.columns[key]):
                self._add_positioner(self._main, key)
        baseline = self._data.streams.get("baseline")
        if baseline is not None:
            for key in [*baseline.axes, *baseline.counters]:
                if _is_numeric(baseline.columns[key]):
                    self._add_positioner(baseline, key)

    def _add_positioner(self, stream: Stream, key: str) -> None:
        place = f"{_INSTRUMENT}/{_safe(key)}"
        if place in self._file:
            return
        group = _group(self._file, place, "NXpositioner")
        group["name"] = key
        group["value"] = _soft(self._place_of(stream, key))

    def _write_detectors(self) -> None:
        stream = self._main
        for key in [*stream.counters, *stream.files]:
            place = f"{_INSTRUMENT}/{_safe(key)}"
            if place in self._file or not (key in stream.files or _is_numeric(stream.columns[key])):
                continue
            group = _group(self._file, place, "NXdetector")
            group["local_name"] = key
            group["data"] = _soft(self._place_of(stream, key))

    # -- the default plot ----------------------------------------------------------------------------

    def _write_plot(self) -> None:
        stream = self._main
        numeric = [key for key in stream.counters if _is_numeric(stream.columns[key])]
        flat = [key for key in numeric if _array(stream.columns[key]).ndim == 1]
        signals = flat or numeric[:1]
        if not signals:
            return  # nothing can be plotted
        self._file["/entry"].attrs["default"] = "data"
        group = _group(self._file, "/entry/data", "NXdata")
        group["title"] = self._file["/entry/title"][()]
        group.attrs["signal"] = self._name(stream, signals[0])
        if len(signals) > 1:
            group.attrs["auxiliary_signals"] = [self._name(stream, key) for key in signals[1:]]
        grid = ScannedGrid.of_run(self._start, stream.name)
        if grid is not None and grid.is_sequential and flat:
            self._write_grid(group, grid, signals)
            return
        for key in signals:
            group[self._name(stream, key)] = _soft(self._place_of(stream, key))
        axes = [key for key in stream.axes if _is_numeric(stream.columns[key])] or ["time"]
        names = [
            self._name(stream, axes[0]),
            *("." for _ in range(_array(stream.columns[signals[0]]).ndim - 1)),
        ]
        group.attrs["axes"] = names
        for key in axes:
            group[self._name(stream, key)] = _soft(self._place_of(stream, key))
            group.attrs[f"{self._name(stream, key)}_indices"] = [0]

    def _write_grid(self, group: Any, grid: ScannedGrid, signals: Sequence[str]) -> None:
        """Write the counters as a map; points that were not reached are NaN."""
        import numpy as np

        from bsh.callbacks.grid_cells import indices_of_numbers

        stream = self._main
        cells = indices_of_numbers(np.array(stream.seq_nums, dtype=float), grid.shape, grid.snaking)
        for key in signals:
            values = np.full(grid.shape, np.nan)
            values[tuple(cells)] = _array(stream.columns[key])
            dataset = group.create_dataset(self._name(stream, key), data=values)
            if units := stream.units(key):
                dataset.attrs["units"] = units
        names = []
        for index, fields in enumerate(grid.names):
            key = fields[0]
            names.append(self._name(stream, key))
            where = np.array(stream.columns[key], dtype=float)
            places = _centres(cells[index], where, grid.shape[index])
            dataset = group.create_dataset(self._name(stream, key), data=places)
            if units := stream.units(key):
                dataset.attrs["units"] = units
            group.attrs[f"{self._name(stream, key)}_indices"] = [index]
        group.attrs["axes"] = names


def _centres(indices: Any, positions: Any, size: int) -> Any:
    """Return the mean position of each row or column; those that were not reached follow the others' steps."""
    import numpy as np

    sums = np.bincount(indices, weights=positions, minlength=size)
    counts = np.bincount(indices, minlength=size)
    known = np.flatnonzero(counts)
    centres = np.full(size, np.nan)
    centres[known] = sums[known] / counts[known]
    if 0 < known.size < size:
        first, last = known[0], known[-1]
        step = (centres[last] - centres[first]) / (last - first) if last > first else 1.0
        missing = np.flatnonzero(counts == 0)
        centres[missing] = centres[first] + (missing - first) * step
    return centres


def _group(file: Any, place: str, kind: str, **attributes: str) -> Any:
    group = file.require_group(place)
    group.attrs["NX_class"] = kind
    group.attrs.update(attributes)
    return group


def _soft(place: str) -> Any:
    import h5py

    return h5py.SoftLink(place)


_TAKEN = ("time", "seq_num", "title")
"""Names beside the data keys in streams and in the default plot."""


def _names(keys: Iterable[str], taken: Sequence[str] = _TAKEN) -> dict[str, str]:
    """Return a name for each key that NeXus allows, no two the same."""
    names: dict[str, str] = {}
    for key in keys:
        name = _safe(key)
        while name in taken or name in names.values():
            name += "_"
        names[key] = name
    return names


def _safe(name: str) -> str:
    """Return a name that NeXus allows: letters, digits, ``_`` and ``.``."""
    text = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_.") else "_" for sign in name)
    return text if text[:1].isalnum() or text[:1] == "_" else f"_{text}"


def _array(values: Sequence[Any]) -> Any:
    """Return an array of numbers, of switches or of texts."""
    import numpy as np

    if _is_numeric(values):
        return np.array(
            [float("nan") if value is None else value for value in values] if None in values else values
        )
    texts = ["" if value is None else _text(value) for value in values]
    return np.array(texts, dtype=object) if texts else np.array([], dtype=float)


def _text(value: Any) -> str:
    """Return a value as a text that HDF5 can hold."""
    text = value if isinstance(value, str) else encode(value)
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def _is_numeric(values: Sequence[Any]) -> bool:
    import numpy as np

    there = [value for value in values if value is not None]
    if not there or any(isinstance(value, str | dict) for value in there):
        return False
    if len(there) < len(values) and any(isinstance(value, list) for value in there):
        return False
    try:
        return np.array(there).dtype.kind in "biuf"
    except ValueError:
        return False


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).astimezone().isoformat()
