"""The version of bluesky whose names are offered."""

from bsh.bluesky.door.level import API_LEVEL

__all__ = ["__version__", "version", "version_tuple"]

version = __version__ = API_LEVEL
version_tuple = tuple(int(part) for part in API_LEVEL.split("."))
