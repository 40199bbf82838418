"""Metadata that outlive a script which uses an engine without a session."""

from __future__ import annotations

import os
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from bsh.errors import StoreError
from bsh.store.persistent_dict import PersistentDict

__all__ = ["ENV_VAR", "get_history", "search_path"]

ENV_VAR = "BSH_HISTORY_PATH"
"""Environment variable that names the folder."""


def search_path() -> list[Path]:
    """Return the folders that :func:`get_history` looks at, the best one first."""
    named = os.environ.get(ENV_VAR)
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return ([Path(named)] if named else []) + [home / "bsh" / "history", Path("/etc/bsh/history")]


def get_history() -> MutableMapping[str, Any]:
    """Return persistent metadata from the first folder that exists or can be made.

    Where none can be used, a plain dictionary is returned, with a warning that nothing will be kept.
    """
    problems = []
    for folder in search_path():
        try:
            return PersistentDict(folder)
        except (OSError, StoreError) as error:
            problems.append(f"{folder}: {error}")
    warnings.warn(f"metadata are kept in memory only: {'; '.join(problems)}", stacklevel=2)
    return {}
