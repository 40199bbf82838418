"""The profile's shutter: ``shopen``, ``shclose``, ``shstat``."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from bsh.commands import CommandSession, command, position_of
from bsh.commands.reports import Text
from bsh.errors import CommandError

__all__ = ["COMMANDS", "shclose", "shopen", "shstat"]


@command(kind="plan", group="move", examples=["shopen"], interrupt="stop", generator="open_shutter")
def shopen(session: CommandSession) -> Any:
    """Open the shutter and wait until it is."""
    return _put(session, "shopen", "open")


@command(kind="plan", group="move", examples=["shclose"], interrupt="stop", generator="close_shutter")
def shclose(session: CommandSession) -> Any:
    """Close the shutter and wait until it is."""
    return _put(session, "shclose", "close")


@command(group="where", examples=["shstat"])
def shstat(session: CommandSession) -> Text:
    """Tell whether the shutter is open."""
    from bsh.session.references import resolve_ref
    from bsh.session.shutter import names_of_devices, state_named

    spec = _spec(session, "shstat")
    device = resolve_ref(spec.device, names_of_devices(session))
    if hasattr(type(device), "offline_error"):
        raise device.offline_error()
    state = state_named(spec, device, position_of(device))
    remark = "" if state in ("open", "closed") else f" (open: {spec.open}, closed: {spec.close})"
    return Text(f"{spec.device} is {state}{remark}")


def _put(session: CommandSession, name: str, way: str) -> Generator[Any, Any, Text]:
    from bsh.session.shutter import names_of_devices, shutter_plans

    spec = _spec(session, name)
    plans = shutter_plans(spec, names_of_devices(session))

    def told() -> Generator[Any, Any, Text]:
        yield from plans[f"{way}_shutter"]()
        return Text(f"{spec.device} was set to {getattr(spec, way)}")

    return told()


def _spec(session: CommandSession, name: str) -> Any:
    spec = session.profile.shutter
    if spec is None:
        raise CommandError(
            f"{name}: the profile does not say what the shutter is",
            hint="write in the profile: shutter: {device: NAME, open: VALUE, close: VALUE}",
        )
    return spec


COMMANDS = [shopen, shclose, shstat]
