"""The lines below a running table: how far the scan is, and what it is waiting for.

Pure functions from models to styled text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from math import ceil
from typing import Any

from rich.text import Text

from bsh.callbacks.cells import fit, text_width
from bsh.callbacks.progress import ScanProgressView
from bsh.callbacks.time_split import TimeShares
from bsh.callbacks.waiting import WaitView
from bsh.display.bars import bar
from bsh.display.times import clock_time, stopwatch

__all__ = [
    "busy_line",
    "idle_line",
    "message_line",
    "move_lines",
    "progress_line",
    "progress_words",
    "shares_text",
    "wait_line",
    "writer_line",
]

SHOW_AFTER_S = 0.2
"""A wait shorter than this is not shown."""

SAY_WAITING_AFTER_S = 1.0
"""A device that tells no progress is named after this long."""

LATE_AFTER_S = 2.0
"""So long after its expected end a scan is said to be late."""

STILL_AFTER_S = 5.0
"""A value that has not changed for this long is worth a word."""

SPEAK_FOR_THEMSELVES = frozenset({"wait", "input", "pause"})
"""Messages whose waiting is shown in another way."""

MESSAGES = {
    "wait_for": "what the plan asked for",
    "open_run": "the disk (start of the run)",
    "close_run": "the disk (end of the run)",
    "create": "the disk",
    "save": "the disk",
}
"""What is waited for by messages that have no device."""

BETWEEN_AXES = "   "
LONGEST_BAR = 30
AXIS_BAR = 16


def progress_line(
    label: str, view: ScanProgressView, width: int, *, now: float, tz: tzinfo | None = None
) -> Text:
    """Show how far a scan is: bar, points, time left, end.

    Parameters
    ----------
    label : str
        How the run is called, for example ``#142``.
    view : ScanProgressView
        How far it is.
    width : int
        Terminal columns.
    now : float
        Seconds since the epoch.
    tz : tzinfo, optional
        Zone of the clock.
    """
    words = progress_words(view)
    if view.ends_at is not None and view.late_s < LATE_AFTER_S:
        words += f" · ends {clock_time(view.ends_at, now, tz)}"
    text = Text.assemble((f"{label}  ", "bold"))
    if view.fraction is not None:
        room = width - 1 - len(label) - len(words) - 4
        if room >= 8:
            text.append_text(bar(view.fraction, min(LONGEST_BAR, room)))
            text.append("  ")
    return text.append(words)


def progress_words(view: ScanProgressView) -> str:
    """Return how many points are taken, and how much time is left.

    Parameters
    ----------
    view : ScanProgressView
        How far a scan is.
    """
    points = f"{view.done}/{view.total}" if view.total is not None else f"{view.done} points"
    if view.late_s >= LATE_AFTER_S:
        return f"{points} · {stopwatch(view.late_s)} over the estimate"
    if view.remaining_s is not None:
        return f"{points} · {stopwatch(ceil(view.remaining_s))} left"
    return f"{points} · {stopwatch(view.elapsed_s)}"


def wait_line(views: Sequence[WaitView], elapsed_s: float, width: int) -> Text | None:
    """Name what a scan is waiting for on one line; None while that is not worth a word.

    Parameters
    ----------
    views : sequence of WaitView
        Everything the plan waits for.
    elapsed_s : float
        Seconds since the wait began.
    width : int
        Terminal columns.
    """
    pending = [view for view in views if not view.done]
    if not pending or elapsed_s < SHOW_AFTER_S:
        return None
    measured = [view for view in pending if view.is_measured]
    if not measured:
        return _waiting_for(pending, elapsed_s, width) if elapsed_s >= SAY_WAITING_AFTER_S else None
    pieces = [_axis(view) for view in measured]
    count = _how_many_fit([piece.cell_len for piece in pieces], len(pending), width - 1)
    line = Text(BETWEEN_AXES).join(pieces[:count])
    if len(pending) > count:
        line.append(f"{BETWEEN_AXES}+{len(pending) - count} more", style="dim")
    return line


def _how_many_fit(lengths: Sequence[int], pending: int, room: int) -> int:
    """Return how many axes fit on a line, with what says how many do not."""
    used = 0
    for count, length in enumerate(lengths):
        used += length + (len(BETWEEN_AXES) if count else 0)
        is_last = count + 1 == pending
        if count and used > room - (0 if is_last else len(f"{BETWEEN_AXES}+{pending} more")):
            return count
    return len(lengths)


def move_lines(
    views: Sequence[WaitView], elapsed_s: float, width: int, height: int, *, expected_s: float | None = None
) -> list[Text]:
    """Show a move or a count outside a scan: one line an axis, in columns.

    Parameters
    ----------
    views : sequence of WaitView
        Everything that is waited for.
    elapsed_s : float
        Seconds since the wait began.
    width, height : int
        Terminal columns and lines.
    expected_s : float, optional
        Seconds that the wait was foreseen to take; makes a bar for devices that tell no progress.
    """
    if elapsed_s < SHOW_AFTER_S or all(view.done for view in views):
        return []
    measured = [view for view in views if view.is_measured]
    silent = [view for view in views if not view.is_measured and not view.done]
    room = max(1, height // 2 - 1)
    lines = _in_columns(measured[:room], width)
    hidden = len(measured) - len(lines)
    if hidden:
        lines.append(Text(f"+{hidden} more", style="dim"))
    if silent and not measured and expected_s is not None and elapsed_s < expected_s:
        lines.append(_counting_down(silent, elapsed_s, expected_s, width))
    elif silent and elapsed_s >= SAY_WAITING_AFTER_S:
        lines.append(_waiting_for(silent, elapsed_s, width))
    return lines


def idle_line(elapsed_s: float, shares: TimeShares | None) -> Text:
    """Show the time so far, while no single wait is worth a word.

    Parameters
    ----------
    elapsed_s : float
        Seconds since the start of the run.
    shares : TimeShares, optional
        Where the time went.
    """
    words = f"elapsed {stopwatch(elapsed_s)}"
    return Text(f"{words} · {shares_text(shares)}" if shares is not None else words, style="dim")


def message_line(command: str, obj: Any, args: Sequence[Any], elapsed_s: float, width: int) -> Text | None:
    """Say what a plan waits for when it is no status: a sleep, a device that does not answer, the disk.

    Parameters
    ----------
    command : str
        The message that is being worked on.
    obj : object or None
        Its device.
    args : sequence
        Its arguments.
    elapsed_s : float
        Seconds since it began.
    width : int
        Terminal columns.

    Returns
    -------
    Text or None
        None while it is not worth a word.
    """
    if elapsed_s < SAY_WAITING_AFTER_S or command.startswith("_") or command in SPEAK_FOR_THEMSELVES:
        return None
    if command == "sleep" and args and isinstance(args[0], int | float):
        left = f"{stopwatch(ceil(max(0.0, args[0] - elapsed_s)))} left"
        text = Text("sleeping  ")
        room = width - 1 - text.cell_len - len(left) - 2
        return text.append_text(bar(elapsed_s / args[0], min(LONGEST_BAR, room))).append(f"  {left}")
    took = stopwatch(elapsed_s)
    name = str(getattr(obj, "name", "") or "")
    what = f"{name} to answer ({command})" if name else MESSAGES.get(command, command)
    return Text(f"waiting for {fit(what, max(10, width - len(took) - 18))} · {took}")


def busy_line(what: str, elapsed_s: float, width: int) -> Text | None:
    """Name what has the engine's thread to itself: nothing else is done until it returns.

    Parameters
    ----------
    what : str
        For example ``det.read``.
    elapsed_s : float
        Seconds since it was called.
    width : int
        Terminal columns.

    Returns
    -------
    Text or None
        None while it is not worth a word.
    """
    if elapsed_s < SAY_WAITING_AFTER_S:
        return None
    took = stopwatch(elapsed_s)
    return Text(f"engine busy in {fit(what, max(10, width - len(took) - 19))} · {took}")


def writer_line(name: str, problem: str, lag: int, width: int) -> Text:
    """Say that files are not written, and how far they are behind the store.

    Parameters
    ----------
    name : str
        Of the writer, for example ``spec``.
    problem : str
        Why, in words.
    lag : int
        Documents that are stored and not written yet.
    width : int
        Terminal columns.
    """
    behind = "1 document behind" if lag == 1 else f"{lag} documents behind"
    what = fit(f"{name}: {problem}", max(10, width - len(behind) - 4))
    return Text(f"{what} · {behind}", style="red")


def shares_text(shares: TimeShares) -> str:
    """Say where the time of a run went.

    Parameters
    ----------
    shares : TimeShares
        Parts of the time.
    """
    held = f", suspended {shares.suspended:.0%}" if shares.suspended else ""
    words = (
        f"counting {shares.counting:.0%}, moving {shares.moving:.0%}{held}, overhead {shares.overhead:.0%}"
    )
    return words.replace("%", " %")


def _counting_down(views: Sequence[WaitView], elapsed_s: float, expected_s: float, width: int) -> Text:
    left = f"{stopwatch(ceil(expected_s - elapsed_s))} left"
    names = fit(_names(views), max(10, width - len(left) - LONGEST_BAR - 6))
    text = Text.assemble((names, "bold"), "  ")
    room = width - 1 - text.cell_len - len(left) - 2
    return text.append_text(bar(elapsed_s / expected_s, min(LONGEST_BAR, room))).append(f"  {left}")


def _names(views: Sequence[WaitView]) -> str:
    return ", ".join(dict.fromkeys(view.name for view in views))


def _waiting_for(views: Sequence[WaitView], elapsed_s: float, width: int) -> Text:
    took = stopwatch(elapsed_s)
    return Text(f"waiting for {fit(_names(views), max(10, width - len(took) - 18))} · {took}")


def _axis(view: WaitView) -> Text:
    text = Text.assemble((view.name, "bold"), f" {_way(view)} ")
    if view.still_s >= STILL_AFTER_S:
        return text.append(_still(view), style="yellow")
    return text.append_text(bar(view.fraction or 0.0, AXIS_BAR // 2))


def _way(view: WaitView) -> str:
    way = f"{view.current} → {view.target}" if view.target else view.current
    return f"{way} {view.units}".strip()


def _still(view: WaitView) -> str:
    return f"has not changed for {stopwatch(view.still_s)}"


def _in_columns(views: Sequence[WaitView], width: int) -> list[Text]:
    names = max((text_width(view.name) for view in views), default=0)
    current = max((text_width(view.current) for view in views), default=0)
    target = max((text_width(view.target) for view in views), default=0)
    units = max((text_width(view.units) for view in views), default=0)
    lines = []
    for view in views:
        text = Text.assemble((f"{_ljust(view.name, names)}  ", "bold"), f"{view.current:>{current}}")
        if target:
            text.append(f" → {view.target:>{target}}")
        if units:
            text.append(f" {_ljust(view.units, units)}")
        tail = _tail(view)
        room = width - 1 - text.cell_len - text_width(tail.plain) - 4
        if room >= 6:
            text.append("  ").append_text(bar(view.fraction or 0.0, min(LONGEST_BAR, room)))
        lines.append(text.append("  ").append_text(tail))
    return lines


def _tail(view: WaitView) -> Text:
    if view.done:
        return Text("done", style="green")
    if view.still_s >= STILL_AFTER_S:
        return Text(_still(view), style="yellow")
    text = Text(f"{view.fraction or 0.0:4.0%}".replace("%", " %"))
    if view.remaining_s is not None and view.elapsed_s >= SAY_WAITING_AFTER_S:
        text.append(f"  {stopwatch(ceil(view.remaining_s))} left", style="dim")
    return text


def _ljust(text: str, width: int) -> str:
    return text + " " * (width - text_width(text))
