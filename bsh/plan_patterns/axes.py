"""Axes that belong together: the pseudo axes of one positioner are moved by one message.

Knows positioners by duck typing: a coupled one has ``RealPosition`` and ``pseudo_positioners``, as ophyd's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

__all__ = ["AxisFamilies", "axis_name", "is_coupled", "is_pseudo_axis", "merge_axis", "pseudo_axes"]


class AxisFamilies(NamedTuple):
    """Axes, sorted by how they are coupled.

    Parameters
    ----------
    independent : list
        Axes that move on their own.
    positioners : list
        Whole pseudo positioners.
    coupled : dict
        For each positioner that has axes in the list, those axes: ``{"pseudo": [...], "real": [...]}``.
    """

    independent: list[Any]
    positioners: list[Any]
    coupled: dict[Any, dict[str, list[Any]]]


def is_coupled(obj: Any) -> bool:
    """Tell whether a device is a positioner that turns pseudo positions into real ones.

    Parameters
    ----------
    obj : object
        Anything.
    """
    return hasattr(obj, "RealPosition")


def pseudo_axes(positioner: Any) -> tuple[Any, ...]:
    """Return the pseudo axes of a positioner, in its own order.

    Parameters
    ----------
    positioner : device
        One that :func:`is_coupled`.
    """
    return tuple(positioner.pseudo_positioners)


def is_pseudo_axis(obj: Any) -> bool:
    """Tell whether an object is a pseudo axis of a positioner.

    Parameters
    ----------
    obj : object
        Anything.
    """
    parent = getattr(obj, "parent", None)
    return parent is not None and is_coupled(parent) and any(obj is axis for axis in pseudo_axes(parent))


def axis_name(axis: Any) -> str:
    """Return the name that an axis has as an attribute of its positioner.

    Parameters
    ----------
    axis : device
        A pseudo or real axis.
    """
    attribute = getattr(axis, "attr_name", None)
    if attribute:
        return str(attribute)
    return str(axis.name).removeprefix(f"{axis.parent.name}_")


def merge_axis(objs: Iterable[Any]) -> AxisFamilies:
    """Sort axes by how they are coupled.

    Parameters
    ----------
    objs : iterable of devices
        The axes of a scan.
    """
    families = AxisFamilies([], [], {})
    for obj in objs:
        parent = getattr(obj, "parent", None)
        if is_coupled(obj):
            families.positioners.append(obj)
        elif parent is not None and is_coupled(parent):
            kind = "pseudo" if is_pseudo_axis(obj) else "real"
            families.coupled.setdefault(parent, {"pseudo": [], "real": []})[kind].append(obj)
        else:
            families.independent.append(obj)
    for parent, kinds in families.coupled.items():
        if parent in families.positioners:
            names = ", ".join(axis.name for axis in (*kinds["pseudo"], *kinds["real"]))
            raise ValueError(f"move either {parent.name} or its axes ({names}), not both in one scan")
        if kinds["pseudo"] and kinds["real"]:
            raise ValueError(
                f"{parent.name} can be moved by its pseudo axes ({_names(kinds['pseudo'])}) or by its real "
                f"axes ({_names(kinds['real'])}), but not by both in one scan"
            )
    return families


def _names(axes: Iterable[Any]) -> str:
    return ", ".join(str(axis.name) for axis in axes)
