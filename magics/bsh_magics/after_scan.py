"""What a scan says about a peak, and going there: ``cen``, ``com``, ``peak``, ``fwhm``, ``goto``, ``stats``.

Without a peak that can be trusted nothing moves, and the reason is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from bsh.commands import CommandSession, Flag, command, precision_of, units_of
from bsh.commands.argument_types import ArgumentType, NumberType, WordsType
from bsh.commands.columns import align, format_value
from bsh.commands.reports import MoveSummary, Text
from bsh.errors import CommandError, UsageError
from bsh.session.scanned_line import ScannedLine, split_references
from bsh_magics.motion import move_axes

if TYPE_CHECKING:
    from bsh.callbacks.peaks import PeakResult
    from bsh.commands import Argument

__all__ = ["COMMANDS", "cen", "com", "fwhm", "goto", "peak", "stats"]

FEATURES = {"cen": "cen", "com": "com", "peak": "peak", "max": "peak", "min": "min"}
"""What ``goto`` takes for a word, and which feature it is."""

REASONS = {
    "few": "too few points for a peak",
    "none": "no peak that rises above the noise",
    "edge": "no whole peak in its range: the highest point or half of it lies outside",
}
"""What the verdicts on a peak mean."""


class CounterWords(WordsType):
    """A counter, or the number of a scan."""

    completes = "counters"

    def placeholder(self, name: str) -> str:
        """Return ``counter scan``."""
        return "counter scan"


Words = Annotated[Sequence[str], CounterWords()]
Force = Annotated[bool, Flag("-f", "--force")]


@command(group="peak", examples=["cen", "cen {counter}", "cen 142 {counter}"], interrupt="stop")
def cen(session: CommandSession, words: Words = (), force: Force = False) -> MoveSummary:
    """Go to the middle of the last scan's peak, between its half heights.

    A counter and the number of another scan can be named. Without a good peak nothing moves, unless -f is given.
    """
    return _go(session, "cen", words, force)


@command(group="peak", examples=["com", "com {counter}"], interrupt="stop")
def com(session: CommandSession, words: Words = (), force: Force = False) -> MoveSummary:
    """Go to the centre of mass of the last scan's peak; otherwise like cen."""
    if len(words) > 2:
        raise UsageError(
            "com goes to the centre of mass", hint=f"to write that down: comment {' '.join(words)}"
        )
    return _go(session, "com", words, force)


@command(group="peak", aliases=["pic"], examples=["peak", "peak {counter}"], interrupt="stop")
def peak(session: CommandSession, words: Words = (), force: Force = False) -> MoveSummary:
    """Go to the highest point of the last scan; otherwise like cen."""
    return _go(session, "peak", words, force)


@command(group="peak", examples=["fwhm", "fwhm {counter}"])
def fwhm(session: CommandSession, words: Words = ()) -> Text:
    """Show the width of the last scan's peak at half height; nothing moves."""
    line, key = _meant(session, words)
    result = _good(line, key, "fwhm", line.peak(key), force=False)
    axis = line.targets(result.max[0])[0][0]
    digits, units = precision_of(axis), units_of(axis)
    assert result.fwhm is not None
    half = result.fwhm / 2
    middle = result.cen if result.cen is not None else result.max[0]
    shown = [format_value(value, digits) for value in (result.fwhm, middle - half, middle + half)]
    unit = f" {units}" if units else ""
    return Text(f"{key} of {line.label}: fwhm {shown[0]}{unit}, from {shown[1]} to {shown[2]} of {axis.name}")


class PlaceType(ArgumentType):
    """A number, or a word for a feature of the peak."""

    def convert(self, argument: Argument, session: CommandSession, prior: Sequence[Any]) -> float | str:
        """Return a number or one of the words."""
        if argument.text in FEATURES:
            return FEATURES[argument.text]
        return float(NumberType().convert(argument, session, prior))


