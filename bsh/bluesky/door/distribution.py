"""What ``importlib.metadata`` says of bluesky while the door is open."""

from __future__ import annotations

import os
from importlib.metadata import Distribution
from pathlib import Path

from bsh.bluesky.door.level import API_LEVEL

__all__ = ["DoorDistribution"]


class DoorDistribution(Distribution):
    """A distribution of that name and level, whose summary says who offers it."""

    def read_text(self, filename: str) -> str | None:
        """Return the metadata; there are no other files."""
        if filename != "METADATA":
            return None
        return (
            f"Metadata-Version: 2.1\nName: bluesky\nVersion: {API_LEVEL}\nSummary: offered by bsh.bluesky\n"
        )

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Return where a file would be."""
        return Path(__file__).parents[1] / path
