"""The boxed table that scripts subscribe for themselves.

Owns the layout of ``LiveTable`` as scripts of the field know it: sequence numbers from 1, rules between
header and rows, a summary line at the end. The shell's own table is :mod:`bsh.callbacks.table_text`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.callbacks.cells import Cell, cell_formatter, clock_cell, fit, text_width
from bsh.callbacks.obj_fields import get_obj_fields
from bsh.callbacks.printed_tables import note_printed_table
from bsh.callbacks.safety import make_class_safe
from bsh.protocols import Document

__all__ = ["LiveTable"]

DTYPES = frozenset({"number", "integer", "string", "boolean", "array"})
SEQ_NUM, TIME = "seq_num", "time"
LEAST_WIDTHS = {SEQ_NUM: 9, TIME: 10}
FAILED_ROW = " failed to format row "


@make_class_safe
class LiveTable(CallbackBase):
    """Print a table of chosen fields of one stream, a row an event.

    Parameters
    ----------
    fields : list
        Data keys, or devices for all of their keys.
    stream_name : str, optional
        The stream that is shown.
    print_header_interval : int, optional
        Rows after which the header is printed again.
    min_width : int, optional
        Width of the narrowest column of a field, padding included.
    default_prec : int, optional
        Decimals of a number whose device names no precision.
    extra_pad : int, optional
        Blanks on both sides of a cell.
    separator_lines : bool, optional
        Print rules around the header and below the last row.
    logbook : callable, optional
        Gets the text of the whole table at the end of the run.
    out : callable, optional
        Gets each line.

    Examples
    --------
    >>> table = LiveTable(["det"])
    >>> _ = table("start", {"uid": "2f8ab7c1", "scan_id": 7, "plan_name": "count", "plan_type": "generator"})
    >>> _ = table("descriptor", {"uid": "d", "run_start": "2f8ab7c1", "name": "primary",
    ...       "data_keys": {"det": {"dtype": "number", "shape": [], "source": "", "precision": 2}}})
    +-----------+------------+------------+
    |   seq_num |       time |        det |
    +-----------+------------+------------+
    >>> _ = table("stop", {"run_start": "2f8ab7c1"})
    +-----------+------------+------------+
    generator count ['2f8ab7c1'] (scan num: 7)
    """

    def __init__(
        self,
        fields: Iterable[Any],
        *,
        stream_name: str = "primary",
        print_header_interval: int = 50,
        min_width: int = 12,
        default_prec: int = 3,
        extra_pad: int = 1,
        separator_lines: bool = True,
        logbook: Callable[[str], Any] | None = None,
        out: Callable[[str], Any] = print,
    ) -> None:
        super().__init__()
        self._fields = get_obj_fields(fields)
        self._stream = stream_name
        self._header_interval = print_header_interval
        self._min_width = min_width
        self._default_prec = default_prec
        self._pad = extra_pad
        self._has_rules = separator_lines
        self._logbook = logbook
        self._out = out
        self._start: Document | None = None
        self._forget()

    def _forget(self) -> None:
        self._descriptors: set[str] = set()
        self._columns: dict[str, tuple[Cell, int]] = {}
        self._external: frozenset[str] = frozenset()
        self._text: list[str] = []
        self._count = 0

    def start(self, doc: Document) -> None:
        """Begin a table."""
        self._forget()
        self._start = doc

    def descriptor(self, doc: Document) -> None:
        """Choose the formats of the columns and print the header."""
        if doc.get("name") != self._stream or not self._is_ours(doc):
            return
        self._descriptors.add(doc["uid"])
        data_keys: Mapping[str, Any] = doc["data_keys"]
        self._external = frozenset(key for key, about in data_keys.items() if about.get("external"))
        self._columns = {SEQ_NUM: (str, LEAST_WIDTHS[SEQ_NUM]), TIME: (clock_cell(), LEAST_WIDTHS[TIME])}
        for key in self._fields:
            if key in data_keys and (column := self._column(key, data_keys[key])) is not None:
                self._columns[key] = column
        if self._out is print:
            note_printed_table(str(doc.get("run_start", "")), self._stream)
        self._print_header()

    def event(self, doc: Document) -> None:
        """Print a row; the header first where it is due."""
        if doc["descriptor"] not in self._descriptors:
            return
        self._count += 1
        if self._header_interval and self._count > 1 and (self._count - 1) % self._header_interval == 0:
            self._print_header()
        try:
            row = self._row([self._cell(key, cell, doc) for key, (cell, _) in self._columns.items()])
        except Exception:  # a row that cannot be shown must not end the plan
            row = FAILED_ROW
        self._print(row)

    def stop(self, doc: Document) -> None:
        """Print the last rule and a summary; hand the whole text to the logbook."""
        start = self._start
        if start is None or not self._is_ours(doc):
            return
        words = [str(start[key]) for key in ("plan_type", "plan_name") if key in start]
        words += [f"['{start['uid']:.8}']", f"(scan num: {start.get('scan_id')})"]
        self._print_rule()
        self._print(" ".join(words))
        if self._logbook is not None:
            self._logbook("\n".join(self._text))
        self._start = None

    def _is_ours(self, doc: Document) -> bool:
        return self._start is None or doc.get("run_start") == self._start["uid"]

    def _column(self, key: str, data_key: Mapping[str, Any]) -> tuple[Cell, int] | None:
        dtype = data_key.get("dtype")
        if dtype not in DTYPES:
            warnings.warn(
                f"LiveTable leaves {key!r} out: it does not know how to show values of dtype {dtype!r}.",
                stacklevel=4,
            )
            return None
        precision = data_key.get("precision")
        decimals = precision if isinstance(precision, int) and precision >= 0 else self._default_prec
        width = max(self._min_width - 2 * self._pad, text_width(key), decimals + 4)
        return cell_formatter({**data_key, "precision": decimals}, width), width

    def _cell(self, key: str, cell: Cell, event: Document) -> str:
        if key in (SEQ_NUM, TIME) and key not in event["data"]:
            return cell(event[key])
        if key in self._external and not (event.get("filled") or {}).get(key, False):
            return ""
        return cell(event["data"][key])

    def _row(self, cells: list[str]) -> str:
        pad = " " * self._pad
        padded = (
            f"{pad}{' ' * (width - text_width(text))}{text}{pad}"
            for text, (_, width) in zip(cells, self._columns.values())
        )
        return f"|{'|'.join(padded)}|"

    def _print_header(self) -> None:
        self._print_rule()
        self._print(self._row([fit(key, width) for key, (_, width) in self._columns.items()]))
        self._print_rule()

    def _print_rule(self) -> None:
        if self._has_rules and self._columns:
            self._print(f"+{'+'.join('-' * (width + 2 * self._pad) for _, width in self._columns.values())}+")

    def _print(self, line: str) -> None:
        if self._logbook is not None:
            self._text.append(line)
        self._out(line)