@command(group="peak", examples=["goto 0.5", "goto cen", "goto min"], interrupt="stop")
def goto(session: CommandSession, place: Annotated[Any, PlaceType()]) -> MoveSummary:
    """Go to a place along the last scan: a position, cen, com, peak or min.

    The scanned motor goes there; of a scan with several motors all of them, along their line.
    """
    if isinstance(place, str) and place != "min":
        return _go(session, place, (), force=False)
    line, key = _meant(session, ())
    if place == "min":
        found = line.peak(key)
        if found is None:
            raise CommandError(f"goto: {line.label} has no points of {key}")
        return _move(session, "goto", line, found.min[0], f"lowest point of {key} in {line.label}")
    return _move(session, "goto", line, place, f"along {line.label}")


@command(group="peak", examples=["stats", "stats {counter}", "stats 142"])
def stats(session: CommandSession, words: Words = ()) -> Text:
    """Show values and peaks of all counters of the last scan."""
    import numpy as np

    ref, name = split_references(words)
    line = ScannedLine(session, ref)
    axis = line.targets(line.values(line.axes[0])[0])[0][0]
    digits = precision_of(axis)
    rows = [["counter", "min", "max", "at", "mean", "sum", "cen", "com", "fwhm", ""]]
    for key in [line.counter(name)] if name else line.counters:
        found, y = line.peak(key), np.asarray(line.values(key))
        if found is None:
            rows.append([key, *["-"] * 8, "no points"])
            continue
        numbers = [found.min[1], found.max[1], float(np.nanmean(y)), float(np.nansum(y))]
        low, high, mean, total = (f"{value:.6g}" for value in numbers)
        trusted = (found.cen, found.com, found.fwhm) if found.is_peak else (None, None, None)
        places = ["-" if value is None else format_value(value, digits) for value in trusted]
        at = format_value(found.max[0], digits)
        rows.append(
            [key, low, high, at, mean, total, *places, "" if found.is_peak else _short(found.verdict)]
        )
    title = f"{line.label}: {line.start.get('command') or line.start.get('plan_name')}, over {line.axes[0]}"
    return Text("\n".join([title, *align(rows, left=(0, 9))]))


def _short(verdict: str) -> str:
    return {"few": "too few points", "none": "no peak", "edge": "no whole peak"}.get(verdict, verdict)


def _meant(session: CommandSession, words: Sequence[str]) -> tuple[ScannedLine, str]:
    ref, name = split_references(words)
    line = ScannedLine(session, ref)
    return line, line.counter(name)


def _go(session: CommandSession, feature: str, words: Sequence[str], force: bool) -> MoveSummary:
    line, key = _meant(session, words)
    result = _good(line, key, feature, line.peak(key), force=force)
    position = result.max[0] if feature == "peak" else getattr(result, feature)
    if position is None:
        raise CommandError(
            f"{feature}: {line.label} has no {feature} of {key}", hint="peak goes to the highest point"
        )
    doubt = "" if result.is_peak else f", although there is {REASONS[result.verdict]}"
    return _move(session, feature, line, float(position), f"{feature} of {key} in {line.label}{doubt}")


def _good(line: ScannedLine, key: str, feature: str, result: PeakResult | None, *, force: bool) -> PeakResult:
    """Return the result if it can be trusted, or is wanted all the same."""
    if result is None:
        raise CommandError(f"{feature}: {line.label} has no points of {key}")
    if result.is_peak or force:
        return result
    highest = f"the highest point of {key} is {result.max[1]:.6g} at {line.axes[0]} {result.max[0]:.6g}"
    where = "goto" if feature == "fwhm" else f"{feature} -f goes there all the same; goto"
    raise CommandError(
        f"{feature}: {line.label} has {REASONS[result.verdict]} ({highest}); nothing was moved",
        hint=f"{where} {result.max[0]:.6g} goes to the highest point",
    )


def _move(session: CommandSession, name: str, line: ScannedLine, position: float, why: str) -> MoveSummary:
    targets = line.targets(position)
    first = targets[0][0].name
    return move_axes(session, name, targets, {first: f"{why}; undo goes back"})


COMMANDS = [cen, com, peak, fwhm, goto, stats]
