"""``python -m bsh.bluesky``: the version that is offered, or a script with the door open.

Scripts and modules run as they would under ``python``: ``python -m bsh.bluesky FILE [ARG...]``,
``python -m bsh.bluesky -m MODULE [ARG...]``, ``python -m bsh.bluesky -c CODE``.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from bsh.bluesky.door.installing import install
from bsh.bluesky.door.level import API_LEVEL

__all__ = ["main"]

_USAGE = """\
usage: python -m bsh.bluesky [--version] [FILE | -m MODULE | -c CODE] [ARG...]

Runs a script, with 'import bluesky' leading to bsh, in child processes, too.
  --version   the version of bluesky whose names are offered"""


def main(args: Sequence[str] | None = None) -> None:
    """Show the version, or run a script.

    Parameters
    ----------
    args : sequence of str, optional
        The words after the program; those of this process without it.
    """
    words = list(sys.argv[1:] if args is None else args)
    if words == ["--version"]:
        print(API_LEVEL)
    elif not words or words[0] in ("-h", "--help"):
        print(_USAGE)
    else:
        install(children=True)
        _run(words)


def _run(words: list[str]) -> None:
    if words[0] == "-m" and len(words) > 1:
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    elif words[0] == "-c" and len(words) > 1:
        sys.argv = ["-c", *words[2:]]
        exec(compile(words[1], "<string>", "exec"), {"__name__": "__main__"})
    elif words[0].startswith("-"):
        raise SystemExit(f"python -m bsh.bluesky: no such option: {words[0]}\n{_USAGE}")
    else:
        sys.argv = words
        sys.path.insert(0, str(Path(words[0]).resolve().parent))
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
