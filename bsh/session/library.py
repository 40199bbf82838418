"""``scans`` at the prompt: old runs by number with their columns by name, and the command of that name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bsh.commands import Command, CommandRunner
from bsh.commands.nearest import nearest_hint
from bsh.errors import CommandError

if TYPE_CHECKING:
    from bsh.export import RunData, Stream

__all__ = ["Scan", "ScanLibrary", "ScanRunner"]


class Scan:
    """A stored run: its documents, and its columns by name.

    ``scan.x`` and ``scan.y`` are what was plotted first. ``scan.det`` and ``scan["det"]`` are arrays with a value for each point, as it was taken last where a point was
    taken again. A device's name means the first of its columns.

    Parameters
    ----------
    run : StoredRun
        The run.
    """

    def __init__(self, run: Any) -> None:
        self._run = run
        self._read: RunData | None = None

    @property
    def summary(self) -> Any:
        """One line of the library: number, time, points, how it ended."""
        return self._run.summary

    @property
    def start(self) -> dict[str, Any]:
        """The start document."""
        start: dict[str, Any] = self._run.start
        return start

    @property
    def stop(self) -> dict[str, Any] | None:
        """The stop document; None for a run that has not ended properly."""
        stop: dict[str, Any] | None = self._run.stop
        return stop

    def documents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield ``(name, document)`` in the order of emission."""
        yield from self._run.documents()

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._stream().ordered

    @property
    def streams(self) -> list[str]:
        """The names of the streams."""
        return list(self._data().streams)

    def __getitem__(self, name: str) -> Any:
        """Return a column as a numpy array, shape ``(n_points, ...)``."""
        from bsh.export.tables import as_array

        stream = self._stream()
        if name in ("time", "seq_num"):
            return as_array(stream.times if name == "time" else stream.seq_nums)
        if name not in stream.columns:
            keys = (stream.descriptor.get("object_keys") or {}).get(name) or [name]
            if keys[0] not in stream.columns:
                known = [*stream.columns, "time", "seq_num"]
                hint = nearest_hint(name, known) or f"its columns: {', '.join(known)}"
                raise CommandError(f"scan {self.summary.scan_id} has no column {name}", hint=hint)
            name = keys[0]
        return as_array(stream.columns[name])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except CommandError as error:
            raise AttributeError(f"{error.message} ({error.hint})") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(key for key in self.columns if key.isidentifier())]

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    @property
    def x(self) -> Any:
        """Where the scanned axis was at each point; the times of a scan without one. A column named x comes first."""
        return self._column_or("x", lambda: self._curve().x)

    @property
    def y(self) -> Any:
        """The values of the first counter. A column named y comes first."""
        return self._column_or("y", lambda: self._curve().y)

    @property
    def df(self) -> Any:
        """The points as a pandas DataFrame; as :meth:`to_pandas`."""
        return self.to_pandas()

    @property
    def peak(self) -> Any:
        """What ``y`` over ``x`` says about a peak: ``cen``, ``com``, ``fwhm``, ``max``, ``min``; None without points."""
        from bsh.callbacks.peaks import peak_statistics

        return peak_statistics(list(self.x), list(self.y))

    def plot(self, *names: str) -> Any:
        """Return a plot to look at, of the first counter or of those that are named."""
        from bsh.commands.plot_report import Plot
        from bsh.commands.stored_figures import StoredFigures

        figures = StoredFigures(self._run).figures(names)
        return Plot(tuple(figures if names else figures[:1]), chosen=bool(names))

    def _column_or(self, name: str, otherwise: Callable[[], Any]) -> Any:
        from bsh.export.tables import as_array

        return self[name] if name in self._stream().columns else as_array(list(otherwise()))

    def _curve(self) -> Any:
        from bsh.callbacks.figures import LineFigure
        from bsh.commands.stored_figures import StoredFigures

        figure = StoredFigures(self._run).figures()[0]
        if not isinstance(figure, LineFigure):
            raise CommandError(
                f"scan {self.summary.scan_id} is no scan along a line", hint="its columns have names"
            )
        return figure.curves[0]

    def table(self) -> Any:
        """Return the points as a table to look at."""
        from bsh.commands.one_scan import table_of
        from bsh.commands.reports import Listing

        return Listing(tuple(table_of(self._run)))

    def replay(self, *callbacks: Any, speed: float | None = None) -> int:
        """Give the documents to callbacks again, as when the run was taken; return how many there were.

        Parameters
        ----------
        *callbacks : callable
            ``callback(name, doc)``, as for ``RE.subscribe``.
        speed : float, optional
            1.0 keeps the times of the run, 10.0 is ten times as fast; without it there are no pauses.
        """
        from bsh.callbacks import replay

        return replay(self.documents(), *callbacks, speed=speed)

    def to_pandas(self, stream: str = "") -> Any:
        """Return a pandas DataFrame, a row for each point.

        Parameters
        ----------
        stream : str, optional
            Another stream than the one with the points of the scan, for example ``baseline``.
        """
        from bsh.export.tables import to_pandas

        return to_pandas(self._stream(stream))

    def to_xarray(self, stream: str = "") -> Any:
        """Return an xarray Dataset along ``time``.

        Parameters
        ----------
        stream : str, optional
            Another stream than the one with the points of the scan, for example ``baseline``.
        """
        from bsh.export.tables import to_xarray

        return to_xarray(self._data(), self._stream(stream))

    def __len__(self) -> int:
        return len(self._stream().seq_nums)

    def __repr__(self) -> str:
        summary = self.summary
        points = f"{summary.num_points} point{'' if summary.num_points == 1 else 's'}"
        how = summary.exit_status or summary.reason
        line = f"scan {summary.scan_id}: {summary.command or summary.plan_name}, {points}, {how}"
        return f"{line}\ncolumns: {', '.join(self.columns) or 'none'}"

    def _data(self) -> RunData:
        if self._read is None:
            from bsh.export import RunData

            data = RunData(self._run.documents())
            if data.stop_doc is None:
                return data  # it may go on
            self._read = data
        return self._read

    def _stream(self, name: str = "") -> Stream:
        data = self._data()
        if not name:
            return data.main
        if name not in data.streams:
            known = ", ".join(data.streams) or "none"
            raise CommandError(
                f"scan {self.summary.scan_id} has no stream {name}", hint=f"its streams: {known}"
            )
        return data.streams[name]


