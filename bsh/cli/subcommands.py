"""The subcommands of ``bsh``: names, options and help; what they do is imported when they run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from .migrate import migrate
from .options import ProfileName, Settings, profile_option

__all__ = ["add_subcommands"]

SHELLS = ("bash", "zsh", "fish")
EXPORT_FORMATS = ("jsonl", "spec", "nexus", "csv", "parquet")
NUMBERS_FROM_THE_END = {"ignore_unknown_options": True}
"""Lets -1 be an argument: click takes it for an option otherwise."""


def add_subcommands(group: click.Group) -> None:
    """Add every subcommand.

    Parameters
    ----------
    group : click.Group
        The program.
    """
    for command in (
        profile,
        scans,
        show,
        plot,
        explain,
        export,
        replay,
        import_,
        resume,
        ioc,
        doctor,
        panic,
        completion,
        migrate,
    ):
        group.add_command(command)


@click.group()
def profile() -> None:
    """List, show, check and make profiles."""


@profile.command("list")
def profile_list() -> None:
    """List the profiles that ship and the user's own; * marks the default."""
    from .profiles import list_profiles

    list_profiles()


@profile.command("show")
@click.argument("name", type=ProfileName())
@click.option("--source", is_flag=True, help="The YAML itself.")
def profile_show(name: str, source: bool) -> None:
    """Show what a profile describes."""
    from .profiles import show_profile

    show_profile(name, source=source)


@profile.command("check")
@click.argument("file", type=ProfileName())
@click.pass_context
def profile_check(context: click.Context, file: str) -> None:
    """Say everything that is wrong with a profile; needs no hardware."""
    from .profiles import check

    context.exit(check(file))


@profile.command("new")
@click.argument("name", required=False)
@click.option("--title", metavar="TEXT", help="One line for the banner.")
@click.option(
    "--devices", metavar="KIND", help="sim, epics, or a file: a devices.yml of apsbits, a happi database."
)
@click.option("--prefix", metavar="XF:", help="What the names of the EPICS records begin with.")
@click.option("--motors", type=click.IntRange(0, 99), metavar="N", help="How many EPICS motors (default: 4).")
def profile_new(name: str | None, **options: Any) -> None:
    """Write a commented profile to start from.

    NAME goes to the user's folder of profiles; a path ending in .yml is written there. At a terminal, what the
    options do not say is asked for.
    """
    from .profiles import new_profile

    new_profile(name, **options, ask=sys.stdin.isatty() and sys.stdout.isatty())


@click.command()
@click.option(
    "-n", "--number", type=click.IntRange(min=1), metavar="N", help="The last N only (default: 20)."
)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@profile_option
@click.argument("filters", nargs=-1)
@click.pass_context
def scans(context: click.Context, /, filters: tuple[str, ...], **options: Any) -> None:
    """List stored scans, newest first.

    \b
    FILTERS: today, yesterday, plan=NAME, motor=NAME, status=success|abort|fail|open,
             since=2026-01-31, until=..., or words that occur in the line or the metadata
    Without -p the scans of all profiles are listed.
    """
    from .library import list_scans

    context.exit(list_scans(context.obj, filters, **options))


@click.command(context_settings=NUMBERS_FROM_THE_END)
@click.argument("scan")
@profile_option
@click.pass_obj
def show(settings: Settings, scan: str, profile: str | None) -> None:
    """Show one scan: number, uid or its beginning, or -1 for the last."""
    from .library import show_scan

    show_scan(settings, scan, profile)


@click.command(context_settings=NUMBERS_FROM_THE_END)
@click.argument("scan")
@click.argument("names", nargs=-1)
@click.option("-x", "--along", default="", help="The column along which.")
@click.option("-l", "--log", is_flag=True, help="A logarithmic axis.")
@profile_option
@click.pass_obj
def plot(
    settings: Settings, scan: str, names: tuple[str, ...], along: str, log: bool, profile: str | None
) -> None:
    """Draw one scan: number, uid or its beginning, or -1 for the last; then names of its columns."""
    from .library import plot_scan

    plot_scan(settings, scan, profile, names, along, log)


