"""The drawn plots, character by character.

``BSH_WRITE_GOLDEN=1 pytest tests/display/plots/test_golden.py`` writes them anew; look at them before they are
committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bsh.display.console import ASCII
from bsh.display.plots import Look, draw
from tests.display.plots.figures import FIGURES

GOLDEN = Path(__file__).with_name("golden")
HEIGHTS = {60: 9, 80: 14, 120: 20, 200: 24}


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("letters", ["unicode", "ascii"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_plot_without_colours_looks_as_it_did(name: str, letters: str, width: int) -> None:
    lines = draw(FIGURES[name], width, HEIGHTS[width], Look(ascii_only=letters == "ascii"))
    text = "".join(f"{line.plain.rstrip()}\n" for line in lines)
    if letters == "ascii":
        text = text.translate(ASCII)  # as titles are when they are written
    file = GOLDEN / f"{name}-{letters}-{width}.txt"
    if os.environ.get("BSH_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert max(line.cell_len for line in lines) <= width
    assert HEIGHTS[width] * 0.6 <= len(lines) <= HEIGHTS[width]
    assert text.isascii() or letters == "unicode"