class ScanLibrary:
    """Old runs: ``scans[-1]`` is the last one, ``scans[142]`` the one with that number.

    Parameters
    ----------
    store : RunStore
        Where they are.
    """

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getitem__(self, ref: int | str) -> Scan:
        """Return a stored run by scan number, uid (or its beginning), or place from the end."""
        return Scan(self._store.run(ref))

    def search(self, text: str, limit: int | None = 100) -> list[Scan]:
        """Return the runs in whose line, metadata or comments all these words occur, newest first.

        Parameters
        ----------
        text : str
            Words, or beginnings of words.
        limit : int or None, optional
            How many at most.
        """
        return [self[run.uid] for run in self._store.runs(limit, text=text)]

    def __repr__(self) -> str:
        return "scans[-1] is the last scan, scans[142] the one with that number"


class ScanRunner(CommandRunner):
    """The command ``scans``, which also hands out old runs by number.

    Parameters
    ----------
    command : Command
        The command that lists scans.
    session : Session
        What it acts on.
    """

    def __init__(self, command: Command, session: Any) -> None:
        super().__init__(command, session)
        self._library = ScanLibrary(session.store)
        self.search = self._library.search

    def __getitem__(self, ref: int | str) -> Scan:
        """Return a stored run by scan number, uid (or its beginning), or place from the end."""
        return self._library[ref]
