"""What ``bsh scans``, ``bsh show`` and ``bsh export`` do: stored runs, with no shell and no server.

Owns which store is asked. Everything is read from the stores that exist; nothing is made.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bsh.errors import BshError, CommandError, ProfileError, RunNotFound, StoreError

from .options import Settings

if TYPE_CHECKING:
    from bsh.store import RunLibrary, RunSummary, StoredRun

__all__ = ["export_scan", "import_files", "list_scans", "plot_scan", "replay_scan", "show_scan"]

SHOWN = 20


def list_scans(
    settings: Settings,
    filters: Sequence[str],
    *,
    number: int | None,
    everything: bool,
    as_json: bool,
    profile: str | None,
) -> int:
    """Print stored scans, newest first; return 1 where a store could not be read.

    Parameters
    ----------
    settings : Settings
        Home, and the profile named before the subcommand.
    filters : sequence of str
        As typed.
    number : int or None
        How many at most; ``everything`` for all.
    everything, as_json : bool
        The options of the same names.
    profile : str or None
        The profile named after the subcommand.
    """
    from bsh.commands.scan_filters import parse_filters

    wanted = parse_filters(filters)
    limit = None if everything else number or SHOWN
    found: list[RunSummary] = []
    code = 0
    for library in _libraries(settings, profile):
        try:
            with library:
                found += wanted.runs(library, limit)
        except StoreError as error:  # the other profiles' scans are still worth seeing
            click.echo(error.message, err=True)
            code = 1
    found.sort(key=lambda run: run.time, reverse=True)
    found = found[:limit]
    if as_json:
        for run in found:
            click.echo(json.dumps(run.as_dict()))
    else:
        _print_table(found, filters)
    return code


def _print_table(runs: Sequence[RunSummary], filters: Sequence[str]) -> None:
    from datetime import datetime

    from bsh.commands.columns import align

    if not runs:
        click.echo("no scans" + (f" with {' '.join(filters)}" if filters else " yet"))
        return
    rows = [["#", "time", "profile", "points", "status", "command"]]
    for run in runs:
        when = datetime.fromtimestamp(run.time).strftime("%Y-%m-%d %H:%M:%S")
        status = run.exit_status or run.reason
        scan = "" if run.scan_id is None else str(run.scan_id)
        rows.append([scan, when, run.profile, str(run.num_points), status, run.command or run.plan_name])
    for line in align(rows, left=(1, 2, 4, 5)):
        click.echo(line.rstrip())


def show_scan(settings: Settings, scan: str, profile: str | None) -> None:
    """Print one scan: how it was taken, how it ended, its points.

    Parameters
    ----------
    settings, profile
        As for :func:`list_scans`.
    scan : str
        Number, uid or its beginning, or -1 for the last.
    """
    from bsh.commands.one_scan import described
    from bsh.session.journal import Journal

    journal = Journal(_chosen_store(settings, profile).parent)
    with _found(settings, scan, profile) as run, closing(journal):
        for line in described(run, journal.notes_of(run.summary.uid)):
            click.echo(line)


def plot_scan(
    settings: Settings, scan: str, profile: str | None, names: Sequence[str], along: str, log: bool
) -> None:
    """Draw one scan.

    Parameters
    ----------
    settings, scan, profile
        As for :func:`show_scan`.
    names : sequence of str
        What is plotted; what the scan was about if there are none.
    along : str
        The column along which, instead of what the scan moved.
    log : bool
        Whether the axis is logarithmic.
    """
    from bsh.commands.plot_report import Plot
    from bsh.commands.stored_figures import StoredFigures
    from bsh.display import ConsoleOwner, show

    with _found(settings, scan, profile) as run:
        figures = StoredFigures(run).figures(names, along, log)
    shown = tuple(figures if names else figures[:1])
    show(Plot(shown, chosen=bool(names)), ConsoleOwner(plain=settings.plain))


def replay_scan(settings: Settings, scan: str, profile: str | None, speed: float | None) -> None:
    """Print one scan as it was when it was taken: table, baseline, peaks.

    Parameters
    ----------
    settings, scan, profile
        As for :func:`show_scan`.
    speed : float or None
        1 keeps the times of the scan, 10 is ten times as fast; None prints at once.
    """
    from bsh.callbacks import BestEffortCallback, replay

    with _found(settings, scan, profile) as run:
        replay(run.documents(), BestEffortCallback(), speed=speed)


def export_scan(
    settings: Settings, scan: str, profile: str | None, format_: str, output: Path | None
) -> None:
    """Write one scan to a file, or to standard output.

    Parameters
    ----------
    settings, scan, profile
        As for :func:`show_scan`.
    format_ : str
        One of the formats of :mod:`bsh.export`.
    output : Path or None
        None for standard output.
    """
    from bsh.export import export_run

    with _found(settings, scan, profile) as run:
        export_run(run, format_, output if output is not None else sys.stdout)


def import_files(settings: Settings, files: Sequence[Path], profile: str | None) -> int:
    """Take the runs of files into the library of a profile; return 1 where a file could not be read.

    Parameters
    ----------
    settings : Settings
        Home, and the profile named before the subcommand.
    files : sequence of Path
        Documents (JSON lines, JSON, msgpack) or SPEC files.
    profile : str or None
        The profile named after the subcommand.
    """
    from bsh.export import read_documents, take_in
    from bsh.store import RunStore

    path = _chosen_store(settings, profile)
    path.parent.mkdir(parents=True, exist_ok=True)
    code = 0
    with RunStore(path, profile=path.parent.name) as store:
        for file in files:
            try:
                click.echo(f"{file}: {take_in(store, read_documents(file), str(file))}")
            except CommandError as error:  # the other files are still worth taking
                click.echo(f"{error.message}{f'. {error.hint}' if error.hint else ''}", err=True)
                code = 1
    return code


# -- which stores ------------------------------------------------------------------------------------


def _libraries(settings: Settings, profile: str | None) -> Iterator[RunLibrary]:
    from bsh.store import RunLibrary, all_stores

    name = profile or settings.profile
    if name is not None:
        yield RunLibrary(_store_of(settings, name))
        return
    for path in all_stores(settings.state_home).values():
        yield RunLibrary(path)


def _chosen_store(settings: Settings, profile: str | None) -> Path:
    """Return the store of the profile that was named, or of the one that is used without a name."""
    return _store_of(settings, profile or settings.profile or settings.profile_name)


def _store_of(settings: Settings, name: str) -> Path:
    """Return the store of a profile; the name of a state folder will do where the profile is gone."""
    from bsh.profile import find_profile, read_head
    from bsh.store import all_stores, store_path

    try:
        folder = read_head(find_profile(name)).name
    except ProfileError:
        stores = all_stores(settings.state_home)
        if name not in stores:
            raise
        return stores[name]
    return store_path(settings.state_home, folder, sim=settings.sim)


@contextmanager
def _found(settings: Settings, scan: str, profile: str | None) -> Iterator[StoredRun]:
    from bsh.store import RunLibrary

    name = profile or settings.profile
    with RunLibrary(_chosen_store(settings, profile)) as library:
        try:
            yield library.run(scan)
            return
        except RunNotFound as error:
            if name is not None:
                raise
            hint = _where_else(settings, scan)
            raise RunNotFound(error.message, hint=hint or error.hint) from error


def _where_else(settings: Settings, scan: str) -> str | None:
    """Say which other profiles have such a scan."""
    from bsh.store import RunLibrary, all_stores

    names = []
    for name, path in all_stores(settings.state_home).items():
        try:
            with RunLibrary(path) as library:
                library.run(scan)
        except BshError:
            continue
        names.append(name)
    if not names:
        return None
    return f"profiles that have it: {', '.join(names)}; for example: bsh show {scan} -p {names[0]}"
