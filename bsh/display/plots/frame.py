"""What stands around a plot: tick labels at the left, axis and labels below."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from bsh.callbacks.cells import fit, text_width
from bsh.display.plots.axis import Axis
from bsh.display.plots.look import Look

__all__ = ["FRAME_ROWS", "framed", "gutter_width", "one_line", "put"]

FRAME_ROWS = 3
"""Title, axis, tick labels."""

AXIS_STYLE = "dim"


def gutter_width(axis: Axis) -> int:
    """Return the columns at the left of a plot that labels and axis take.

    Parameters
    ----------
    axis : Axis
        The vertical one.
    """
    return max((len(text) for _, text in axis.ticks), default=0) + 2


def framed(body: Sequence[Text], x: Axis, y: Axis, x_label: str, look: Look) -> list[Text]:
    """Return the lines of a plot with its axes.

    Parameters
    ----------
    body : sequence of Text
        The lines of the plot itself, all of one width.
    x, y : Axis
        The axes.
    x_label : str
        What the horizontal axis is.
    look : Look
        What the terminal can show.
    """
    rows, columns = len(body), body[0].cell_len if body else 0
    gutter = gutter_width(y)
    labels = {rows - 1 - y.cell(value, rows): text for value, text in reversed(y.ticks)}
    wall, tick, corner, floor, floor_tick = "|++-+" if look.ascii_only else "│┤└─┬"
    lines = []
    for number, line in enumerate(body):
        label = labels.get(number, "")
        edge = f"{label:>{gutter - 1}}{tick if label else wall}"
        lines.append(Text.assemble((edge, AXIS_STYLE), line))
    axis, texts = [floor] * columns, [" "] * (gutter + columns)
    room = columns - text_width(x_label) - 1
    name_fits = room > columns // 2
    taken_to = 0
    for value, text in sorted(x.ticks, key=lambda tick: x.cell(tick[0], columns)):
        place = x.cell(value, columns)
        if not 0 <= place < columns:
            continue
        axis[place] = floor_tick
        first = min(max(0, gutter + place - len(text) // 2), gutter + columns - len(text))
        if first < taken_to or (name_fits and first + len(text) > gutter + room):
            continue
        put(texts, first, text)
        taken_to = first + len(text) + 2
    if name_fits:
        put(texts, gutter + columns - text_width(x_label), x_label)
    lines.append(Text(" " * (gutter - 1) + corner + "".join(axis), style=AXIS_STYLE))
    lines.append(Text("".join(texts).rstrip(), style=AXIS_STYLE))
    return lines


def put(cells: list[str], first: int, text: str) -> None:
    """Write a text into a line of single characters; what does not fit is cut.

    Parameters
    ----------
    cells : list of str
        One character each; changed.
    first : int
        Where the text begins.
    text : str
        Characters of one column each.
    """
    for place, character in enumerate(text, first):
        if 0 <= place < len(cells):
            cells[place] = character


def one_line(title: str, pieces: Sequence[tuple[str, str]], width: int) -> Text:
    """Return a title and as many further pieces as fit, with how many do not.

    Parameters
    ----------
    title : str
        Comes first, cut if it must be.
    pieces : sequence of (str, str)
        Texts and their styles.
    width : int
        Terminal columns.
    """
    room = max(8, width - sum(text_width(text) + 2 for text, _ in pieces))
    line = Text.assemble((fit(title, room), "bold"))
    for number, (text, style) in enumerate(pieces):
        left = len(pieces) - number
        more = f"  +{left} more"
        room = width - line.cell_len - 2
        if text_width(text) > (room if left == 1 else room - len(more)):
            return line.append(more, style=AXIS_STYLE) if line.cell_len + len(more) <= width else line
        line.append("  ").append(text, style=style)
    return line
