"""What the start documents of the built-in plans say.

Owns the keys ``detectors``, ``motors``, ``num_points``, ``num_intervals``, ``plan_*`` and ``hints``. What the
caller gives as ``md`` wins, key by key; nothing that the caller gave is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bsh.plan_patterns.arguments import name_or_repr, partition

__all__ = [
    "START_KEYS",
    "as_devices",
    "axis_hints",
    "check_motors",
    "derive_default_hints",
    "get_hinted_fields",
    "maybe_update_hints",
    "part_md",
    "position_field",
    "shown_args",
    "start_md",
    "value_of",
]

PATTERNS = "bsh.plan_patterns"

START_KEYS = {
    "plan_name": "Name of the plan.",
    "plan_args": "The arguments as given, by their names; devices as their reprs.",
    "detectors": "Names of what is read at each point, in order.",
    "motors": "Names of what is moved, in order; the slowest of a grid first.",
    "num_points": "Number of events to come; null when it is not known before.",
    "num_intervals": "One less, not below 0; null when it is not known.",
    "hints": (
        "What a plot should show. `dimensions`: for each independent axis a list of its data keys and the stream "
        "they are in. `gridding`: `rectilinear` for a grid in order, `rectilinear_nonsequential` for one that is "
        "visited in another order; absent otherwise."
    ),
    "plan_pattern": "Function that makes the points; absent where there is none.",
    "plan_pattern_module": "Module that it stands in: `bsh.plan_patterns` or `numpy`.",
    "plan_pattern_args": "Its arguments; devices as their reprs.",
    "shape": "Number of positions of each axis of a grid, in the order of `motors`.",
    "extents": "First and last position of each axis, each in its own units; of relative scans distances.",
    "snaking": "For each axis of a grid whether it runs forth and back.",
    "start_at": (
        "The first point that is taken, counted from 0, of a scan that goes on with a broken-off one. The event with "
        "seq_num n is point `start_at + n - 1` of the whole."
    ),
    "relative_to": "Where each axis of a relative scan was, by name, in its own units: what its distances count from.",
    "resumed_from": (
        "The run that this one goes on with: its `scan_id` and `uid`, and `point`, how many points of the whole were "
        "taken before. What `resume` makes only."
    ),
    "count_time": "The counting time in seconds; negative is a number of monitor counts. SPEC's scans only.",
}
"""The keys that plans put into start documents, and what they mean."""


def as_devices(detectors: Any, what: str = "detectors", verb: str = "read") -> list[Any]:
    """Return a list of devices, however they were given.

    Parameters
    ----------
    detectors : iterable of devices
        Possibly empty.
    what : str, optional
        What they are, for the error.
    verb : str, optional
        The method that makes them fit.

    Raises
    ------
    TypeError
        It is one device instead of a list of them, or something that is not a device of that kind.
    """
    if isinstance(detectors, str) or not isinstance(detectors, Iterable):
        name = getattr(detectors, "name", None) or repr(detectors)
        raise TypeError(f"{what} must be a list of devices, got {name}; for a single one write [{name}]")
    devices = list(detectors)
    for device in devices:
        if not hasattr(device, "name"):
            raise TypeError(f"{what} must be a list of devices, but {device!r} in it is not one")
        if not hasattr(device, verb):
            raise TypeError(f"{what} must be devices with {verb}(), but {device.name} in the list has none")
    return devices


def check_motors(motors: Iterable[Any]) -> None:
    """Raise if something that a scan should move cannot be moved, or not be read.

    Parameters
    ----------
    motors : iterable of objects
        What was given as axes.

    Raises
    ------
    TypeError
        Names the first that does not fit.
    """
    for motor in motors:
        lacking = [f"{verb}()" for verb in ("set", "read") if not hasattr(motor, verb)]
        if lacking or not hasattr(motor, "name"):
            raise TypeError(
                "a motor must be a device with set() and read(), "
                f"but {name_or_repr(motor)} has no {' and no '.join(lacking) or 'name'}"
            )


def get_hinted_fields(obj: Any) -> list[str]:
    """Return the fields that a device suggests to show.

    Parameters
    ----------
    obj : device
        One without hints suggests none.
    """
    return list((getattr(obj, "hints", None) or {}).get("fields", []))


def maybe_update_hints(hints: dict[str, Any], obj: Any) -> None:
    """Enter the hints of a device under its name; a device without hints is left out.

    Parameters
    ----------
    hints : dict
        Hints by the names of devices; it is changed.
    obj : device
        Anything.
    """
    if hasattr(obj, "name") and hasattr(obj, "hints"):
        hints[obj.name] = obj.hints


def position_field(motor: Any) -> str:
    """Return the data key under which a motor's position is read.

    Parameters
    ----------
    motor : device
        Its one hinted field, else its name.
    """
    fields = get_hinted_fields(motor)
    return fields[0] if len(fields) == 1 else str(motor.name)


def value_of(readings: Mapping[str, Any], field: str) -> Any:
    """Return one value of the readings of a point; 0 when there are none, as the plan is only listed.

    Parameters
    ----------
    readings : mapping
        Value and timestamp of each data key.
    field : str
        The data key that is wanted.

    Raises
    ------
    ValueError
        Nobody gives it.
    """
    if not readings:
        return 0
    if field not in readings:
        raise ValueError(f"no detector gives {field!r}; the fields of this scan are {', '.join(readings)}")
    return readings[field]["value"]


def derive_default_hints(motors: Iterable[Any]) -> dict[str, Any]:
    """Return the hints of a scan whose motors all move along one line.

    Parameters
    ----------
    motors : iterable of devices
        The axes.
    """
    fields = [field for motor in motors for field in get_hinted_fields(motor)]
    return {"dimensions": [(fields, "primary")]} if fields else {}


def axis_hints(motors: Iterable[Any], gridding: str | None = None) -> dict[str, Any]:
    """Return the hints of a scan in which each motor is a dimension of its own.

    Parameters
    ----------
    motors : iterable of devices
        The axes; if one has no hints, no dimensions are hinted at.
    gridding : str, optional
        ``"rectilinear"`` or ``"rectilinear_nonsequential"``.
    """
    hints: dict[str, Any] = {} if gridding is None else {"gridding": gridding}
    fields = [get_hinted_fields(motor) for motor in motors]
    if fields and all(fields):
        hints["dimensions"] = [(names, "primary") for names in fields]
    return hints


def shown_args(args: Sequence[Any], width: int, wanted: str) -> list[Any]:
    """Return flat arguments with the devices among them replaced by their reprs.

    Parameters
    ----------
    args : sequence
        Groups of a device and its values.
    width : int
        Length of a group.
    wanted : str
        The pattern in words, for the error.
    """
    flat: list[Any] = []
    for device, *values in partition(width, args, wanted):
        flat.append(repr(device))
        flat.extend(list(value) if _is_array(value) else value for value in values)
    return flat


def _is_array(value: Any) -> bool:
    return not isinstance(value, str) and isinstance(value, Iterable)


def part_md(start_at: int) -> dict[str, Any]:
    """Return what the start document of a scan says that takes only the last part of its points.

    Parameters
    ----------
    start_at : int
        The first point that is visited, counted from 0.
    """
    return {"start_at": int(start_at)} if start_at else {}


def start_md(
    plan_name: str,
    detectors: Sequence[Any],
    plan_args: Mapping[str, Any],
    md: Mapping[str, Any] | None,
    *,
    hints: Mapping[str, Any] | None = None,
    motors: Sequence[Any] | None = None,
    num_points: int | None = None,
    pattern: tuple[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Compose the metadata of a start document.

    Parameters
    ----------
    plan_name : str
        Name of the plan.
    detectors, motors : sequence of devices
        What is read, and what is moved.
    plan_args : mapping
        The arguments as given; devices as their reprs.
    md : mapping or None
        The caller's metadata.
    hints : mapping, optional
        Defaults; those of the caller win one by one.
    num_points : int, optional
        Number of points, None when it is not known.
    pattern : (str, mapping), optional
        Function of :mod:`bsh.plan_patterns` that makes the points, and its arguments.
    **more
        Further keys.

    Returns
    -------
    dict
        A new dict.
    """
    composed: dict[str, Any] = {"plan_name": plan_name, "plan_args": dict(plan_args)}
    composed["detectors"] = [detector.name for detector in detectors]
    if motors is not None:
        check_motors(motors)
        composed["motors"] = tuple(motor.name for motor in motors)
    composed["num_points"] = num_points
    composed["num_intervals"] = None if num_points is None else max(0, num_points - 1)
    if pattern is not None:
        function, args = pattern
        composed |= {
            "plan_pattern": function,
            "plan_pattern_module": PATTERNS,
            "plan_pattern_args": dict(args),
        }
    given = dict(md or {})
    own_hints = given.pop("hints", None) or {}
    return {**composed, **more, **given, "hints": {**(hints or {}), **own_hints}}
