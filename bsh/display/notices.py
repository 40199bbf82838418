"""The engine's notices as lines: what was asked, what the engine does about it.

Goes by the names of the notices' classes, so that this module needs nothing of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from rich.text import Text

from bsh.callbacks.cells import format_value
from bsh.display.times import stopwatch

__all__ = [
    "ENDS_BANNER", "ENDS_SUSPENSION", "STARTS_PAUSE", "STOPS_PAUSE", "banner_text", "notice_lines", "suspension_advice",
    "suspension_text",
]  # fmt: skip

STYLES = {
    "InterruptAcknowledged": "yellow",
    "PausePending": "yellow",
    "Paused": "yellow",
    "Leaving": "yellow",
    "Suspended": "yellow",
    "Resumed": "green",
    "Released": "green",
    "StopFailed": "red",
    "CleanupFailed": "red",
    "ThreadAbandoned": "red",
}

STARTS_PAUSE = frozenset({"Paused", "Suspended"})
STOPS_PAUSE = frozenset({"Resumed", "Released", "Leaving"})
ENDS_SUSPENSION = frozenset({"Paused", "Released", "Leaving"})
"""A plan that is paused while it is suspended loses its time to the pause; going on, it is suspended anew."""

ENDS_BANNER = frozenset({"Paused", "Resumed", "Released"})

PRESENT_WIDTH = 12
"""Characters for the present value of what holds a plan back."""

BANNERS = frozenset({"InterruptAcknowledged", "PausePending", "Leaving", "Suspended"})
"""Notices that describe a state: they stay in the footer until it is over."""


def notice_lines(notice: Any) -> list[Text]:
    """Return the lines that stay on the screen for a notice.

    Parameters
    ----------
    notice : Notice
        One of the engine's notices.
    """
    kind = type(notice).__name__
    lines = [Text(text, style=STYLES.get(kind, "")) for text in _words(kind, notice).splitlines()]
    stack = getattr(notice, "stack", "")
    return lines + [Text(line, style="dim") for line in str(stack).splitlines()]


def banner_text(notice: Any) -> str | None:
    """Return what the footer says while the state lasts that a notice tells of, or None.

    Parameters
    ----------
    notice : Notice
        One of the engine's notices.
    """
    kind = type(notice).__name__
    return _words(kind, notice) if kind in BANNERS else None


ADVICE = "  suspenders tells more; Ctrl+C ends the wait, RE.clear_suspenders() all holds"


def suspension_advice(notice: Any) -> list[Text]:
    """Return what people can do while a plan is held, for the notice that it is; nothing for other notices.

    Parameters
    ----------
    notice : Notice
        One of the engine's notices.
    """
    return [Text(ADVICE, style="yellow")] if type(notice).__name__ == "Suspended" else []


def suspension_text(suspenders: Iterable[Any], now: float) -> str | None:
    """Return what holds a plan back at this moment, and until when that is known; None if nobody can say.

    Parameters
    ----------
    suspenders : iterable of SuspenderBase
        All that watch over the plan.
    now : float
        Seconds since the epoch.
    """
    reports = [suspender.report() for suspender in suspenders if callable(getattr(suspender, "report", None))]
    held = [report for report in reports if report.tripped and report.action == "suspend"]
    words = dict.fromkeys(_hold(report, now) for report in held)
    return f"Suspended: {'; '.join(words)}" if words else None


def _hold(report: Any, now: float) -> str:
    if report.value is None:
        return str(report.justification)
    value = format_value(report.value, PRESENT_WIDTH)
    if report.releases_at is None:
        return f"{report.rule}, now {value}"
    left = stopwatch(ceil(report.releases_at.timestamp() - now))
    return f"{report.signal} = {value} is good again, going on in {left}, at {report.releases_at:%H:%M:%S}"


def _words(kind: str, notice: Any) -> str:
    text = str(getattr(notice, "text", notice)).strip()
    justification = str(getattr(notice, "justification", "") or "").strip()
    if kind == "Suspended" and justification and justification not in text:
        text = f"{text.rstrip('.')}: {justification}"
    return text
