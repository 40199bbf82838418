"""Plots in matplotlib, for those who ask for them; the only place that imports it.

``install()`` draws every plot of :mod:`bsh.callbacks` in matplotlib, too. A callback that is given ``ax=`` or
``fig_factory=`` comes here by itself, through the entry point ``matplotlib`` of the group ``bsh.views``.
"""

from bsh.display.mpl.during_task import DefaultDuringTask
from bsh.display.mpl.qt import QtAwareCallback, initialize_qt_teleporter
from bsh.display.mpl.view import MatplotlibView, draw_waiting_views, install, serve_windows, view_of

__all__ = [
    "DefaultDuringTask",
    "MatplotlibView",
    "QtAwareCallback",
    "draw_waiting_views",
    "initialize_qt_teleporter",
    "install",
    "serve_windows",
    "view_of",
]
