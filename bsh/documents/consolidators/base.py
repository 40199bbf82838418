"""What all consolidators share: counting rows, shape and chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bsh.documents.consolidators.data_source import ArrayStructure, Asset, DataSource
from bsh.protocols import Document

__all__ = ["ConsolidatorBase"]


class ConsolidatorBase:
    """Keeps account of the array that one stream resource grows into.

    Subclasses name their mimetypes and say which files there are.

    Parameters
    ----------
    stream_resource : dict
        The document that announces the data. Its ``parameters`` may have ``chunk_shape``, ``multiplier``
        (frames an event), ``join_method`` and ``join_chunks``.
    descriptor : dict
        The descriptor of the stream; it has the shape of one event's data and their type.

    Attributes
    ----------
    supported_mimetypes : frozenset of str
        What the class can describe.
    join_method : {'concat', 'stack'}
        Whether events are put one after the other along the first dimension, or a new one is made for them.
    join_chunks : bool
        Whether chunks go on over the border between two events.

    Raises
    ------
    ValueError
        The mimetype is another one, or a size makes no sense.
    NotImplementedError
        The events differ in shape.
    """

    supported_mimetypes: ClassVar[frozenset[str]] = frozenset({"application/octet-stream"})
    join_method: str = "concat"
    join_chunks: bool = True

    def __init__(self, stream_resource: Document, descriptor: Document) -> None:
        self.mimetype: str = stream_resource["mimetype"]
        if self.mimetype not in self.supported_mimetypes:
            raise ValueError(
                f"{type(self).__name__} describes {', '.join(sorted(self.supported_mimetypes))}, "
                f"not {self.mimetype}."
            )
        self.data_key: str = stream_resource["data_key"]
        self.uri: str = stream_resource["uri"]
        self.parameters: Mapping[str, Any] = stream_resource["parameters"]
        self.assets: list[Asset] = []
        data_key = descriptor["data_keys"][self.data_key]
        self.dtype = _numpy_type(data_key.get("dtype_numpy"))
        # Before the resource has its say about joining: only a format that always stacks leaves a 1 out.
        self.datum_shape = self._shape_of_an_event(data_key["shape"])
        self.join_method = self.parameters.get("join_method", self.join_method)
        self.join_chunks = self.parameters.get("join_chunks", self.join_chunks)
        self.chunk_shape = self._chunk_shape(self.parameters, self.datum_shape)
        if any(size <= 0 for size in self.chunk_shape):
            raise ValueError(
                f"{self.data_key}: the sizes of chunk_shape={self.chunk_shape} must be at least 1."
            )
        self._num_rows = 0
        self._row_of: dict[int, int] = {}
        self._told: dict[str, int] = {}

    def _shape_of_an_event(self, described: Sequence[int | None]) -> tuple[int, ...]:
        if None in described:
            raise NotImplementedError(
                f"{self.data_key}: its shape {tuple(described)} is open; arrays of events that differ in "
                "size cannot be described."
            )
        shape = tuple(int(size) for size in described if size is not None)
        if shape == (1,) and self.join_method == "stack":
            shape = ()
        frames = self.parameters.get("multiplier")
        if not frames or (shape and shape[0] == frames):
            return shape
        return (frames, *(shape[1:] if shape[:1] == (1,) else shape))

    def _chunk_shape(self, parameters: Mapping[str, Any], datum_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the sizes of a chunk along the leading dimensions; the others are not divided."""
        return tuple(parameters.get("chunk_shape", ()))

    # -- what comes in -----------------------------------------------------------------------------

    def consume_stream_datum(self, doc: Document) -> None:
        """Take in that more rows were written.

        Parameters
        ----------
        doc : dict
            A stream datum: its ``indices`` count rows of the files, its ``seq_nums`` events of the stream.
        """
        events = range(doc["seq_nums"]["start"], doc["seq_nums"]["stop"])
        self._row_of.update(zip(events, self._new_rows(doc), strict=False))

    def _new_rows(self, doc: Document) -> range:
        """Count the rows of a stream datum; return where they are in the array.

        Rows of the file that nothing was said of, since their event was dropped, are there all the same.
        """
        resource, start, stop = doc["stream_resource"], doc["indices"]["start"], doc["indices"]["stop"]
        # A later resource may go on counting or begin again.
        told = self._told.setdefault(resource, start if self._told else 0)
        self._num_rows += max(0, stop - told)
        self._told[resource] = max(told, stop)
        first = self._num_rows - self._told[resource] + start
        return range(first, first + stop - start)

    def update_from_stream_resource(self, stream_resource: Document) -> None:
        """Go on with another stream resource of the same data key, for example in the next file."""
        raise NotImplementedError(f"{type(self).__name__} cannot go on with a second stream resource.")

    # -- what is known by now ----------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array in the files: rows that belong to no event are counted as well."""
        if self.join_method == "concat" and self.datum_shape:
            return (self._num_rows * self.datum_shape[0], *self.datum_shape[1:])
        return (self._num_rows, *self.datum_shape)

    @property
    def chunks(self) -> tuple[tuple[int, ...], ...]:
        """Sizes of the chunks in each dimension.

        Raises
        ------
        ValueError
            There are more chunk sizes than dimensions.
        """
        shape, sizes = self.shape, self.chunk_shape
        if len(sizes) > len(shape):
            raise ValueError(
                f"{self.data_key}: chunk_shape={sizes} has more dimensions than the data, {shape}."
            )
        divided = [_divide(length, size) for length, size in zip(shape, sizes, strict=False)]
        if divided and self.join_method == "concat" and not self.join_chunks:
            event_length = self.datum_shape[0] if self.datum_shape else 1
            divided[0] = _divide(event_length, sizes[0]) * self._num_rows or (0,)
        return (*divided, *((length,) for length in shape[len(sizes) :]))

    @property
    def has_skips(self) -> bool:
        """Whether there are rows that belong to no event."""
        return self._num_rows > len(self._row_of)

    def row_of(self, seq_num: int) -> int:
        """Return the row of an event; of one that was taken again, the last one.

        Raises
        ------
        KeyError
            No row was announced for it.
        """
        return self._row_of[seq_num]

    def structure(self) -> ArrayStructure:
        """Return type, shape and chunks."""
        return ArrayStructure(self.dtype, self.shape, self.chunks)

    def adapter_parameters(self) -> dict[str, Any]:
        """Return what else a reading program has to be told."""
        return {}

    def get_data_source(self) -> DataSource:
        """Return the description of the array as it is by now."""
        return DataSource(self.mimetype, self.structure(), self.adapter_parameters(), tuple(self.assets))


def _divide(length: int, size: int) -> tuple[int, ...]:
    """Divide a length into pieces of one size; the last one may be shorter."""
    whole, rest = divmod(length, size)
    return (size,) * whole + ((rest,) if rest else ()) or (0,)


def _numpy_type(dtype_numpy: Any) -> str | list[Any]:
    """Return a type as numpy writes it down; float64 where nothing was said."""
    from numpy import dtype

    fields = isinstance(dtype_numpy, list | tuple)
    given = dtype([tuple(each) for each in dtype_numpy]) if fields else dtype(dtype_numpy)
    described: str | list[Any] = given.descr if fields else given.str
    return described
