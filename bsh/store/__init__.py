"""Runs, scan numbers and metadata, in one SQLite file a profile."""

from bsh.store.history import get_history
from bsh.store.home import all_stores, bsh_home, profile_folder, store_path
from bsh.store.library import RunLibrary
from bsh.store.metadata import Metadata
from bsh.store.persistent_dict import PersistentDict
from bsh.store.run_store import RunStore
from bsh.store.stored_run import StoredDocument, StoredRun
from bsh.store.summary import RunSummary

__all__ = [
    "Metadata",
    "PersistentDict",
    "RunLibrary",
    "RunStore",
    "RunSummary",
    "StoredDocument",
    "StoredRun",
    "all_stores",
    "bsh_home",
    "get_history",
    "profile_folder",
    "store_path",
]
