"""What a factory makes, found out in a process of its own: ``python -m bsh.devices.sim.factory_probe``.

The process has no addresses of control systems in its environment. It reads one JSON object from standard input (the
dotted name of the factory, its keywords) and writes one for each device to the file that it is given; what the factory
prints goes nowhere. Devices are made and looked at, never connected.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

__all__ = ["REFERENCE", "main"]

REFERENCE = "$device"
"""Key of the object that stands for another device of the profile."""


def main() -> None:
    """Call the factory; tell name, class, labels and nature of what it makes."""
    from pkgutil import resolve_name

    asked = json.load(sys.stdin)
    factory = resolve_name(asked["factory"])
    product = factory(**{key: _argument(value) for key, value in asked["keywords"].items()})
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump([_told(name, device) for name, device in _devices(product)], file)
    os._exit(0)  # channels that were opened need not be closed, which may crash or take its time


def _argument(value: Any) -> Any:
    if isinstance(value, dict):
        if REFERENCE in value:
            from bsh.devices.sim.motor import SimMotor

            return SimMotor(name=value[REFERENCE])
        return {key: _argument(item) for key, item in value.items()}
    return [_argument(item) for item in value] if isinstance(value, list) else value


def _devices(product: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(product, dict):
        return [(str(name), device) for name, device in product.items()]
    many = product if isinstance(product, Iterable) and not hasattr(product, "read") else [product]
    return [(str(device.name), device) for device in many]


def _told(name: str, device: Any) -> dict[str, Any]:
    from bsh.devices.traversal import children, labels_of

    kind = type(device)
    axes = [attribute for attribute, part in children(device) if _is_axis(part)]
    return {
        "name": name,
        "class": f"{kind.__module__}.{kind.__qualname__}",
        "labels": sorted(labels_of(device)),
        "is_axis": _is_axis(device),
        "axes": [] if _is_axis(device) else axes,
        "counts": hasattr(kind, "trigger") and hasattr(kind, "stage"),
    }


def _is_axis(device: Any) -> bool:
    return hasattr(type(device), "set") and hasattr(type(device), "position")


if __name__ == "__main__":
    main()
