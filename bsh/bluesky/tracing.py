"""Spans for OpenTelemetry; the engine makes them when ``RE.tracer`` is set."""

from typing import Any

from bsh.bluesky.adapted.type_names import P
from bsh.engine import trace_plan

__all__ = ["P", "trace_plan"]


def __getattr__(name: str) -> Any:
    if name == "tracer":
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise AttributeError("bluesky.tracing.tracer needs opentelemetry-api") from error
        return trace.get_tracer("bsh")
    raise AttributeError(f"module 'bluesky.tracing' has no attribute {name!r}")
