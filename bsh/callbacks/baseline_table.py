"""The readings of a baseline as two columns of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bsh.callbacks.cells import cell_formatter, fit, text_width
from bsh.protocols import Document

__all__ = ["baseline_lines"]

NAME_WIDTH = 32
VALUE_WIDTH = 32


def baseline_lines(descriptor: Document, event: Document) -> list[str]:
    """Return the readings of a baseline event, one a line, names to the right and values to the left.

    Parameters
    ----------
    descriptor : dict
        The stream's descriptor.
    event : dict
        One of its events.
    """
    data_keys: Mapping[str, Any] = descriptor.get("data_keys") or {}
    data: Mapping[str, Any] = event.get("data") or {}
    rule = f"+{'-' * NAME_WIDTH}+{'-' * VALUE_WIDTH}+"
    lines = [rule]
    for key, value in data.items():
        about = data_keys.get(key) or {}
        name = fit(key, NAME_WIDTH - 2)
        text = cell_formatter(about, VALUE_WIDTH - 2)(value)
        if about.get("units"):
            text = fit(f"{text} {about['units']}", VALUE_WIDTH - 2)
        name_pad, value_pad = NAME_WIDTH - 1 - text_width(name), VALUE_WIDTH - 1 - text_width(text)
        lines.append(f"|{' ' * name_pad}{name} | {text}{' ' * value_pad}|")
    return [*lines, rule]
