"""The environment in which a Channel Access client and a server meet on loopback, and nowhere else."""

from __future__ import annotations

import socket

__all__ = [
    "LOOPBACK",
    "MONITORS_FIRST_S",
    "client_environment",
    "free_ports",
    "is_free",
    "server_environment",
]

LOOPBACK = "127.0.0.1"

MONITORS_FIRST_S = 0.02
"""Seconds by which a put-callback is held back: caproto would send it before monitors that it has queued,
and a client would read old values right after it."""


def client_environment(port: int, repeater_port: int) -> dict[str, str]:
    """Return what a client's environment needs, before it loads libca.

    Parameters
    ----------
    port : int
        The server's port, TCP and UDP.
    repeater_port : int
        A port for the repeater, so that nothing outside of the demo is touched.
    """
    return {
        "EPICS_CA_ADDR_LIST": LOOPBACK,
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "EPICS_CA_SERVER_PORT": str(port),
        "EPICS_CA_REPEATER_PORT": str(repeater_port),
        "EPICS_CA_CONN_TMO": "2",
        "EPICS_CA_MAX_ARRAY_BYTES": "10000000",
    }


def server_environment(port: int, repeater_port: int) -> dict[str, str]:
    """Return what the server's environment needs, before it starts.

    Parameters
    ----------
    port : int
        The server's port, TCP and UDP.
    repeater_port : int
        Where beacons go.
    """
    return {
        **client_environment(port, repeater_port),
        "EPICS_CAS_INTF_ADDR_LIST": LOOPBACK,
        "EPICS_CAS_BEACON_ADDR_LIST": LOOPBACK,
        "EPICS_CAS_SERVER_PORT": str(port),
        "EPICS_CAS_BEACON_PORT": str(repeater_port),
        "EPICS_CAS_AUTO_BEACON_ADDR_LIST": "NO",
        # caproto may gather monitors for up to a second under load; a beamline wants them soon
        "CAPROTO_SERVER_HIGH_LOAD_TIMEOUT_SEC": "0.002",
        "CAPROTO_SERVER_MAX_LATENCY_SEC": "0.02",
    }


def is_free(port: int) -> bool:
    """Tell whether a port of the loopback interface can be served, TCP and UDP.

    Parameters
    ----------
    port : int
        The port.
    """
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections just closed do not count
        try:
            tcp.bind((LOOPBACK, port))
            udp.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback interface that are free for TCP and UDP.

    Parameters
    ----------
    count : int
        How many different ports.
    """
    ports: list[int] = []
    held: list[socket.socket] = []
    try:
        while len(ports) < count:
            tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            held += [tcp, udp]
            tcp.bind((LOOPBACK, 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind((LOOPBACK, port))
            except OSError:
                continue
            ports.append(port)
    finally:
        for one in held:
            one.close()
    return ports
