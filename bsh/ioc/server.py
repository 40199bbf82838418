"""Running the demo IOC in this process, on loopback only."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from bsh.errors import BshError, MissingExtra
from bsh.ioc.environment import LOOPBACK, free_ports, is_free, server_environment

__all__ = ["DEFAULT_PORT", "DEFAULT_PREFIX", "ready_line", "serve"]

DEFAULT_PREFIX = "SIM:"
DEFAULT_PORT = 5064  # Channel Access's own


def ready_line(prefix: str, port: int) -> str:
    """Return the one line that the IOC prints when it accepts connections.

    Parameters
    ----------
    prefix : str
        Of the record names.
    port : int
        TCP and UDP.
    """
    return (
        f"{prefix} ready on {LOOPBACK}:{port}; clients need EPICS_CA_ADDR_LIST={LOOPBACK} "
        f"EPICS_CA_AUTO_ADDR_LIST=NO EPICS_CA_SERVER_PORT={port}"
    )


def serve(
    prefix: str = DEFAULT_PREFIX,
    port: int = DEFAULT_PORT,
    *,
    repeater_port: int | None = None,
    say: Callable[[str], None] = print,
    lifeline: bool = False,
) -> None:
    """Serve the demo beamline until SIGINT or SIGTERM.

    Parameters
    ----------
    prefix : str, optional
        Begins every record name.
    port : int, optional
        TCP and UDP port on loopback; 0 takes a free one.
    repeater_port : int, optional
        Where beacons go; a free port if not given.
    say : callable, optional
        Gets the ready line.
    lifeline : bool, optional
        End at once when standard input ends: the parent process holds the other side of that pipe.

    Raises
    ------
    MissingExtra
        caproto is not installed.
    BshError
        The port is taken.

    Notes
    -----
    Sets the ``EPICS_CA*`` variables of this process: caproto reads nothing else.
    """
    _require_caproto()
    port = port or free_ports(1)[0]
    if not is_free(port):
        raise BshError(f"port {port} is in use", hint="choose another with --port")
    repeater_port = repeater_port or free_ports(1)[0]
    os.environ.update(server_environment(port, repeater_port))
    if lifeline:
        Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    asyncio.run(_serve(prefix, port, repeater_port, say))


def _require_caproto() -> None:
    try:
        import caproto  # noqa: F401  # to say what is missing before anything else happens
    except ImportError as error:
        raise MissingExtra(
            "the demo IOC needs caproto, which is not installed", hint="pip install 'bsh[epics]'"
        ) from error


def _end_with_parent() -> None:
    # The raw descriptor: an interpreter that is shutting down holds the lock of sys.stdin.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


async def _serve(prefix: str, port: int, repeater_port: int, say: Callable[[str], None]) -> None:
    from caproto.asyncio.server import Context

    from bsh.ioc.beacon_sink import BeaconSink
    from bsh.ioc.beamline import Beamline

    beacons = await BeaconSink.open(repeater_port)
    beamline = Beamline(prefix)
    await beamline.prepare()
    context = Context(beamline.records, [LOOPBACK])

    async def announce(_: Any) -> None:
        if context.port != port:  # caproto quietly takes another one; nobody would find it there
            raise BshError(f"port {port} was taken a moment ago", hint="choose another with --port")
        for listening in context.tcp_sockets.values():
            # Connections inherit it. Without it each monitor waits up to 40 ms for the one before to be
            # acknowledged; asyncio would set it, but caproto's sockets do not name their protocol.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await _until_accepting(port)
        say(ready_line(prefix, port))
        sys.stdout.flush()

    server = asyncio.ensure_future(context.run(startup_hook=announce))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.cancel)
    background = beamline.start()
    try:
        await server
    except asyncio.CancelledError:
        return  # asked to end by a signal
    finally:
        for task in background:
            task.cancel()
        if beacons is not None:
            beacons.close()


async def _until_accepting(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return
