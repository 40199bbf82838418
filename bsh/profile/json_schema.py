"""The table of profile keys as a JSON schema, for editors that complete and check while somebody writes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import kinds
from .schema import KEYS

__all__ = ["profile_json_schema"]

Schema = dict[str, Any]


def profile_json_schema() -> Schema:
    """Return the schema of a profile, draft 2020-12.

    It says what can be said of one file: names that lead nowhere, classes and their keywords are checked by
    ``bsh profile check``.

    Examples
    --------
    >>> profile_json_schema()["properties"]["title"]["type"]
    'string'
    """
    properties = {key.name: _described(key) for key in KEYS}
    properties["devices"] = {
        "type": "object",
        "description": properties["devices"]["description"],
        "additionalProperties": {"type": ["array", "null"], "items": {"type": "object"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bsh profile",
        "description": "A beamline as a YAML file; see docs/how-to/write-a-profile.md.",
        "type": "object",
        "properties": {name: _or_null(schema) for name, schema in properties.items()},
        # a devices.yml of apsbits or guarneri has classes at the top level
        "patternProperties": {r"^[^.]+\..*$": {"type": ["array", "null"], "items": {"type": "object"}}},
        "additionalProperties": False,
    }


def _described(key: kinds.Key) -> Schema:
    return {**_schema(key.kind), "description": key.help}


def _or_null(schema: Schema) -> Schema:
    """Let a key stand there with nothing behind it: its default counts then."""
    description = {name: schema[name] for name in ("description",) if name in schema}
    return (
        {"anyOf": [_without_description(schema), {"type": "null"}], **description}
        if "type" not in schema
        else {
            **schema,
            "type": sorted({*_listed(schema["type"]), "null"}),
            **({"enum": [*schema["enum"], None]} if "enum" in schema else {}),
        }
    )


def _without_description(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "description"}


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _schema(kind: Any) -> Schema:
    return _OF_KIND[type(kind)](kind)


def _number(kind: kinds.Number) -> Schema:
    bound = {} if math.isinf(kind.minimum) else {"minimum": kind.minimum}
    return {"type": "number", **bound}


def _record(kind: kinds.Record) -> Schema:
    required = [key.name for key in kind.keys if key.default is kinds.REQUIRED]
    return {
        "type": "object",
        "properties": {key.name: _described(key) for key in kind.keys},
        "additionalProperties": kind.open,
        **({"required": required} if required else {}),
    }


_TEXT = {"type": "string", "minLength": 1}

_OF_KIND: dict[type, Callable[[Any], Schema]] = {
    kinds.Text: lambda kind: dict(_TEXT),
    kinds.TextLine: lambda kind: dict(_TEXT),
    kinds.Condition: lambda kind: dict(_TEXT),
    kinds.FileNamePattern: lambda kind: dict(_TEXT),
    kinds.FilePath: lambda kind: dict(_TEXT),
    kinds.DeviceName: lambda kind: dict(_TEXT),
    kinds.Flag: lambda kind: {"type": "boolean"},
    kinds.Number: _number,
    kinds.Whole: lambda kind: {"type": "integer", "minimum": kind.minimum},
    kinds.Choice: lambda kind: {"type": "string", "enum": list(kind.words)},
    kinds.Duration: lambda kind: {"type": ["string", "number"], "pattern": r"^\s*\d+(\.\d+)?\s*[A-Za-z]*\s*$", "minimum": 0},
    kinds.Anything: lambda kind: {},
    kinds.Json: lambda kind: {},
    kinds.ListOf: lambda kind: {"type": "array", "items": _schema(kind.item)},
    kinds.MapOf: lambda kind: {"type": "object", "additionalProperties": _schema(kind.value)},
    kinds.Nullable: lambda kind: _or_null(_schema(kind.kind)),
    kinds.ByShape: lambda kind: {"anyOf": [_schema(kind.single), _schema(kind.mapping)]},
    kinds.Record: _record,
}  # fmt: skip
