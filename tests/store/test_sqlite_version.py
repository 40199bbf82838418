"""What SQLite 3.34 cannot do is not asked of it; `make test-sqlite` runs these tests with that version."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SQL = re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|REPLACE|WITH|PRAGMA)\b")
NEWER = re.compile(
    r"\bRETURNING\b|\bSTRICT\b|\bDROP COLUMN\b|\bMATERIALIZED\b|->|\bFULL (?:OUTER )?JOIN\b|\bRIGHT JOIN\b"
    r"|\bIS (?:NOT )?DISTINCT FROM\b|\b(?:format|unixepoch|timediff|concat|concat_ws|string_agg|octet_length"
    r"|sqrt|ceil|floor|log|pow|exp|sign)\s*\("
)
"""Of SQLite 3.35 and later: https://www.sqlite.org/changes.html."""


def statements() -> Iterator[tuple[str, str]]:
    """Yield the SQL in the package, each with its file."""
    for folder in ("bsh", "magics"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if "sqlite3" not in text and file.parent.name != "store":
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                    yield file.name, node.value


def test_no_statement_needs_a_newer_sqlite_than_3_34() -> None:
    found = list(statements())
    assert len(found) > 50
    assert [(file, sql) for file, sql in found if NEWER.search(sql)] == []
    assert NEWER.search("UPDATE scan_number SET last = last + 1 RETURNING last")
