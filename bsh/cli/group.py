"""A click group that also takes the name of a script, and shows errors as people expect.

Owns the two readings of a first word (subcommand or file) and the exit codes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from bsh.errors import BshError

__all__ = ["ShellGroup", "ShownError"]

INTERRUPTED = 130
_WRONG_USAGE = 2


class ShownError(click.ClickException):
    """An error of bsh as lines on standard error, exit code 1.

    Parameters
    ----------
    error : BshError
        Message and hint.
    """

    exit_code = 1

    def __init__(self, error: BshError) -> None:
        super().__init__(error.message)
        self.hint = error.hint

    def show(self, file: Any = None) -> None:
        """Write message and hint."""
        click.echo(self.message, file=file, err=True)
        if self.hint:
            click.echo(self.hint, file=file, err=True)


class ShellGroup(click.Group):
    """The group of ``bsh``; ``script`` is what runs where the first word is a file."""

    script: click.Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand, or the script runner where the first word is a file."""
        word = args[0]
        if ctx.resilient_parsing or self.get_command(ctx, word) is not None or word.startswith("--"):
            return super().resolve_command(ctx, args)
        if word == "-" or (os.path.exists(word) and not os.path.isdir(word)):
            return self.script.name, self.script, args
        raise _neither(word, self.list_commands(ctx), ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return files (a script may come here) and the subcommands that begin as typed."""
        return [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Run; errors for people become lines on standard error, Ctrl+C the exit code 130."""
        try:
            return super().invoke(ctx)
        except BshError as error:
            raise ShownError(error) from error
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _neither(word: str, subcommands: list[str], ctx: click.Context) -> click.UsageError:
    from difflib import get_close_matches

    beside = [path.name for path in Path(word).parent.iterdir()] if Path(word).parent.is_dir() else []
    near = get_close_matches(word, subcommands, n=1) or [
        str(Path(word).parent / name) for name in get_close_matches(Path(word).name, beside, n=1)
    ]
    reading = (
        f"'{word}' is a folder"
        if os.path.isdir(word)
        else f"'{word}' is no subcommand, and there is no such file"
    )
    hint = f"; did you mean '{near[0]}'?" if near else "; to run a line of the shell: bsh -c LINE"
    return click.UsageError(reading + hint, ctx)
