"""What can be drawn of a stored run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from bsh.commands.nearest import nearest_hint
from bsh.errors import CommandError

if TYPE_CHECKING:
    from bsh.callbacks.figures import Figure
    from bsh.store import StoredRun

__all__ = ["StoredFigures"]


class StoredFigures:
    """One stored run, to be plotted.

    Parameters
    ----------
    run : StoredRun
        The run.
    plotted : sequence of str
        What is plotted unless something is named; everything if it is empty.
    active : sequence of str
        What comes next.

    Attributes
    ----------
    label : str
        Its number, as it stands in titles.
    """

    def __init__(self, run: StoredRun, plotted: Sequence[str] = (), active: Sequence[str] = ()) -> None:
        self._documents = list(run.documents())
        self.label = f"#{run.summary.scan_id}"
        self._plotted = tuple(plotted)
        self._active = tuple(active)

    def figures(self, names: Sequence[str] = (), along: str = "", log: bool = False) -> list[Figure]:
        """Return the figures of the run; at least one.

        Parameters
        ----------
        names : sequence of str
            What is plotted, ``*`` allowed.
        along : str
            The column along which, instead of what the scan moved.
        log : bool
            Whether the axis is logarithmic.

        Raises
        ------
        CommandError
            It has no such column, or nothing to plot.
        """
        from bsh.callbacks.run_figures import RunFigures

        for name in [*names, *([along] if along else [])]:
            self._check(name)
        documents = self._along(along) if along else self._documents
        model = RunFigures((*self._plotted, *self._active), log, only=names or self._plotted)
        for kind, document in documents:
            model(kind, document)
        figures = list(model.figures())
        if not figures:
            keys = ", ".join(self.keys) or "none"
            raise CommandError(f"scan {self.label} has nothing to plot", hint=f"its columns: {keys}")
        return figures

    @property
    def keys(self) -> list[str]:
        """The names of the run's columns."""
        found = [key for kind, doc in self._documents if kind == "descriptor" for key in doc["data_keys"]]
        return list(dict.fromkeys(found))

    def _check(self, name: str) -> None:
        known = {*self.keys}
        for kind, document in self._documents:
            if kind == "descriptor":
                known |= {*(document.get("object_keys") or {})}
        if not any(fnmatchcase(one, name) for one in known):
            hint = nearest_hint(name, known) or f"its columns: {', '.join(self.keys) or 'none'}"
            raise CommandError(f"scan {self.label} has no column {name}", hint=hint)

    def _along(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the documents as if the scan had been made along this column."""
        for kind, document in self._documents:
            if kind == "start":
                document = {
                    name: value for name, value in document.items() if name not in ("motors", "shape")
                }
                yield (
                    kind,
                    document | {"hints": {"dimensions": [[[key], "primary"]]}, "command": f"over {key}"},
                )
            else:
                yield kind, document
