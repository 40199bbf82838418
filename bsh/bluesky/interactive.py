"""Plans from a rectangle that is drawn in a plot of matplotlib."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping, Sequence
from typing import Any

from bsh.msg import MsgGenerator
from bsh.plans import grid_scan

__all__ = ["OuterProductWidget", "ROIPlanCreator", "grid_scan"]

Point = tuple[float, float]


class ROIPlanCreator:
    """Make a plan of the rectangle that was drawn last; subclasses define ``_plan(corner, corner)``.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where rectangles can be drawn.
    """

    def __init__(self, ax: Any) -> None:
        try:
            from matplotlib.widgets import RectangleSelector
        except ImportError as error:
            raise ImportError("Rectangles are drawn in matplotlib: pip install matplotlib") from error
        self.ax = ax
        self._corners: tuple[Point, Point] | None = None
        self.widget: Any = RectangleSelector(ax, self._onselect, useblit=True, interactive=True)

    def _onselect(self, press: Any, release: Any) -> None:
        self._corners = ((press.xdata, press.ydata), (release.xdata, release.ydata))

    @property
    def last_rect(self) -> tuple[Point, Point]:
        """Two opposite corners, in the units of the axes.

        Raises
        ------
        RuntimeError
            No rectangle was drawn.
        """
        if self._corners is None:
            raise RuntimeError("No rectangle was drawn yet: drag one in the plot.")
        return self._corners

    @property
    def last_plan(self) -> MsgGenerator:
        """A new plan of the last rectangle."""
        return self._plan(*self.last_rect)

    @property
    def creator_md(self) -> dict[str, Any]:
        """Metadata that tell how the plan came about."""
        first, second = self.last_rect
        return {
            "interactive": {
                "widget_class": type(self).__name__,
                "rect_points": {"p1": first, "p2": second},
            }
        }

    @property
    def active(self) -> bool:
        """Whether rectangles can be drawn."""
        return bool(self.widget.get_active())

    @active.setter
    def active(self, active: bool) -> None:
        self.widget.set_active(active)

    def _plan(self, p1: Point, p2: Point) -> MsgGenerator:
        raise NotImplementedError(f"{type(self).__name__} must define _plan(p1, p2)")


class OuterProductWidget(ROIPlanCreator):
    """A grid scan over the rectangle.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where rectangles can be drawn; x is the first motor.
    dets : list of device
        Read at each point.
    motor1, motor2 : device
        The slow axis and the fast one.
    num1, num2 : int
        Points along each; the second as the first without it.
    snake : bool, optional
        Go to and fro.
    md : dict, optional
        Metadata.
    """

    def __init__(
        self,
        ax: Any,
        dets: Sequence[Any],
        motor1: Any,
        motor2: Any,
        num1: int,
        num2: int | None = None,
        snake: bool = True,
        md: MutableMapping[str, Any] | None = None,
    ) -> None:
        super().__init__(ax)
        self.dets = dets
        self.motor1, self.motor2 = motor1, motor2
        self.num1, self.num2 = num1, num1 if num2 is None else num2
        self.snake = snake
        self._md = {} if md is None else md

    @property
    def md(self) -> MutableMapping[str, Any]:
        """The metadata given, and those of the rectangle."""
        return ChainMap(self._md, self.creator_md)

    def _plan(self, p1: Point, p2: Point) -> MsgGenerator:
        slow = (self.motor1, p1[0], p2[0], self.num1)
        fast = (self.motor2, p1[1], p2[1], self.num2)
        return grid_scan(self.dets, *slow, *fast, snake_axes=bool(self.snake), md=dict(self.md))
