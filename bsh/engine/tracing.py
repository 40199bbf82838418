"""Spans for OpenTelemetry: one for each run, and one for each plan that asks for it.

Off unless an engine is given a tracer; then nothing but a comparison with None is paid.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec

from bsh.msg import MsgGenerator

__all__ = ["RunSpan", "trace_plan"]

P = ParamSpec("P")


class RunSpan:
    """The span of one run, from its start document to its stop document.

    Parameters
    ----------
    tracer : opentelemetry.trace.Tracer or None
        None makes a span that does nothing.
    start : dict
        The start document.
    """

    def __init__(self, tracer: Any, start: dict[str, Any]) -> None:
        self._span = None
        if tracer is not None:
            attributes = {"uid": start["uid"], "plan_name": str(start.get("plan_name", ""))}
            if start.get("scan_id") is not None:
                attributes["scan_id"] = str(start["scan_id"])
            self._span = tracer.start_span("run", attributes=attributes)

    def end(self, exit_status: str, reason: str) -> None:
        """End the span with how the run ended."""
        if self._span is not None:
            self._span.set_attribute("exit_status", exit_status)
            self._span.set_attribute("reason", reason)
            self._span.end()


def trace_plan(
    tracer: Any, name: str | None = None
) -> Callable[[Callable[P, MsgGenerator]], Callable[P, MsgGenerator]]:
    """Make a decorator that puts a span around each run of a plan.

    Parameters
    ----------
    tracer : opentelemetry.trace.Tracer
        Makes the spans.
    name : str, optional
        Name of the span; the plan's own by default.
    """

    def decorate(plan: Callable[P, MsgGenerator]) -> Callable[P, MsgGenerator]:
        @functools.wraps(plan)
        def traced(*args: P.args, **kwargs: P.kwargs) -> MsgGenerator:
            span = tracer.start_span(name or plan.__name__)
            try:
                return (yield from plan(*args, **kwargs))
            finally:
                span.end()

        return traced

    return decorate
