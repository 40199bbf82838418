"""Figures, which are values, as artists in axes of matplotlib.

Owns the looks. Artists are made once and changed afterwards, so that a plot with many points stays quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bsh.callbacks.figures import Curve, Figure, GridFigure, LineFigure, Marker, ScatterFigure

__all__ = ["GridArtists", "LineArtists", "ScatterArtists", "artists_for"]

STYLES: Mapping[str, Mapping[str, Any]] = {
    "line": {"linestyle": "-"},
    "points": {"linestyle": "", "marker": "o"},
    "dashes": {"linestyle": "--", "linewidth": 1.0},
}
MARKER_COLOURS = {"peak": "C3", "cen": "C2", "com": "C4", "fwhm": "0.6"}


def artists_for(figure: Figure, ax: Any, options: Mapping[str, Any]) -> Any:
    """Return what draws such figures into some axes.

    Parameters
    ----------
    figure : Figure
        The first one.
    ax : matplotlib axes
        Where it is drawn.
    options : mapping
        For the artists: those of matplotlib, and ``cmap`` and ``aspect``.
    """
    if isinstance(figure, LineFigure):
        return LineArtists(ax, options)
    return GridArtists(ax, options) if isinstance(figure, GridFigure) else ScatterArtists(ax, options)


class LineArtists:
    """Draw curves.

    Parameters
    ----------
    ax : matplotlib axes
        Where.
    options : mapping
        For each line.
    """

    def __init__(self, ax: Any, options: Mapping[str, Any]) -> None:
        self.ax = ax
        self._options = {key: value for key, value in options.items() if key not in ("cmap", "aspect")}
        self._lines: list[Any] = []
        self._markers: list[Any] = []
        self._legend: list[str] = []
        self._x_limits: tuple[float, float] | None = None

    def show(self, figure: LineFigure) -> None:
        """Draw a figure in place of the one before.

        Parameters
        ----------
        figure : LineFigure
            What is drawn.
        """
        _name_axes(self.ax, figure)
        self.ax.set_yscale("log" if figure.log_y else "linear")
        while len(self._lines) > len(figure.curves):
            self._lines.pop().remove()
        for place, curve in enumerate(figure.curves):
            if place == len(self._lines):
                self._lines.append(self._line(curve))
            line = self._lines[place]
            line.set_data(np.asarray(curve.x, dtype=float), np.asarray(curve.y, dtype=float))
            line.set_label(curve.label)
        self.ax.relim(visible_only=True)
        if figure.x_limits != self._x_limits:  # not each time: somebody may have zoomed in
            self._x_limits = figure.x_limits
            self.ax.set_xlim(figure.x_limits, auto=figure.x_limits is None)
        self.ax.autoscale_view()
        if figure.y_limits is not None:
            self.ax.set_ylim(figure.y_limits)
        self._mark(figure.markers)
        self._explain([curve.label for curve in figure.curves])

    def toggle_markers(self) -> None:
        """Hide the marks of the peak, or show them again."""
        for marker in self._markers:
            marker.set_visible(not marker.get_visible())

    def _line(self, curve: Curve) -> Any:
        [line] = self.ax.plot([], [], **{**STYLES[curve.style], **self._options})
        return line

    def _mark(self, markers: Any) -> None:
        for artist in self._markers:
            artist.remove()
        self._markers = [artist for marker in markers for artist in self._marker(marker)]

    def _marker(self, marker: Marker) -> list[Any]:
        colour = MARKER_COLOURS.get(marker.name, "0.4")
        line = self.ax.axvline(marker.x, color=colour, linestyle=":", linewidth=1.0, label="_marker")
        text = self.ax.annotate(
            f"{marker.name} {marker.x:.5g}",
            (marker.x, 1.0),
            xycoords=("data", "axes fraction"),
            rotation=90,
            va="top",
            ha="right",
            fontsize="small",
            color=colour,
        )
        return [line, text]

    def _explain(self, labels: list[str]) -> None:
        if labels == self._legend or not any(labels):
            return
        self._legend = labels
        self.ax.legend(loc="best").set_draggable(True)


class GridArtists:
    """Draw a grid as an image.

    Parameters
    ----------
    ax : matplotlib axes
        Where.
    options : mapping
        For the image; ``cmap`` and ``aspect``, too.
    """

    def __init__(self, ax: Any, options: Mapping[str, Any]) -> None:
        self.ax = ax
        self._options = {"cmap": "viridis", "aspect": "auto", "interpolation": "none", **options}
        self._image: Any = None

    def show(self, figure: GridFigure) -> None:
        """Draw a figure in place of the one before.

        Parameters
        ----------
        figure : GridFigure
            What is drawn.
        """
        values = np.ma.masked_invalid(np.asarray(figure.values, dtype=float))
        edges = _edges(figure.extent, values.shape)
        if self._image is None:
            self._image = self.ax.imshow(values, origin="lower", extent=edges, **self._options)
            self._bar = self.ax.figure.colorbar(self._image, ax=self.ax)
        self._image.set_data(values)
        self._image.set_extent(edges)
        _name_axes(self.ax, figure)
        self._bar.set_label(figure.value_label)
        _set_colours(self._image, values, figure.limits)
        left, right, bottom, top = edges
        self.ax.set_xlim((right, left) if figure.x_positive == "left" else (left, right))
        self.ax.set_ylim((top, bottom) if figure.y_positive == "down" else (bottom, top))

    def toggle_markers(self) -> None:
        """Do nothing: a grid has no marks."""


class ScatterArtists:
    """Draw scattered points.

    Parameters
    ----------
    ax : matplotlib axes
        Where.
    options : mapping
        For the points; ``cmap``, too.
    """

    def __init__(self, ax: Any, options: Mapping[str, Any]) -> None:
        self.ax = ax
        self._options = {
            "cmap": "viridis",
            **{key: value for key, value in options.items() if key != "aspect"},
        }
        self._points: Any = None

    def show(self, figure: ScatterFigure) -> None:
        """Draw a figure in place of the one before.

        Parameters
        ----------
        figure : ScatterFigure
            What is drawn.
        """
        x, y, values = (np.asarray(data, dtype=float) for data in (figure.x, figure.y, figure.values))
        if self._points is None:
            self._points = self.ax.scatter(x, y, c=values, **self._options)
            self._bar = self.ax.figure.colorbar(self._points, ax=self.ax)
        self._points.set_offsets(np.column_stack((x, y)))
        self._points.set_array(np.ma.masked_invalid(values))
        _name_axes(self.ax, figure)
        self._bar.set_label(figure.value_label)
        _set_colours(self._points, values, figure.limits)
        self.ax.set_xlim(figure.x_limits or _limits(x))
        self.ax.set_ylim(figure.y_limits or _limits(y))

    def toggle_markers(self) -> None:
        """Do nothing: scattered points have no marks."""


def _name_axes(ax: Any, figure: Figure) -> None:
    ax.set_title(figure.title)
    ax.set_xlabel(figure.x_label)
    ax.set_ylabel(figure.y_label)


def _edges(
    extent: tuple[float, float, float, float], shape: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """Return the outer edges of the cells whose centres lie on the extent: half a step further."""
    edges = []
    for (first, last), cells in zip((extent[:2], extent[2:]), (shape[1], shape[0])):
        half = (last - first) / (cells - 1) / 2 if cells > 1 and last != first else 0.5
        edges += [first - half, last + half]
    return (edges[0], edges[1], edges[2], edges[3])


def _set_colours(artist: Any, values: Any, limits: tuple[float, float] | None) -> None:
    finite = np.asarray(values, dtype=float)[np.isfinite(np.ma.filled(values, np.nan))]
    if limits is not None:
        artist.set_clim(*limits)
    elif finite.size:
        artist.set_clim(finite.min(), finite.max())


def _limits(positions: Any) -> tuple[float, float]:
    finite = positions[np.isfinite(positions)]
    if not finite.size:
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    margin = 0.05 * (high - low) or 0.5
    return (low - margin, high + margin)
