"""Checks documents against event-model's published schemas.

A compiled validator says yes in microseconds. When it does not say yes, because a document is wrong or
holds something that is not plain JSON (a numpy array), event-model's own validator has the word, and its
message is what people see. event-model is imported only then: it brings numpy and jsonschema (0.3 s).
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["DOCUMENT_NAMES", "validate", "warm_up"]

DOCUMENT_NAMES = (
    "start",
    "stop",
    "descriptor",
    "event",
    "datum",
    "resource",
    "event_page",
    "datum_page",
    "stream_resource",
    "stream_datum",
    "bulk_datum",
    "bulk_events",
)
"""Names under which documents are emitted and can be subscribed to."""

_SCHEMA_FILES = {"start": "run_start", "stop": "run_stop", "descriptor": "event_descriptor"}
"""File names of the schemas that are not called as their documents are."""

_compiled: dict[str, Any] = {}


def validate(name: str, doc: dict[str, Any]) -> None:
    """Check one document.

    Parameters
    ----------
    name : str
        One of :data:`DOCUMENT_NAMES`.
    doc : dict
        The document.

    Raises
    ------
    ValueError
        Names the document, the place in it and what is wrong there.
    """
    compiled = _compiled.get(name) or _compile(name)
    try:
        if compiled.is_valid(doc):
            return
    except ValueError:
        pass  # something that is not plain JSON: event-model's validator knows arrays and the like
    _validate_in_words(name, doc)


def warm_up() -> None:
    """Do what the first check would have to; for a background thread after the prompt is there."""
    for name in ("start", "descriptor", "event", "stop"):
        if name not in _compiled:
            _compile(name)


def _compile(name: str) -> Any:
    from jsonschema_rs import validator_for

    compiled = _compiled[name] = validator_for(json.loads(_schema_path(name).read_text()))
    return compiled


def _schema_path(name: str) -> Path:
    # Found without importing event_model, which would take longer than everything else here.
    spec = find_spec("event_model")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("event_model is not installed")
    return Path(spec.submodule_search_locations[0], "schemas", f"{_SCHEMA_FILES.get(name, name)}.json")


def _validate_in_words(name: str, doc: dict[str, Any]) -> None:
    from event_model import DocumentNames, schema_validators
    from jsonschema.exceptions import ValidationError

    try:
        schema_validators[DocumentNames[name]].validate(doc)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.absolute_path) or "the document"
        raise ValueError(f"The {name} document is not valid at {place}: {error.message}") from error
