"""What a line is in Python, for people who come from SPEC or go to bluesky; and what errors are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bsh.commands import Command, CommandSession, explained_error, is_error, nearest_hint, split_words
from bsh.commands.statements import statements
from bsh.errors import UsageError

__all__ = ["explained"]


def explained(session: CommandSession, text: str) -> Iterator[str]:
    """Yield lines about a line, or about an error by its name.

    Parameters
    ----------
    session : CommandSession
        Whose commands and counters.
    text : str
        What is asked about.

    Raises
    ------
    UsageError
        It is neither.
    """
    import bsh.errors

    if len(list(statements(text))) != 1:
        raise UsageError("explain takes one line at a time", hint="explain ascan th -1 1 20 0.1")
    name = text.split(maxsplit=1)[0]
    if is_error(text):
        yield explained_error(text)
        return
    if name not in session.registry:
        known = [*session.registry.names, *bsh.errors.__all__]
        raise UsageError(
            f"explain: {name} is neither a command nor an error",
            hint=nearest_hint(name, known) or "h lists commands",
        )
    yield from _line(session, session.registry[name], text[len(name) :])


def _line(session: CommandSession, command: Command, rest: str) -> Iterator[str]:
    words = split_words(rest, command.syntax)
    placed = [word.text for word in words if not word.option and word.keyword is None]
    yield f"{command.name}: {command.summary}"
    missing = sum(parameter.required for parameter in command.positional) - len(placed)
    if missing > 0:
        yield command.usage
        return
    snake = any(word.option and word.text in ("-s", "--snake") for word in words)
    counters, placed = _counters(session, command, placed)
    shown = ", ".join(placed)
    if command.name in AS_BLUESKY:
        plan, note = AS_BLUESKY[command.name](f"[{', '.join(counters)}]", placed)
        plan = plan.replace(")", ", snake_axes=True)") if snake else plan
        yield f"in bluesky:  RE({plan})"
        if note:
            yield f"             {note}"
    if command.generator:
        detectors = f"[{', '.join(counters)}], " if command.group == "scan" else ""
        yield f"in a plan:   yield from {command.generator}({detectors}{shown})"
    yield f"in Python:   {command.name}({', '.join([*placed, *_named(command, words)])})"


def _counters(session: CommandSession, command: Command, placed: list[str]) -> tuple[list[str], list[str]]:
    """Take counters that are named at the end of a line off it; without any the active ones count."""
    places = [place for place, one in enumerate(command.positional) if one.name == "counters"]
    if not places:
        return [], placed
    named = placed[places[0] :] if command.positional[places[0] - 1].required else []
    rest = placed[: len(placed) - len(named)]
    return named or [device.name for device in session.counters], rest


def _named(command: Command, words: Sequence[object]) -> list[str]:
    given = {getattr(word, "text", "") for word in words if getattr(word, "option", False)}
    return [f"{one.name}=True" for flag, one in command.options.items() if flag in given and one.type is None]


Bluesky = Callable[[str, Sequence[str]], tuple[str, str]]


def _line_scan(name: str) -> Bluesky:
    def written(detectors: str, words: Sequence[str]) -> tuple[str, str]:
        *axes, intervals, seconds = words
        points = _one_more(intervals)
        note = f"{intervals} intervals are {points} points; set counting time {seconds} before"
        return f"bp.{name}({detectors}, {', '.join(axes)}, {points})", note

    return written


def _mesh(name: str) -> Bluesky:
    def written(detectors: str, words: Sequence[str]) -> tuple[str, str]:
        fast, slow, seconds = words[:4], words[4:8], words[8]
        axes = ", ".join([*slow[:3], _one_more(slow[3]), *fast[:3], _one_more(fast[3])])
        return (
            f"bp.{name}({detectors}, {axes})",
            f"the slow motor comes first there; set counting time {seconds} before",
        )

    return written


def _move(name: str) -> Bluesky:
    return lambda _, words: (f"bps.{name}({', '.join(words)})", "")


def _count(detectors: str, words: Sequence[str]) -> tuple[str, str]:
    return f"bp.count({detectors})", "which is saved; ct is not, ct -s is"


def _loop(detectors: str, words: Sequence[str]) -> tuple[str, str]:
    delay = f", delay={words[2]}" if len(words) > 2 else ""
    return f"bp.count({detectors}, num={words[0]}{delay})", ""


def _one_more(intervals: str) -> str:
    return str(int(intervals) + 1) if intervals.isdigit() else f"{intervals} + 1"


AS_BLUESKY: dict[str, Bluesky] = {
    **{name: _line_scan("scan") for name in ("ascan", "a2scan", "a3scan", "a4scan")},
    **{name: _line_scan("rel_scan") for name in ("dscan", "d2scan", "d3scan", "d4scan")},
    "mesh": _mesh("grid_scan"),
    "dmesh": _mesh("rel_grid_scan"),
    "loopscan": _loop,
    "ct": _count,
    "mv": _move("mv"),
    "mvr": _move("mvr"),
}
"""How a command is written for bluesky."""
