"""Callbacks that work on a whole run once it has ended and is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bsh.callbacks.stored_documents import documents_of
from bsh.protocols import Document, Subscriber

__all__ = ["make_restreamer", "post_run", "verify_files_saved"]


def post_run(callback: Subscriber, db: Any, fill: bool = False) -> Subscriber:
    """Return a callback that replays each run from a database to another callback, when the run has ended.

    Parameters
    ----------
    callback : callable
        Gets all documents of the run, ``callback(name, doc)``.
    db : object
        Keeps the runs: a bsh ``RunStore``, a databroker, or anything with ``db[uid].documents()``.
    fill : bool, optional
        Ask the database to fill in external data.

    Returns
    -------
    callable
        Subscribe it to all documents; it acts on the stop document.

    Examples
    --------
    >>> names = []
    >>> replay = post_run(lambda name, doc: names.append(name), {"a": [("start", {"uid": "a"})]})
    >>> replay("stop", {"run_start": "a"})
    >>> names
    ['start']
    """

    def replay(name: str, doc: Document) -> None:
        if name == "stop":
            for stored_name, stored in documents_of(db, doc["run_start"], fill=fill):
                callback(stored_name, stored)

    return replay


def make_restreamer(callback: Subscriber, db: Any) -> Callable[[str], None]:
    """Return a function that replays a run from a database to a callback.

    Parameters
    ----------
    callback : callable
        Gets all documents, ``callback(name, doc)``.
    db : object
        As for :func:`post_run`.

    Returns
    -------
    callable
        ``restream(uid)``; it can also be subscribed, and then replays each run that ends.
    """

    def restream(name: Any, doc: Document | None = None) -> None:
        if doc is None:
            uid = name
        elif name == "stop":
            uid = doc["run_start"]
        else:
            return
        for stored_name, stored in documents_of(db, uid):
            callback(stored_name, stored)

    return restream


def verify_files_saved(name: str, doc: Document, db: Any) -> None:
    """Check at the end of a run that all its documents are stored and all its external data can be read.

    Subscribe it with ``functools.partial(verify_files_saved, db=db)``.

    Parameters
    ----------
    name : str
        Kind of the document; it acts on the stop document.
    doc : dict
        The document.
    db : object
        As for :func:`post_run`.

    Raises
    ------
    StoreError
        Events are missing in the database; the text says of which stream and how many.
    """
    if name != "stop":
        return
    from bsh.errors import StoreError

    streams: dict[str, str] = {}
    stored: dict[str, set[int]] = {}
    for stored_name, stored_doc in documents_of(db, doc["run_start"], fill=True):
        if stored_name == "descriptor":
            streams[stored_doc["uid"]] = stored_doc.get("name", "primary")
        elif stored_name in ("event", "event_page"):
            numbers = stored_doc["seq_num"]
            stream = streams.get(stored_doc["descriptor"], "primary")
            stored.setdefault(stream, set()).update([numbers] if stored_name == "event" else numbers)
    for stream, count in (doc.get("num_events") or {}).items():
        found = len(stored.get(stream, ()))
        if found < count:
            raise StoreError(
                f"Of the {count} events of stream {stream} of run {doc['run_start']}, {found} are stored.",
                hint="look for unsaved documents with bsh doctor",
            )
    print(f"All documents and files of run {doc['run_start']} are saved and can be read.")
