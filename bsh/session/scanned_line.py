"""A stored scan along a line: its axes, its counters, their peaks.

Owns the way from the documents of a run to numbers; what becomes of them is the business of the commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from bsh.commands import CommandSession, axis_named, nearest_hint
from bsh.commands.selection import selection_of
from bsh.errors import CommandError, DeviceError, RunNotFound

if TYPE_CHECKING:
    from bsh.callbacks.peaks import PeakResult

__all__ = ["ScannedLine", "split_references", "stored_run"]


def stored_run(session: CommandSession, ref: int = -1) -> Any:
    """Return a stored run.

    Parameters
    ----------
    session : CommandSession
        Whose store is looked at.
    ref : int
        A scan number; -1 is the last one.

    Raises
    ------
    CommandError
        There is no scan at all.
    RunNotFound
        There is no such scan.
    """
    try:
        return session.store.run(ref)
    except RunNotFound:
        if not session.store.runs(limit=1):
            raise CommandError(
                "there is no scan yet", hint="ascan motor start stop intervals seconds"
            ) from None
        raise


class ScannedLine:
    """The points of a scan, in the order in which they were taken; of one taken again, the last time.

    Parameters
    ----------
    session : CommandSession
        Whose store and devices.
    ref : int
        A scan number; -1 is the last one.

    Attributes
    ----------
    start : dict
        The start document.
    axes : list of str
        Names of the motors that went along the line.
    points : list of dict
        Data by key.

    Raises
    ------
    CommandError
        No motor was scanned, or over a grid.
    """

    def __init__(self, session: CommandSession, ref: int = -1) -> None:
        from bsh.callbacks.columns import choose_columns, dimensions

        run = stored_run(session, ref)
        self._session = session
        self.label = f"scan {run.summary.scan_id}"
        self.uid = run.summary.uid
        self.scan_id = run.summary.scan_id
        self.start: dict[str, Any] = {}
        descriptors: dict[str, dict[str, Any]] = {}
        points: dict[int, dict[str, Any]] = {}
        for kind, doc in run.documents():
            if kind == "start":
                self.start = doc
            elif kind == "descriptor" and doc.get("name") == "primary":
                descriptors[doc["uid"]] = doc
            elif kind == "event" and doc["descriptor"] in descriptors:
                points[doc["seq_num"]] = doc["data"]
        self.points = [points[number] for number in sorted(points)]
        self.axes = [str(name) for name in self.start.get("motors") or ()]
        if not self.axes or not self.points or len(dimensions(self.start)) > 1:
            what = self.start.get("command") or self.start.get("plan_name")
            raise CommandError(
                f"{self.label} ({what}) has no scanned motor to go along",
                hint="name another one by its number; scans lists them",
            )
        first = next(iter(descriptors.values()))
        columns = [column for column in choose_columns(self.start, first) if column.numeric]
        self.counters = [column.key for column in columns if column.role == "counter"]
        self._objects = {key: str(of.get("object_name", "")) for key, of in first["data_keys"].items()}

    def values(self, key: str) -> list[float]:
        """Return a column as numbers.

        Parameters
        ----------
        key : str
            A data key.
        """
        from bsh.callbacks.points import number_of

        return [number_of(point.get(key)) for point in self.points]

    def counter(self, name: str = "") -> str:
        """Return the counter that is meant: the one named, else the first that is plotted or active.

        Parameters
        ----------
        name : str
            A data key or a device; ``*`` is allowed.

        Raises
        ------
        CommandError
            The scan has no such counter, or none at all.
        """
        if not self.counters:
            raise CommandError(f"{self.label} has no counters")
        wanted = [name] if name else list(selection_of(self._session).plotted)
        if not name:
            wanted += [device.name for device in self._session.counters]
        for one in wanted:
            for key in self.counters:
                if fnmatchcase(key, one) or fnmatchcase(self._objects.get(key, ""), one):
                    return key
        if name:
            raise CommandError(
                f"{self.label} has no counter {name}",
                hint=nearest_hint(name, self.counters) or f"its counters: {' '.join(self.counters)}",
            )
        return self.counters[0]

    def peak(self, counter: str) -> PeakResult | None:
        """Return what the points say about a peak, along the first axis.

        Parameters
        ----------
        counter : str
            A data key.
        """
        from bsh.callbacks.peaks import peak_statistics

        return peak_statistics(self.values(self.axes[0]), self.values(counter))

    def targets(self, position: float) -> list[tuple[Any, float]]:
        """Return where each axis has to go for a position of the first one: they went along a line.

        Parameters
        ----------
        position : float
            Of the first axis, in its own units.

        Raises
        ------
        DeviceError
            An axis is not there any more.
        """
        first = self.values(self.axes[0])
        low, high = first.index(min(first)), first.index(max(first))
        found: list[tuple[Any, float]] = []
        for name in self.axes:
            device = axis_named(name, self._session.devices)
            if device is None:
                raise DeviceError(f"{self.label} went along {name}, which is not there any more")
            if hasattr(type(device), "offline_error"):
                raise device.offline_error()
            along = self.values(name)
            span = first[high] - first[low]
            share = (position - first[low]) / span if span else 0.0
            exact = name == self.axes[0]
            found.append((device, position if exact else along[low] + share * (along[high] - along[low])))
        return found


def split_references(words: Sequence[str]) -> tuple[int, str]:
    """Return the scan and the counter that words name: ``142 mon``; -1 and nothing where they do not.

    Parameters
    ----------
    words : sequence of str
        As typed.

    Raises
    ------
    CommandError
        Two scans or two counters are named.
    """
    refs = [word for word in words if word.lstrip("-").isdigit()]
    names = [word for word in words if word not in refs]
    if len(refs) > 1 or len(names) > 1:
        raise CommandError(f"{' '.join(words)}: give at most one scan and one counter")
    return int(refs[0]) if refs else -1, names[0] if names else ""
