"""What the options of ``bsh`` mean to all calls: profile, home, looks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

__all__ = ["ProfileName", "Settings", "profile_option"]


class ProfileName(click.ParamType[str]):
    """The name of a profile or the path of one; completes both."""

    name = "profile"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return files, and the names that begin as typed.

        Files stand first: click's script for bash forgets what came before them.
        """
        from bsh.profile import known_profiles

        names = [CompletionItem(name) for name in known_profiles() if name.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *names]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that stand before a subcommand.

    Parameters
    ----------
    profile : str or None
        As typed.
    plain : bool
        No colour, no boxes, no live region.
    home : Path or None
        Where state lives; None follows the environment.
    bluesky : bool
        ``import bluesky`` leads to bsh.
    sim : bool
        Simulated twins in the place of the devices.
    take : bool
        Take control of the profile from a shell that has it.
    """

    profile: str | None = None
    plain: bool = False
    home: Path | None = None
    bluesky: bool = False
    sim: bool = False
    take: bool = False

    @property
    def state_home(self) -> Path:
        """The folder with one folder a profile."""
        from bsh.store.home import bsh_home

        return bsh_home(self.home)

    @property
    def profile_name(self) -> str:
        """The profile that was asked for, else the default one; name or path."""
        from bsh.profile import default_profile

        return self.profile or default_profile().name


def profile_option(function: Any) -> Any:
    """Add ``-p`` to a subcommand, where it means the same as before it."""
    return click.option(
        "-p", "--profile", type=ProfileName(), metavar="PROFILE", help="The profile whose scans are meant."
    )(function)
