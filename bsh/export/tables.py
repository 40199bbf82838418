"""Runs as tables: CSV, Parquet, pandas, xarray.

Owns how the columns of a run become those tables. One row a point; ``seq_num`` (from 1) and ``time`` (seconds since
the epoch) come first, then what the plan moved, what counts, and the rest.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from bsh.callbacks.router import DocumentRouter, events_of_page
from bsh.export.extras import needed_for
from bsh.export.run_data import RunData, Stream, is_streamed
from bsh.protocols import Document
from bsh.store import StoredRun
from bsh.store.codec import encode

__all__ = [
    "CsvLines",
    "as_array",
    "is_csv_of",
    "is_parquet_of",
    "to_pandas",
    "to_xarray",
    "write_csv",
    "write_parquet",
]


def write_csv(run: StoredRun, file: TextIO) -> None:
    """Write the points of a run as comma-separated values.

    Parameters
    ----------
    run : StoredRun
        The run; of its streams the one with the points of the scan.
    file : text file
        Open for writing. Texts are quoted where needed (RFC 4180), arrays are JSON, what is missing is empty.
    """
    stream = RunData(run.documents()).main
    keys = stream.ordered
    file.write(_csv_line(["seq_num", "time", *keys]))
    for index, (number, when) in enumerate(zip(stream.seq_nums, stream.times)):
        file.write(_csv_line([number, when, *(stream.columns[key][index] for key in keys)]))


class CsvLines(DocumentRouter):
    """The lines of a CSV file while a run is taken, for each document the text that it adds.

    Points that are taken again are there twice, and names of files are not known yet: what :func:`write_csv` writes
    once the run has ended has all that.
    """

    def __init__(self) -> None:
        self._start: Document = {}
        self._uids: set[str] = set()
        self._keys: list[str] = []

    def __call__(self, name: str, doc: Document) -> str:
        """Return the text.

        Parameters
        ----------
        name : str
            Kind of document.
        doc : dict
            The document.
        """
        return super().__call__(name, doc) or ""

    def start(self, doc: Document) -> None:
        """Take the hints."""
        self._start = doc

    def descriptor(self, doc: Document) -> str:
        """Return the names of the columns, for the first descriptor of the points."""
        if doc.get("name", "primary") != "primary":
            return ""
        self._uids.add(doc["uid"])
        if self._keys:
            return ""
        keys = [key for key, about in doc["data_keys"].items() if not is_streamed(about)]
        self._keys = Stream("primary", self._start, doc, columns={key: [] for key in keys}).ordered
        return _csv_line(["seq_num", "time", *self._keys])

    def event(self, doc: Document) -> str:
        """Return the line of a point."""
        if doc["descriptor"] not in self._uids:
            return ""
        return _csv_line([doc["seq_num"], doc["time"], *(doc["data"].get(key) for key in self._keys)])

    def event_page(self, doc: Document) -> str:  # type: ignore[override]  # texts are handed on here
        """Return the lines of the points."""
        return "".join(map(self.event, events_of_page(doc)))


def _csv_line(values: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_cell, values))
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return encode(value) if isinstance(value, list | dict) else value


def is_csv_of(path: Path, start: Document) -> bool:
    """Whether a file is of a run, or has no points yet: those of an earlier run were taken before this one began.

    Parameters
    ----------
    path : Path
        The file.
    start : dict
        The run's start document.
    """
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        head = file.readline()
        first = next(csv.reader(file), [])
    if not head.endswith("\n"):  # torn by a crash
        return "seq_num,time,".startswith(head[:13])
    try:
        return head.startswith("seq_num,time") and (len(first) < 2 or float(first[1]) >= start["time"])
    except ValueError:
        return False


def is_parquet_of(path: Path, start: Document) -> bool:
    """Whether a file is of a run.

    Parameters
    ----------
    path : Path
        The file.
    start : dict
        The run's start document.
    """
    from pyarrow import ArrowException, parquet

    try:
        metadata = parquet.read_schema(path).metadata or {}
    except ArrowException:  # something else
        return False
    return bool(json.loads(metadata.get(b"bsh.start", b"{}")).get("uid") == start["uid"])


def write_parquet(run: StoredRun, path: Path) -> None:
    """Write the points of a run as a Parquet file.

    Parameters
    ----------
    run : StoredRun
        The run; of its streams the one with the points of the scan.
    path : Path
        The file. Units are in the metadata of its columns, the start and stop documents in its own (JSON, keys
        ``bsh.start`` and ``bsh.stop``).
    """
    with needed_for("the format parquet"):
        import pyarrow as pa
        from pyarrow import parquet

    data = RunData(run.documents())
    stream = data.main
    columns = {"seq_num": stream.seq_nums, "time": stream.times}
    columns |= {key: _of_one_type(stream.columns[key]) for key in stream.ordered}
    arrays = {key: pa.array(values) for key, values in columns.items()}
    fields = [
        pa.field(key, array.type, metadata={"units": units} if (units := stream.units(key)) else None)
        for key, array in arrays.items()
    ]
    documents = {"bsh.start": encode(data.start_doc), "bsh.stop": encode(data.stop_doc)}
    table = pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields, metadata=documents))
    with path.open("wb") as file:  # pyarrow removes a path that it cannot write to, even a device
        parquet.write_table(table, file)


def _of_one_type(values: list[Any]) -> list[Any]:
    """Return values that a typed column can hold: numbers of one kind, else their JSON."""
    there = [value for value in values if value is not None]
    kinds = {type(value) for value in there}
    if kinds <= {bool} or kinds <= {str}:
        return values
    if kinds <= {int} and all(abs(value) < 2**63 for value in there):
        return values
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    if kinds == {list} and all(_is_flat_numbers(value) for value in there):
        return [None if value is None else [float(item) for item in value] for value in values]
    return [None if value is None else value if isinstance(value, str) else encode(value) for value in values]


def _is_flat_numbers(value: list[Any]) -> bool:
    return all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)


def to_pandas(stream: Stream) -> Any:
    """Return a stream as a pandas DataFrame, indexed by ``seq_num``.

    Parameters
    ----------
    stream : Stream
        Of a run.
    """
    with needed_for("to_pandas()"):
        import pandas as pd

    columns = {"time": stream.times, **{key: stream.columns[key] for key in stream.ordered}}
    frame = pd.DataFrame(columns, index=pd.Index(stream.seq_nums, name="seq_num"))
    frame.attrs["units"] = {key: units for key in stream.ordered if (units := stream.units(key))}
    return frame


def to_xarray(data: RunData, stream: Stream) -> Any:
    """Return a stream as an xarray Dataset along ``time``; what the plan moved are coordinates, arrays have axes.

    Parameters
    ----------
    data : RunData
        The run; its start and stop documents become attributes.
    stream : Stream
        One of its streams.
    """
    with needed_for("to_xarray()"):
        import xarray as xr
    import numpy as np

    variables = {}
    for key in stream.ordered:
        values = as_array(stream.columns[key])
        dims = ("time", *(f"{key}_dim_{axis}" for axis in range(values.ndim - 1)))
        units = stream.units(key)
        variables[key] = (dims, values, {"units": units} if units else {})
    coordinates: dict[str, Any] = {key: variables.pop(key) for key in stream.axes}
    coordinates |= {"time": np.asarray(stream.times, dtype=float), "seq_num": ("time", stream.seq_nums)}
    documents = {"start": encode(data.start_doc), "stop": encode(data.stop_doc)}
    attributes = {
        "scan_id": data.start_doc.get("scan_id", -1),
        "uid": data.start_doc.get("uid", ""),
        **documents,
    }
    return xr.Dataset(variables, coords=coordinates, attrs=attributes)


def as_array(values: list[Any]) -> Any:
    """Return values as an array of numbers or texts; where they are of several shapes or kinds, as their JSON.

    Parameters
    ----------
    values : list
        Of one column; None where a point has none.
    """
    import numpy as np

    there = [value for value in values if value is not None]
    if len(there) < len(values) and all(isinstance(value, int | float) for value in there):
        values = [float("nan") if value is None else value for value in values]
    try:
        array = np.array(values)
    except ValueError:
        array = np.array([], dtype=object)
    if array.dtype == object:
        array = np.array([value if isinstance(value, str) else json.dumps(value) for value in values])
    return array
