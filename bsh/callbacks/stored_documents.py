"""The documents of a run, from whatever keeps them.

Owns the few ways in which databases of the field are asked: a bsh run store, a databroker, a mapping of runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

from bsh.errors import StoreError
from bsh.protocols import Document

__all__ = ["documents_of"]

DURABLE_S = 10.0
"""How long a store is waited for that still has to write the last documents."""


def documents_of(db: Any, uid: str, *, fill: bool = False) -> Iterator[tuple[str, Document]]:
    """Yield the documents of a run in the order of emission.

    Parameters
    ----------
    db : object
        A bsh ``RunStore``, or something that returns a run for ``db[uid]`` with ``documents()``, such as a
        databroker.
    uid : str
        The run's uid.
    fill : bool, optional
        Ask for external data to be filled in; a bsh store has none.

    Raises
    ------
    StoreError
        The run is not there, or cannot be read.
    """
    _wait_until_durable(db)
    is_store = hasattr(db, "run") and hasattr(db, "runs")
    try:
        run = db.run(uid) if is_store else db[uid]
    except LookupError as error:
        raise StoreError(f"The run {uid} is not in {db!r}.") from error
    documents = getattr(run, "documents", run)
    if not callable(documents):
        yield from documents
    elif fill and not is_store:
        yield from documents(fill=True)
    else:
        yield from documents()


def _wait_until_durable(db: Any) -> None:
    when_durable = getattr(db, "when_durable", None)
    if when_durable is None:
        return
    written, failed = Event(), []

    def done(error: BaseException | None) -> None:
        failed.append(error)
        written.set()

    when_durable(done)
    if not written.wait(DURABLE_S):
        raise StoreError(f"The store has not written its last documents within {DURABLE_S:g} s.")
    if failed[0] is not None:
        raise failed[0]
