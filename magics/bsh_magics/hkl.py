"""Reciprocal space, for profiles with a diffractometer: ``br``, ``ca``, ``ci``, ``pa``, ``hklscan`` and its like.

A diffractometer is any device with pseudo axes h, k and l, as hklpy2 and ophyd make them: it says itself how its
angles and its h, k, l belong together. ``wh`` shows both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from bsh.commands import (
    Command,
    CommandSession,
    CountTime,
    Detectors,
    Intervals,
    Metadata,
    Number,
    Parameter,
    command,
    limits_of,
    position_of,
    precision_of,
    units_of,
)
from bsh.commands.argument_types import NumberType
from bsh.commands.columns import align, format_value
from bsh.commands.reports import MoveSummary, Text
from bsh.errors import CommandError
from bsh_magics.motion import move_axes
from bsh_magics.scans import LAST_PARAMETERS, Settle, line_scan

__all__ = ["COMMANDS", "br", "ca", "ci", "hklscan", "pa"]

HKL = ("h", "k", "l")
PARAMETERS = ("wavelength", "energy", "engine", "mode", "sample")
"""What diffractometers of different libraries tell of themselves, as far as they have it."""


def _diffractometer(session: CommandSession, name: str) -> Any:
    for device in session.devices.values():
        if hasattr(type(device), "inverse") and all(hasattr(device, axis) for axis in HKL):
            return device
    raise CommandError(
        f"{name}: no device of this profile has axes h, k and l", hint="hklpy2's diffractometers have them"
    )


@command(aliases=["ubr"], group="hkl", examples=["br 1 0 0"], interrupt="stop", generator="bsh.plan_stubs.mv")
def br(session: CommandSession, h: Number, k: Number, l: Number) -> MoveSummary:  # noqa: E741 - Miller's letter
    """Move the diffractometer to h, k, l and wait."""
    geometry = _diffractometer(session, "br")
    axes = [getattr(geometry, name) for name in HKL]
    return move_axes(session, "mv", list(zip(axes, (h, k, l))), {})


@command(group="hkl", examples=["ca 1 0 0"])
def ca(session: CommandSession, h: Number, k: Number, l: Number) -> Text:  # noqa: E741 - Miller's letter
    """Calculate the angles for h, k, l; nothing moves."""
    geometry = _diffractometer(session, "ca")
    wanted = geometry.PseudoPosition(h=h, k=k, l=l)
    angles = _calculated(lambda: geometry.forward(wanted), f"ca: {h:g} {k:g} {l:g}")
    return Text("\n".join(_lines(geometry.real_positioners, angles)))


class NumbersType(NumberType):
    """Any number of numbers."""

    takes_rest = True

    def placeholder(self, name: str) -> str:
        """Return ``angles...``."""
        return f"{name}..."


@command(group="hkl", examples=["ci 10 5 0"])
def ci(session: CommandSession, angles: Annotated[Sequence[float], NumbersType()]) -> Text:
    """Calculate h, k, l for angles, given in the order in which wh shows them; nothing moves."""
    geometry = _diffractometer(session, "ci")
    wanted = [axis.name for axis in geometry.real_positioners]
    if len(angles) != len(wanted):
        raise CommandError(
            f"ci: {len(wanted)} angles are needed, not {len(angles)}", hint=f"ci {' '.join(wanted)}"
        )
    told = ", ".join(f"{angle:g}" for angle in angles)
    found = _calculated(lambda: geometry.inverse(geometry.RealPosition(*angles)), f"ci: angles {told}")
    return Text("\n".join(_lines(geometry.pseudo_positioners, found)))


@command(group="hkl", examples=["pa"])
def pa(session: CommandSession) -> Text:
    """Show what the diffractometer calculates with: wavelength, mode, sample; then its axes."""
    geometry = _diffractometer(session, "pa")
    rows = [[f"{geometry.name}", type(geometry).__name__]]
    for name in PARAMETERS:
        value = getattr(geometry, name, None)
        if value is not None and not callable(value):
            shown = position_of(value) if hasattr(value, "read") else value
            rows.append([name, str(shown)])
    axes = [*geometry.pseudo_positioners, *geometry.real_positioners]
    rows += [[axis.name, _value(axis, position_of(axis))] for axis in axes]
    return Text("\n".join(align(rows, left=(0, 1))))


@command(
    kind="plan", group="hkl", examples=["hklscan 0.9 1.1 0 0 0 0 20 0.1"], generator="bsh.plans.spec.a3scan"
)
def hklscan(
    session: CommandSession,
    h1: Number,
    h2: Number,
    k1: Number,
    k2: Number,
    l1: Number,
    l2: Number,
    intervals: Intervals,
    seconds: CountTime,
    counters: Detectors = (),
    settle: Settle = 0.0,
    md: Metadata = None,
) -> Any:
    """Scan along a line from h1 k1 l1 to h2 k2 l2 in equal intervals."""
    geometry = _diffractometer(session, "hklscan")
    axes = (geometry.h, h1, h2, geometry.k, k1, k2, geometry.l, l1, l2)
    return line_scan(session, "a3scan", axes, intervals, seconds, counters, settle, md)


def _along(axis: str) -> Command:
    """Declare the scan of one of h, k and l."""
    name = f"{axis}scan"

    def scan(
        session: CommandSession,
        *,
        start: float,
        stop: float,
        intervals: int,
        seconds: float,
        counters: Sequence[Any] = (),
        settle: float = 0.0,
        md: Mapping[str, Any] | None = None,
    ) -> Any:
        moved = getattr(_diffractometer(session, name), axis)
        return line_scan(session, "ascan", (moved, start, stop), intervals, seconds, counters, settle, md)

    scan.__name__ = scan.__qualname__ = name
    return Command(
        name=name,
        function=scan,
        kind="plan",
        parameters=(
            Parameter("start", NumberType(), required=True),
            Parameter("stop", NumberType(), required=True),
            *LAST_PARAMETERS,
        ),
        group="hkl",
        summary=f"Scan {axis} of the diffractometer; the others stay.",
        examples=(f"{name} 0.9 1.1 20 0.1",),
        generator="bsh.plans.spec.ascan",
    )


hscan, kscan, lscan = (_along(axis) for axis in HKL)


def _calculated(calculate: Callable[[], Any], what: str) -> Any:
    try:
        return calculate()
    except Exception as error:  # a library of geometry may raise anything: there is no such reflection
        raise CommandError(f"{what} cannot be reached: {error or type(error).__name__}") from error


def _lines(axes: Sequence[Any], values: Sequence[float]) -> list[str]:
    rows = []
    for axis, value in zip(axes, values):
        limits = limits_of(axis)
        beyond = limits is not None and not limits[0] <= value <= limits[1]
        note = f"outside {limits[0]:g} to {limits[1]:g}" if beyond and limits else ""
        rows.append([axis.name, _value(axis, float(value)), note])
    return align(rows, left=(0, 2))


def _value(axis: Any, value: Any) -> str:
    units = units_of(axis)
    return format_value(value, precision_of(axis)) + (f" {units}" if units else "")


COMMANDS = [br, ca, ci, pa, hklscan, hscan, kscan, lscan]
