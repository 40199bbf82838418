"""Which documents belong to the run that a callback follows.

Owns the rule for callbacks that show one run at a time: the run that was started last counts, and what belongs to
another one that is still open is ignored.
"""

from __future__ import annotations

from collections.abc import Collection

from bsh.callbacks.table import stream_name
from bsh.protocols import Document

__all__ = ["OneRun"]


class OneRun:
    """Tell the documents of one run from those of others.

    Documents whose run is not known, because the callback was subscribed late, count as this run's.

    Parameters
    ----------
    without : collection of str, optional
        Streams that do not count, such as a baseline that reads the same devices before and after a scan.

    Examples
    --------
    >>> run = OneRun()
    >>> run.begin({"uid": "a"})
    >>> run.takes_descriptor({"uid": "d", "run_start": "b"}), run.takes_event({"descriptor": "d"})
    (False, False)
    """

    def __init__(self, without: Collection[str] = ()) -> None:
        self.start: Document = {}
        self._without = without
        self._foreign: set[str] = set()

    def begin(self, start: Document) -> None:
        """Follow another run from now on.

        Parameters
        ----------
        start : dict
            Its start document.
        """
        self.start = start
        self._foreign = set()

    def takes_descriptor(self, doc: Document) -> bool:
        """Tell whether a descriptor is one of this run, and of a stream that counts.

        Parameters
        ----------
        doc : dict
            A descriptor.
        """
        if self._is_ours(doc) and stream_name(doc) not in self._without:
            return True
        self._foreign.add(doc.get("uid", ""))
        return False

    def takes_event(self, doc: Document) -> bool:
        """Tell whether an event is one of this run.

        Parameters
        ----------
        doc : dict
            An event.
        """
        return doc.get("descriptor", "") not in self._foreign

    def takes_stop(self, doc: Document) -> bool:
        """Tell whether a stop document is this run's.

        Parameters
        ----------
        doc : dict
            A stop document.
        """
        return self._is_ours(doc)

    def _is_ours(self, doc: Document) -> bool:
        run, ours = doc.get("run_start"), self.start.get("uid")
        return run is None or ours is None or run == ours
