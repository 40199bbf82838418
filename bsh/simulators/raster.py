"""The way of two axes through the points of a plan."""

from __future__ import annotations

from typing import Any

from bsh.msg import Msg
from bsh.plan_patterns.cleanup import AnyPlan
from bsh.simulators.world import World

__all__ = ["raster_path"]


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
    world = World()
    save = world.handlers["save"]
    xs: list[float] = []
    ys: list[float] = []

    def look(msg: Msg) -> Any:
        xs.append(world.position_of(x_motor))
        ys.append(world.position_of(y_motor))
        return save(msg)

    world.handlers["save"] = look
    world.walk(plan)
    return xs, ys
