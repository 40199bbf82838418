"""Reading Markdown as far as these tests need it: fenced blocks and links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: ```` ```python file=night.bsh ```` has the language python and an attribute."""

    language: str
    text: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def blocks(text: str) -> list[Block]:
    found = []
    for match in _FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        attributes = dict(word.split("=", 1) for word in words)
        found.append(Block(language, match["text"], text.count("\n", 0, match.start()) + 1, attributes))
    return found


def prose(text: str) -> str:
    """Return a page without its blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    return _LINK.findall(prose(text))


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