@click.command()
@click.argument("name")
def explain(name: str) -> None:
    """Say what an error is about, by its name."""
    from bsh.commands import explained_error

    click.echo(explained_error(name))


@click.command(context_settings=NUMBERS_FROM_THE_END)
@click.argument("scan")
@click.option(
    "--format",
    "format_",
    type=click.Choice(EXPORT_FORMATS),
    default="jsonl",
    show_default=True,
    help="jsonl: one [name, document] a line; csv, parquet: the points; nexus: everything, with a plot.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Where to (default: standard output).",
)
@profile_option
@click.pass_obj
def export(settings: Settings, scan: str, format_: str, output: str, profile: str | None) -> None:
    """Write one scan to a file: number, uid or its beginning, or -1 for the last."""
    from .library import export_scan

    export_scan(settings, scan, profile, format_, None if output == "-" else Path(output))


@click.command(context_settings=NUMBERS_FROM_THE_END)
@click.argument("scan", type=int, metavar="N")
@profile_option
@click.pass_context
def resume(context: click.Context, scan: int, profile: str | None) -> None:
    """Take the points that a scan has left which was broken off, as a new scan: its number, or -1 for the last."""
    from dataclasses import replace

    from .running import run_lines

    settings: Settings = context.obj
    context.exit(run_lines(replace(settings, profile=profile or settings.profile), [f"resume {scan}"]))


@click.command(context_settings=NUMBERS_FROM_THE_END)
@click.argument("scan")
@click.option(
    "--times",
    "speed",
    type=click.FloatRange(min=0.001),
    metavar="SPEED",
    help="1 keeps the times of the scan, 10 is ten times as fast (default: at once).",
)
@profile_option
@click.pass_obj
def replay(settings: Settings, scan: str, speed: float | None, profile: str | None) -> None:
    """Print one scan as when it was taken: number, uid or its beginning, or -1 for the last."""
    from .library import replay_scan

    replay_scan(settings, scan, profile, speed)


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@profile_option
@click.pass_obj
def import_(settings: Settings, files: tuple[Path, ...], profile: str | None) -> None:
    """Take runs of other programs into the library: documents (JSON lines, msgpack) or SPEC files.

    They get new scan numbers; their own stay in the metadata. The same file a second time changes nothing.
    """
    from .library import import_files

    click.get_current_context().exit(import_files(settings, files, profile))


@click.command()
@click.option("--prefix", default="SIM:", show_default=True, help="What the names of the records begin with.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5064,
    show_default=True,
    help="TCP and UDP port on loopback; 0 takes a free one.",
)
def ioc(prefix: str, port: int) -> None:
    """Run the demo IOC in the foreground: motors, scaler, ring, shutter over Channel Access."""
    from bsh.ioc import serve

    serve(prefix, port, say=click.echo)


@click.command()
@profile_option
@click.pass_context
def panic(context: click.Context, profile: str | None) -> None:
    """Emergency: halt what runs in the profile's shells, and run its 'panic' lines.

    Acts even where a shell is busy or hangs: it makes connections of its own. Without -p it is about every
    profile that has an open shell.
    """
    from dataclasses import replace

    from .emergency import panic as act

    settings: Settings = context.obj
    context.exit(act(replace(settings, profile=profile or settings.profile)))


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Report on this installation: versions, extras, profiles, state, terminal."""
    from .doctor import report

    context.exit(report(context.obj))


class _ShellName(click.Choice[str]):
    """One of the shells that completion exists for."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the shells that begin as typed."""
        return [CompletionItem(name) for name in SHELLS if name.startswith(incomplete)]


@click.command()
@click.argument("shell", type=_ShellName(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: bsh completion bash > ~/.local/share/bash-completion/completions/bsh
    zsh:  bsh completion zsh > DIR/_bsh, with DIR in $fpath
    fish: bsh completion fish > ~/.config/fish/completions/bsh.fish
    """
    from .completion import script

    click.echo(script(shell), nl=False)
