"""Spans for OpenTelemetry; the engine makes them when ``RE.tracer`` is set."""

from collections.abc import Callable
from typing import Any

from bsh.bluesky.adapted.type_names import P
from bsh.engine import trace_plan as _trace_plan

__all__ = ["P", "trace_plan"]


def trace_plan(tracer: Any, span_name: str) -> Callable[..., Any]:
    """Make a decorator that puts a span around each run of a plan.

    Parameters
    ----------
    tracer : opentelemetry.trace.Tracer
        Makes the spans.
    span_name : str
        What they are called.
    """
    return _trace_plan(tracer, span_name)


def __getattr__(name: str) -> Any:
    if name == "tracer":
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise AttributeError("bluesky.tracing.tracer needs opentelemetry-api") from error
        return trace.get_tracer("bsh")
    raise AttributeError(f"module 'bluesky.tracing' has no attribute {name!r}")
