"""Words of Tiled's that descriptions of external data use."""

from enum import StrEnum

__all__ = ["Management", "StructureFamily"]


class StructureFamily(StrEnum):
    """What kind of data it is."""

    array = "array"
    awkward = "awkward"
    container = "container"
    sparse = "sparse"
    table = "table"


class Management(StrEnum):
    """Who looks after the files."""

    external = "external"
    immutable = "immutable"
    locked = "locked"
    writable = "writable"
