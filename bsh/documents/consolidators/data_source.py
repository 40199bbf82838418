"""The description of an array that lies in files: what a catalog has to know to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["ArrayStructure", "Asset", "DataSource"]


@dataclass(frozen=True)
class Asset:
    """One file of a data source.

    Parameters
    ----------
    data_uri : str
        Where it is.
    is_directory : bool
        Whether that is a folder.
    parameter : str or None
        The argument of the reading program that it belongs to.
    num : int, optional
        Its place among the files of that argument.
    """

    data_uri: str
    is_directory: bool = False
    parameter: str | None = "data_uris"
    num: int | None = None


@dataclass(frozen=True)
class ArrayStructure:
    """Type, shape and chunks of an array.

    Parameters
    ----------
    dtype : str or list
        As numpy writes it down: ``"<u2"``, or name and type of each field of a record.
    shape : tuple of int
        Rows first.
    chunks : tuple of tuple of int
        For each dimension the sizes of its chunks, one after the other.
    """

    dtype: str | list[Any]
    shape: tuple[int, ...]
    chunks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class DataSource:
    """Everything that is needed to read an array, but for the program that does it.

    Parameters
    ----------
    mimetype : str
        What the files are.
    structure : ArrayStructure
        What is in them.
    parameters : mapping
        More arguments for the reading program, for example the path inside an HDF5 file.
    assets : sequence of Asset
        The files.
    structure_family : str
        The kind of the structure.
    management : str
        Who looks after the files: they are ``external`` to a catalog.
    """

    mimetype: str
    structure: ArrayStructure
    parameters: Mapping[str, Any] = field(default_factory=dict)
    assets: Sequence[Asset] = ()
    structure_family: str = "array"
    management: str = "external"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain dicts and lists."""
        return asdict(self)
