"""The centre of mass of an array of any number of dimensions."""

from __future__ import annotations

from typing import Any

__all__ = ["center_of_mass"]


def center_of_mass(input: Any, labels: Any = None, index: Any = None) -> Any:  # bluesky's name
    """Return where the mass of an array has its centre, in indices.

    Parameters
    ----------
    input : array
        Masses, of any shape.
    labels : array of int, optional
        To which part each element belongs, of the shape of `input`.
    index : int or sequence of int, optional
        Which parts; all elements with a label other than 0 without it.

    Returns
    -------
    tuple of float, or list of tuples
        A coordinate for each axis; a list if `index` is a sequence.

    Examples
    --------
    >>> center_of_mass([0, 1, 3, 0])
    (1.75,)
    """
    import numpy

    mass = numpy.asarray(input, dtype=float)
    if labels is None:
        return _centre(mass)
    marks = numpy.broadcast_to(numpy.asarray(labels), mass.shape)
    if index is None:
        return _centre(numpy.where(marks != 0, mass, 0.0))
    if numpy.isscalar(index):
        return _centre(numpy.where(marks == index, mass, 0.0))
    return [_centre(numpy.where(marks == one, mass, 0.0)) for one in index]


def _centre(mass: Any) -> tuple[float, ...]:
    import numpy

    with numpy.errstate(invalid="ignore", divide="ignore"):  # no mass: no centre, NaN
        return tuple(float((mass * place).sum() / mass.sum()) for place in numpy.indices(mass.shape))
