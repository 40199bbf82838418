"""The profile's metadata in the persistent metadata, without undoing what the user changed.

Owns the record of what the profile said last time: only what the profile itself changed since is taken
over, key by key and inside nested values too.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

__all__ = ["apply_metadata", "unset_metadata"]

RECORD = "profile-metadata.json"


def apply_metadata(wanted: Mapping[str, Any], metadata: MutableMapping[str, Any], folder: Path) -> None:
    """Bring metadata up to date with a profile.

    Parameters
    ----------
    wanted : mapping
        The profile's metadata.
    metadata : mutable mapping
        The session's; values that the user changed, and keys that the user deleted, stay as they are.
    folder : Path
        The state folder, which keeps the record.
    """
    from bsh.store.merge import merged

    file = folder / RECORD
    last = _read(file)
    wanted = copy.deepcopy(dict(wanted))
    if wanted == last:
        return
    present = {key: metadata[key] for key in {*last, *wanted} if key in metadata}
    result = merged(last, copy.deepcopy(present), wanted)
    for key in present:
        if key not in result:
            del metadata[key]
    metadata.update(
        {key: value for key, value in result.items() if key not in present or present[key] != value}
    )
    _write(file, wanted)


def unset_metadata(wanted: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[str]:
    """Return a line where metadata that the profile asks for, with null, have no value yet.

    Parameters
    ----------
    wanted : mapping
        The profile's metadata.
    metadata : mapping
        The session's.
    """
    unset = [key for key, value in wanted.items() if value is None and metadata.get(key) is None]
    if not unset:
        return []
    return [f"not set yet: {', '.join(unset)}; every scan has it once you type: md {unset[0]}=..."]


def _read(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _write(file: Path, wanted: Mapping[str, Any]) -> None:
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    temporary.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    temporary.replace(file)
