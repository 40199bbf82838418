"""What ``bsh profile ...`` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bsh.errors import ProfileError

__all__ = ["check", "list_profiles", "new_profile", "show_profile"]


def list_profiles() -> None:
    """Print every profile: name, title, file."""
    from bsh.profile import (
        ProfileProblems,
        default_profile,
        known_profiles,
        packaged_folder,
        read_head,
        user_folder,
    )

    default = default_profile().name
    rows = []
    for name, file in known_profiles().items():
        try:
            title = read_head(file).title
        except ProfileProblems as problems:
            count = len(problems.problems)
            title = f"(cannot be read: {count} mistake{'s' if count > 1 else ''})"
        where = "comes with bsh" if file.parent == packaged_folder() else str(file)
        rows.append(("*" if name == default else " ", name, title, where))
    widths = [max(len(row[column]) for row in rows) for column in (1, 2)]
    for mark, name, title, where in rows:
        click.echo(f"{mark} {name:<{widths[0]}}  {title:<{widths[1]}}  {where}".rstrip())
    if default not in known_profiles():
        click.echo(f"* {default}")
    click.echo(f"own profiles: {user_folder()}")


def show_profile(name: str, *, source: bool) -> None:
    """Print what a profile describes, or its YAML.

    Parameters
    ----------
    name : str
        Name or path.
    source : bool
        Whether to print the YAML itself.
    """
    from bsh.profile import find_profile, load_profile

    file = find_profile(name)
    if source:
        click.echo(file.read_text(encoding="utf-8"), nl=False)
        return
    for line in _described(load_profile(file, commands=command_names())):
        click.echo(line)


def _described(profile: Any) -> list[str]:
    lines = [f"{profile.name}: {profile.title}" if profile.title else profile.name]
    lines += [f"file      {file}" for file in profile.files]
    width = max((len(spec.shown_name) for spec in profile.devices), default=0)
    for spec in profile.devices:
        labels = f"  [{', '.join(spec.labels)}]" if spec.labels else ""
        lines.append(f"device    {spec.shown_name:<{width}}  {spec.factory}{labels}")
    lines += [f"counters  {name}: {_joined(refs)}" for name, refs in profile.counters.items()]
    lines += [f"alias     {name} = {ref}" for name, ref in profile.aliases.items()]
    for key in ("baseline", "monitors", "toolbar", "startup", "on_exit", "rules"):
        values = getattr(profile, key)
        if values:
            lines.append(f"{key:<8}  {_joined(values)}")
    lines += [f"suspender {spec.factory.rpartition('.')[2]} on {spec.signal}" for spec in profile.suspenders]
    if profile.shutter:
        lines.append(f"shutter   {profile.shutter.device}: {profile.shutter.open} / {profile.shutter.close}")
    lines += [f"metadata  {key} = {value!r}" for key, value in profile.metadata.items()]
    return lines


def _joined(values: Any) -> str:
    return ", ".join(str(value) for value in values)


def command_names() -> frozenset[str]:
    """Return the names of all commands: devices cannot have them."""
    from bsh.commands import Registry

    return Registry.from_entry_points().names


def check(name: str) -> int:
    """Print every problem of a profile; return the exit code.

    Parameters
    ----------
    name : str
        Name or path.
    """
    from bsh.profile import check_profile, find_profile, load_profile

    file = find_profile(name)
    commands = command_names()
    problems = check_profile(file, commands=commands)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{file}: {len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        return 1
    profile = load_profile(file, commands=commands)
    click.echo(f"{file}: nothing wrong ({len(profile.devices)} devices in profile {profile.name})")
    return 0


def new_profile(
    name: str | None,
    *,
    title: str | None = None,
    devices: str | None = None,
    prefix: str | None = None,
    motors: int | None = None,
    ask: bool = False,
) -> None:
    """Write a commented profile to start from.

    Parameters
    ----------
    name : str or None
        A name, for the user's folder; or a path.
    title : str, optional
        One line for the banner.
    devices : str, optional
        A kind of devices, or the file that has them.
    prefix : str, optional
        What the names of EPICS records begin with.
    motors : int, optional
        How many EPICS motors.
    ask : bool
        Whether somebody is there who can be asked for what is missing.

    Raises
    ------
    ProfileError
        The file exists, or the name is taken by a profile that ships.
    """
    from bsh.profile import user_folder
    from bsh.profile.new import NewProfile, relative_to

    if name is None:
        if not ask:
            raise click.UsageError("give the profile a name: bsh profile new NAME")
        name = str(click.prompt("Name of the profile, or path of its file"))
    is_path = "/" in name or name.endswith((".yml", ".yaml"))
    file = Path(name).expanduser() if is_path else user_folder() / f"{name}.yml"
    short = file.stem if is_path else name
    _refuse_taken(file, short, is_path=is_path)
    if ask and title is None:
        title = click.prompt("Title, one line for the banner", default="My beamline")
    kind, source = _devices(devices, ask=ask)
    if kind == "epics" and ask:
        prefix = prefix or click.prompt("The names of the records begin with", default="XF:")
        motors = (
            motors
            if motors is not None
            else click.prompt("How many motors", default=4, type=click.IntRange(0, 99))
        )
    wanted = NewProfile(
        name=short, title=title or "", devices=kind, prefix=prefix or "XF:", motors=4 if motors is None else motors,
        file=relative_to(source, file.parent) if source is not None else "",
    )  # fmt: skip
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(wanted.text())
    except OSError as error:
        raise ProfileError(f"cannot write '{file}': {error.strerror}") from error
    shown = str(file) if is_path else name
    click.echo(f"wrote {file}")
    click.echo(f"edit it, then: bsh profile check {shown}; bsh -p {shown}")
    if kind != "sim":
        click.echo(f"without its hardware: bsh -p {shown} --sim")


def _refuse_taken(file: Path, short: str, *, is_path: bool) -> None:
    from bsh.profile import packaged_folder
    from bsh.store.home import profile_folder

    profile_folder(Path(), short)  # raises for a name that cannot be one
    if not is_path and (packaged_folder() / file.name).exists():
        raise ProfileError(
            f"'{short}' is the name of a profile that comes with bsh", hint="choose another name"
        )
    if file.exists():
        raise ProfileError(f"'{file}' exists already", hint="nothing was written; choose another name")


def _devices(devices: str | None, *, ask: bool) -> tuple[str, Path | None]:
    """Return the kind of devices, and the file that has them."""
    from bsh.profile.new import DEVICE_KINDS

    if devices is None and ask:
        for kind, meaning in DEVICE_KINDS.items():
            click.echo(f"  {kind:<6} {meaning}")
        devices = str(click.prompt("Devices", default="sim", type=click.Choice(list(DEVICE_KINDS))))
        if devices == "file":
            devices = str(click.prompt("The file", type=click.Path(exists=True, dir_okay=False)))
    if devices is None or devices in ("sim", "epics"):
        return devices or "sim", None
    if not Path(devices).expanduser().is_file():
        raise ProfileError(
            f"there is no file '{devices}' with devices",
            hint="write --devices sim, --devices epics, or the path of a devices.yml or a happi database",
        )
    return "file", Path(devices)
