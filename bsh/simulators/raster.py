"""Where the axes of a plan are at each of its points, and the way of two of them as a picture."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from bsh.msg import Msg
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators.world import World

if TYPE_CHECKING:
    from bsh.callbacks.figures import LineFigure

__all__ = ["RasterPath", "planned_positions", "plot_raster_path", "raster_path"]


def planned_positions(plan: AnyPlan, *axes: Any) -> list[tuple[Any, ...]]:
    """Return where axes are at each event of a plan, without running it.

    Parameters
    ----------
    plan : plan
        It is used up.
    *axes : devices
        One or more; the parts of a positioner that moves them together, too.

    Returns
    -------
    list of tuple
        For each event the position of each axis, in its own units.

    Examples
    --------
    >>> from bsh.devices.sim import SimMotor
    >>> from bsh.plans import scan
    >>> th = SimMotor("th")
    >>> planned_positions(scan([], th, -1, 1, 3), th)
    [(-1.0,), (0.0,), (1.0,)]
    """
    world = World()
    rows: list[tuple[Any, ...]] = []

    def look(msg: Msg) -> None:
        if world.bundle_is_point:
            rows.append(tuple(map(world.position_of, axes)))

    world.before("save", look)
    world.walk(plan)
    return rows


def raster_path(plan: AnyPlan, x_motor: Any, y_motor: Any) -> tuple[list[float], list[float]]:
    """Return where two axes are at each event of a plan.

    Parameters
    ----------
    plan : plan
        It is used up.
    x_motor, y_motor : device
        The axes.

    Returns
    -------
    x, y : list of float
        One position for each event, in the axes' own units.
    """
    rows = planned_positions(plan, x_motor, y_motor)
    return [x for x, _ in rows], [y for _, y in rows]


class RasterPath:
    """The way of two axes through the points of a plan, for views to draw.

    Parameters
    ----------
    plan : plan
        It is used up.
    x_motor, y_motor : device
        The axes.
    """

    def __init__(self, plan: AnyPlan, x_motor: Any, y_motor: Any) -> None:
        self.x, self.y = raster_path(plan, x_motor, y_motor)
        self.x_label, self.y_label = _label(x_motor), _label(y_motor)

    def figure(self) -> LineFigure:
        """Return the way as a line, with its points."""
        from bsh.callbacks.figures import Curve, LineFigure

        curves = [Curve("path", self.x, self.y), Curve("points", self.x, self.y, style="points")]
        return LineFigure(f"{len(self.x)} points", self.x_label, self.y_label, curves)

    def text(self) -> str:
        """Return the way in words, for where nothing can be drawn."""
        if not self.x:
            return f"no points of {self.x_label} and {self.y_label}"
        ranges = (
            f"{label} {min(places):g} to {max(places):g}"
            for label, places in ((self.x_label, self.x), (self.y_label, self.y))
        )
        return f"{len(self.x)} points: {', '.join(ranges)}"


def _label(motor: Any) -> str:
    unit = getattr(motor, "egu", "")
    return f"{motor.name} ({unit})" if unit else str(motor.name)


def plot_raster_path(
    plan: AnyPlan,
    x_motor: Any,
    y_motor: Any,
    ax: Any = None,
    probe_size: float | None = None,
    lw: float = 2,
) -> dict[str, Any] | None:
    """Draw the way of two axes through the points of a plan, without running it.

    Parameters
    ----------
    plan : plan
        It is used up.
    x_motor, y_motor : device
        The axes.
    ax : matplotlib.axes.Axes, optional
        Where to draw. If not given, whoever draws the plots of scans draws this one: the terminal in the
        shell; where nobody does, the way is printed in words.
    probe_size : float, optional
        Diameter of the beam, in the units of x: drawn as a circle at each point instead of a dot.
    lw : float, optional
        Width of the line, in points of typography.

    Returns
    -------
    dict or None
        With `ax`, what was drawn: ``path`` is the line, ``events`` the dots or circles.
    """
    path = RasterPath(plan, x_motor, y_motor)
    if ax is not None:
        return _drawn(path, ax, probe_size, lw)
    from bsh.callbacks.views import views_of

    views = views_of(path)
    for view in views:
        view.changed()
        view.finished()
    if not views:
        print(path.text())
    return None


def _drawn(path: RasterPath, ax: Any, probe_size: float | None, lw: float) -> dict[str, Any]:
    (line,) = ax.plot(path.x, path.y, lw=lw)
    ax.set_xlabel(path.x_label)
    ax.set_ylabel(path.y_label)
    if probe_size is None:
        return {"path": line, "events": ax.scatter(path.x, path.y, marker="o", lw=lw)}
    radius, angles = probe_size / 2, [2 * pi * number / 36 for number in range(36)]
    circles = [
        ax.fill([x + radius * cos(a) for a in angles], [y + radius * sin(a) for a in angles], alpha=0.3)
        for x, y in zip(path.x, path.y)
    ]
    return {"path": line, "events": circles}
