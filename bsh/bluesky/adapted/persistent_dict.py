"""``PersistentDict`` for folders that bluesky may have written into."""

from __future__ import annotations

import os
from pathlib import Path

from bsh.bluesky.adapted.old_history import old_history
from bsh.store import PersistentDict as BshPersistentDict

__all__ = ["PersistentDict"]


class PersistentDict(BshPersistentDict):
    """A dict whose contents outlive the process.

    The first time in a folder it takes over what bluesky's own kept there, so that scan numbers go on; those files
    are left as they are.

    Parameters
    ----------
    directory : path
        The folder, made if missing.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        folder = Path(directory)
        old = dict(old_history(folder)) if folder.is_dir() and not (folder / "metadata.db").exists() else {}
        super().__init__(directory)
        self.update(old)
