"""Checks documents against event-model's published schemas.

event-model is imported at the first check, since it brings numpy and jsonschema (0.3 s) that the first
prompt does without.
"""

from __future__ import annotations

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

_validators: dict[str, Any] = {}


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
    validator = _validators.get(name) or _load(name)
    from jsonschema.exceptions import ValidationError

    try:
        validator.validate(doc)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.absolute_path) or "the document"
        raise ValueError(f"The {name} document is not valid at {place}: {error.message}") from error


def warm_up() -> None:
    """Import what the first check needs; for a background thread after the prompt is there."""
    for name in ("start", "descriptor", "event", "stop"):
        if name not in _validators:
            _load(name)


def _load(name: str) -> Any:
    from event_model import DocumentNames, schema_validators

    validator = _validators[name] = schema_validators[DocumentNames[name]]
    return validator
