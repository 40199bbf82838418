"""The profile, looked at and edited while the shell goes on: ``config``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from bsh.commands import CommandSession, Flag, Word, command, nearest_hint
from bsh.commands.columns import align
from bsh.commands.reports import Listing, Report, Text
from bsh.errors import CommandError, ProfileError, UsageError
from bsh_magics.asking import confirmed
from bsh_magics.editor import edit, require_terminal

if TYPE_CHECKING:
    from bsh.profile import Position, Profile

__all__ = ["COMMANDS", "config"]

MOST_PROBLEMS = 5
"""Lines of problems that are shown at a time."""


@command(group="tools", examples=["config", "config confirm_over", "config -s"])
def config(
    session: CommandSession, key: Word = "", show: Annotated[bool, Flag("-s", "--show")] = False
) -> Report:
    """Edit the profile in $EDITOR, at a key if one is named; then take in the devices that changed.

    What is wrong is told with file and line, and can be corrected at once. Everything but devices and confirm_over
    takes effect at the next start. With -s the settings are shown, and where each of them stands.
    """
    place = _place(session.profile, key)
    if show:
        return Listing(tuple(_settings(session.profile, key)))
    if session.state != "idle":
        raise CommandError(f"config: not while a scan is {session.state}", hint="resume or stop it first")
    file = session.profile.file if place is None else Path(place.file)
    _refuse_packaged(file)
    require_terminal(f"config: {file}")
    edit(file, 1 if place is None else place.line)
    while (new := _read(session)) is None:
        if not confirmed(session, "edit it again?"):
            return Text("the session goes on as it was")
        edit(file)
    return _taken_in(session, new)


def _place(profile: Profile, key: str) -> Position | None:
    from bsh.profile.schema import NAMES

    if key and key not in NAMES:
        raise UsageError(
            f"config: a profile has no key {key}",
            hint=nearest_hint(key, NAMES) or f"keys: {', '.join(NAMES)}",
        )
    return profile.positions.get(key)


def _settings(profile: Profile, key: str) -> Iterator[str]:
    from bsh.profile.schema import NAMES

    rows = []
    for name in [key] if key else (one for one in NAMES if one != "include"):
        value = getattr(profile, f"{name}_s", getattr(profile, {"profile": "name"}.get(name, name), None))
        place = profile.positions.get(name)
        where = "default" if place is None else f"{Path(place.file).name}:{place.line}"
        rows.append([name, where, _shown(name, value)])
    yield f"profile {profile.name}: {profile.file}"
    yield from align(rows, left=(0, 1, 2))


def _shown(name: str, value: Any) -> str:
    if name == "devices":
        return " ".join(spec.shown_name for spec in value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return ", ".join(str(getattr(one, "signal", one)) for one in value) or "-"
    if hasattr(value, "items"):
        return ", ".join(f"{one}: {_shown('', found)}" for one, found in value.items()) or "-"
    if hasattr(value, "position"):
        return str(value)
    if hasattr(value, "_asdict"):
        return ", ".join(f"{one}: {_shown('', found)}" for one, found in value._asdict().items())
    return "-" if value in (None, "") else str(value)


def _refuse_packaged(file: Path) -> None:
    from bsh.profile import packaged_folder

    if packaged_folder() in file.parents:
        raise CommandError(
            f"config: {file.name} comes with bsh, and the next version would undo your changes",
            hint="bsh profile new NAME makes one of your own; config -s shows this one",
        )


def _read(session: CommandSession) -> Profile | None:
    """Return the profile as it is written now; tell what is wrong with it, and return None."""
    from bsh.profile import load_profile

    try:
        return load_profile(session.profile.file, commands=session.registry.names)
    except ProfileError as error:
        lines = error.message.splitlines()
        more = len(lines) - MOST_PROBLEMS
        told = [*lines[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else ())]
        session.show(Text("\n".join(told)))
        return None


def _taken_in(session: CommandSession, new: Profile) -> Text:
    from bsh.session.reloading import changes_of, take_in

    if getattr(session, "is_simulated", False):
        return Text("the devices are simulated: what changed takes effect at the next start")
    changes = changes_of(session.profile, new)
    if not changes:
        return Text("nothing changed")
    lines = [f"at the next start: {', '.join(changes.later)}"] if changes.later else []
    if changes.at_once:
        lines.append(f"at once: {', '.join(changes.at_once)}")
    if not changes.devices or confirmed(session, f"make {', '.join(changes.devices)} anew?"):
        lines += take_in(session, new, changes)  # type: ignore[arg-type]  # commands see less of a session
        lines += [f"made anew: {', '.join(changes.devices)}"] if changes.devices else []
    else:
        lines.append("the devices stay as they were")
    return Text("\n".join(lines))


COMMANDS = [config]
