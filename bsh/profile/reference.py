"""The reference page of profile keys, from the table that the checker reads."""

from __future__ import annotations

from .kinds import Record
from .schema import KEYS

__all__ = ["profile_reference"]


def profile_reference() -> str:
    """Return the page in Markdown: one row a key.

    Examples
    --------
    >>> profile_reference().splitlines()[0]
    '| key | takes | what it does | example |'
    """
    rows = ["| key | takes | what it does | example |", "|---|---|---|---|"]
    for key in KEYS:
        takes = key.kind.wanted
        if isinstance(key.kind, Record):
            takes = "; ".join(f"`{part.name}`: {part.kind.wanted}" for part in key.kind.keys)
        rows.append(
            f"| `{key.name}` | {takes} | {key.help} | `{key.name}: {key.example}` |".replace("||", "| |")
        )
    return "\n".join(rows) + "\n"
