"""``bsh migrate``: what scripts written for bluesky use and bsh does not offer.

Owns the report; what is looked for is in :mod:`bsh.bluesky.door.migration`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

__all__ = ["migrate"]


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path)
)
@click.pass_context
def migrate(context: click.Context, files: tuple[Path, ...]) -> None:
    """Say what old scripts use of bluesky that bsh does not offer.

    The scripts are read, not run. A folder stands for all .py and .ipy files in it. Exit code 1 if anything was found.
    """
    context.exit(report(files))


def report(files: Iterable[Path]) -> int:
    """Write a line for each name that is not offered; return the exit code.

    Parameters
    ----------
    files : iterable of Path
        Scripts and folders.
    """
    from bsh.bluesky.door.migration import UnreadableScript, names_used, not_offered, read

    used = missing = unreadable = 0
    for file in _scripts(files):
        try:
            source = read(file)
            used += len(set(names_used(source)))
            found = not_offered(source)
        except UnreadableScript as error:
            unreadable += 1
            click.echo(f"{file}: cannot be read: {error}")
            continue
        missing += len(found)
        for line, name, reason in found:
            click.echo(f"{file}:{line}: {name} is not offered" + (f": {reason}" if reason else ""))
    click.echo(f"{used} uses of bluesky, {missing} of names that bsh does not offer")
    return 1 if missing or unreadable else 0


def _scripts(files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        if file.is_dir():
            yield from sorted(one for one in file.rglob("*") if one.suffix in (".py", ".ipy"))
        else:
            yield file
