"""Where metadata of scripts are kept: the folders that bluesky's users have."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from bsh.errors import StoreError
from bsh.store import PersistentDict
from bsh.store import get_history as history_of_bsh

__all__ = ["ENV_VAR", "SEARCH_PATH", "get_history"]

ENV_VAR = "BLUESKY_HISTORY_PATH"
"""Environment variable that names the folder."""

SEARCH_PATH: list[str] = [
    str(Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "bluesky"),
    "/etc/bluesky",
]
"""Folders that are looked at after the variable's, and used if they are there."""


def get_history() -> MutableMapping[str, Any]:
    """Return persistent metadata, from ``$BLUESKY_HISTORY_PATH`` or one of :data:`SEARCH_PATH`.

    Files that bluesky's own history wrote there are left alone. Where no such folder can be used, bsh's
    own is.
    """
    named = os.environ.get(ENV_VAR)
    for folder in [*([named] if named else []), *filter(os.path.isdir, SEARCH_PATH)]:
        try:
            return PersistentDict(Path(folder) / "bsh-history")
        except (OSError, StoreError):
            continue
    return history_of_bsh()
