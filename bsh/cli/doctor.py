"""What ``bsh doctor`` reports: this installation, its profiles, its state, its terminal.

Each check is a function that yields findings; the report prints them all, whatever one of them runs into.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bsh.errors import BshError

from .options import Settings

__all__ = ["Finding", "report"]

LITTLE_SPACE = 500e6
"""Less free space than this, in bytes, is a problem."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Parameters
    ----------
    mark : str
        "ok", "--" for what is optional and missing, "!!" for a problem.
    text : str
        What was found.
    """

    mark: str
    text: str


def report(settings: Settings) -> int:
    """Print the report; return 1 if there is a problem.

    Parameters
    ----------
    settings : Settings
        Home, and the profile to look at.
    """
    checks: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
        ("installation", _installation),
        ("extras", _extras),
        ("profile", _profile),
        ("state", _state),
        ("terminal", _terminal),
    )
    problems = 0
    for title, check in checks:
        click.echo(f"{title}:")
        for finding in _guarded(check, settings):
            problems += finding.mark == "!!"
            click.echo(f"  {finding.mark}  {finding.text}")
    click.echo(
        "no problems" if not problems else f"{problems} problem{'s' if problems > 1 else ''} (marked !!)"
    )
    return 1 if problems else 0


def _guarded(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except BshError as error:
        for line in error.message.splitlines():
            yield Finding("!!", line)
    except Exception as error:  # a report that breaks where something is broken is of no use
        yield Finding("!!", f"{type(error).__name__}: {error}")


def _installation(settings: Settings) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from bsh import __version__

    yield Finding("ok", f"bsh {__version__} in {Path(__file__).parent.parent}")
    yield Finding("ok", f"Python {platform.python_version()} ({sys.executable}), {platform.platform()}")
    for package in _requirements(None):
        try:
            yield Finding("ok", f"{package} {version(package)}")
        except PackageNotFoundError:
            yield Finding("!!", f"{package} is missing: pip install {package}")


def _extras(settings: Settings) -> Iterator[Finding]:
    from importlib.metadata import metadata, version

    for extra in metadata("bsh").get_all("Provides-Extra") or ():
        packages = [package for package in _requirements(extra) if package != "bsh"]
        if extra in ("all", "test") or not packages:
            continue
        missing = [package for package in packages if not _is_installed(package)]
        if missing:
            yield Finding("--", f"{extra}: {', '.join(missing)} missing; pip install 'bsh[{extra}]'")
        else:
            yield Finding(
                "ok", f"{extra}: " + ", ".join(f"{package} {version(package)}" for package in packages)
            )


def _requirements(extra: str | None) -> list[str]:
    """Return the packages that bsh asks for: always, or for an extra."""
    from importlib.metadata import requires

    found = []
    for line in requires("bsh") or ():
        name = re.match(r"[\w.-]+", line)
        marker = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
        if name and (marker[1] if marker else None) == extra:
            found.append(name[0])
    return found


def _is_installed(package: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _profile(settings: Settings) -> Iterator[Finding]:
    from bsh.profile import check_profile, default_profile, find_profile, user_folder

    from .profiles import command_names

    if settings.profile is None:
        default = default_profile()
        yield Finding("ok", f"default: {default.name} (chosen by: {default.chosen_by})")
    file = find_profile(settings.profile_name)
    problems = check_profile(file, commands=command_names())
    yield Finding("!!" if problems else "ok", f"{file}: {len(problems) or 'no'} problems")
    for problem in problems:
        yield Finding("!!", str(problem))
    folder = user_folder()
    yield Finding(
        "ok" if folder.is_dir() else "--",
        f"own profiles: {folder}" + ("" if folder.is_dir() else " (none yet)"),
    )


def _state(settings: Settings) -> Iterator[Finding]:
    from bsh.store import all_stores

    home = settings.state_home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    writable = os.access(existing, os.W_OK)
    yield Finding("ok" if writable else "!!", f"{home}" + ("" if writable else ": cannot be written to"))
    free = shutil.disk_usage(existing).free
    yield Finding("ok" if free > LITTLE_SPACE else "!!", f"{free / 1e9:.1f} GB free")
    for name, path in all_stores(home).items():
        yield _store(name, path)


def _store(name: str, path: Path) -> Finding:
    import sqlite3
    from urllib.parse import quote

    size = path.stat().st_size / 1e6
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (runs,) = connection.execute("SELECT count(*) FROM runs").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return Finding("!!", f"{path}: {error}; bsh moves it aside and begins a new one at the next start")
    mark = "ok" if health == "ok" else "!!"
    return Finding(mark, f"{name}: {runs} runs, {size:.1f} MB" + ("" if health == "ok" else f": {health}"))


def _terminal(settings: Settings) -> Iterator[Finding]:
    size = shutil.get_terminal_size()
    is_terminal = sys.stdout.isatty()
    yield Finding(
        "ok",
        f"TERM={os.environ.get('TERM', '')}, {size.columns}x{size.lines}"
        + ("" if is_terminal else " (output is no terminal)"),
    )
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    yield Finding("ok" if encoding == "utf8" else "--", f"encoding {sys.stdout.encoding}")
    for variable in ("EPICS_CA_ADDR_LIST", "EPICS_CA_AUTO_ADDR_LIST", "EPICS_CA_SERVER_PORT"):
        if variable in os.environ:
            yield Finding("ok", f"{variable}={os.environ[variable]}")
