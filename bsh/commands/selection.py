"""What the person at the prompt chose to see: columns of tables, counters of plots and peaks.

Owns the choices of a session and the file that keeps them until the next one. What they mean for a table or a
plot is not its business.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

__all__ = ["Selection", "selection_of"]

FILE = "selection.json"


@dataclass
class Selection:
    """What is shown.

    Attributes
    ----------
    columns : tuple of str
        Counters of the table, by data key or device, ``*`` allowed; empty for all.
    plotted : tuple of str
        Counters of plots, the first ones also of peak statistics; empty for the active counters.
    counters : tuple of str
        What counts unless others are named; empty for the profile's first group.
    plots : bool
        Whether plots are drawn at all.
    log_y : bool
        Whether lines have a logarithmic axis.
    file : Path, optional
        Where :meth:`save` writes it.
    """

    columns: tuple[str, ...] = ()
    plotted: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    plots: bool = True
    log_y: bool = False
    file: Path | None = field(default=None, compare=False, repr=False)

    def save(self) -> None:
        """Keep the choices for the next session, as far as that is possible."""
        if self.file is None:
            return
        chosen = {name: value for name, value in asdict(self).items() if name != "file"}
        fresh = self.file.with_suffix(".tmp")
        try:
            fresh.write_text(json.dumps(chosen), encoding="utf-8")
            os.replace(fresh, self.file)
        except OSError:  # a full disk must not keep anybody from choosing
            return

    @classmethod
    def load(cls, file: Path) -> Selection:
        """Return the choices of the last session, or none where there are no good ones.

        Parameters
        ----------
        file : Path
            Where they were saved.
        """
        selection = cls(file=file)
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return selection
        if isinstance(known, dict):
            for one in fields(cls):
                value = known.get(one.name)
                if isinstance(getattr(selection, one.name), tuple):
                    setattr(selection, one.name, _words(value))
                elif isinstance(value, bool):
                    setattr(selection, one.name, value)
        return selection


def _words(value: Any) -> tuple[str, ...]:
    words: Sequence[Any] = value if isinstance(value, list) else ()
    return tuple(word for word in words if isinstance(word, str))


_selections: weakref.WeakKeyDictionary[Any, Selection] = weakref.WeakKeyDictionary()


def selection_of(session: Any) -> Selection:
    """Return what is shown in a session; kept in its folder, if it has one.

    Parameters
    ----------
    session : Session
        Whose.
    """
    selection = _selections.get(session)
    if selection is None:
        folder = getattr(session, "folder", None)
        selection = Selection() if folder is None else Selection.load(Path(folder) / FILE)
        _selections[session] = selection
    return selection
