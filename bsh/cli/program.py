"""The program ``bsh``: options, subcommands, and scripts named like subcommands.

Owns the reading of the command line. Everything that a call needs is imported when it runs, so that
``bsh --help`` and completion stay quick.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .group import ShellGroup
from .options import ProfileName, Settings
from .subcommands import add_subcommands

__all__ = ["main"]


def _version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from bsh import __version__

        click.echo(f"bsh {__version__}")
        context.exit()


@click.group(
    "bsh",
    cls=ShellGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-p",
    "--profile",
    type=ProfileName(),
    metavar="PROFILE",
    help="A profile: its name, or the path of a YAML file.",
)
@click.option(
    "-c", "--command", "lines", multiple=True, metavar="LINE", help="Run a line and leave; may be repeated."
)
@click.option("--plain", is_flag=True, help="No colour, no boxes, no live region.")
@click.option(
    "--home", type=click.Path(file_okay=False), metavar="DIR", help="Where state lives (default: $BSH_HOME)."
)
@click.option(
    "--sim", is_flag=True, help="A simulated twin in the place of every device; reaches no hardware."
)
@click.option(
    "--take", is_flag=True, help="Take control of the profile; its other shells run nothing any more."
)
@click.option("--bluesky", is_flag=True, help="Let 'import bluesky' lead to bsh, whatever the profile says.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
@click.pass_context
def main(
    context: click.Context,
    profile: str | None,
    lines: tuple[str, ...],
    plain: bool,
    home: str | None,
    sim: bool,
    take: bool,
    bluesky: bool,
) -> None:
    """A shell for beamlines: move, count, scan.

    \b
    bsh                     the shell, on the default profile
    bsh -p eh1              the shell, on the profile eh1
    bsh -p eh1 --sim        the same with simulated devices
    bsh -c "wm th"          runs one line
    bsh FILE, bsh < FILE    runs a file, or standard input

    Exit codes: 0; 1 after an error; 2 for wrong usage; 130 when interrupted.
    """
    context.obj = Settings(
        profile=profile,
        plain=plain,
        home=Path(home) if home else None,
        sim=sim,
        take=take,
        bluesky=bluesky,
    )
    if context.invoked_subcommand is None:
        _without_subcommand(context, lines)
    elif lines:
        raise click.UsageError(
            "-c runs lines, and a subcommand or a file was given too: take one of them out"
        )


def _without_subcommand(context: click.Context, lines: tuple[str, ...]) -> None:
    from . import running

    settings: Settings = context.obj
    if lines:
        code = running.run_lines(settings, lines)
    elif not sys.stdin.isatty():
        code = running.run_stdin(settings)
    else:
        code = running.interactive(settings)
    context.exit(code)


add_subcommands(main)


@click.command("FILE")
@click.argument("file")
@click.pass_context
def _script(context: click.Context, file: str) -> None:
    """Run a file of the shell's language; - is standard input."""
    from . import running

    settings: Settings = context.obj
    context.exit(running.run_stdin(settings) if file == "-" else running.run_file(settings, Path(file)))


main.script = _script
