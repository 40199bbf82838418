"""The place where the demo IOC's beacons end.

Every Channel Access client registers with a repeater, and every server sends it beacons. On a machine
that has neither, clients complain that they find no repeater, and caproto that nobody takes its beacons.
This one answers the registration and forwards nothing: on loopback there is nobody to forward to.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from bsh.ioc.environment import LOOPBACK

__all__ = ["BeaconSink"]

# Channel Access protocol: command, payload size, data type, data count, parameter 1, parameter 2
_HEADER = struct.Struct("!HHHHII")
_REPEATER_CONFIRM = 17
_REPEATER_REGISTER = 24


class BeaconSink(asyncio.DatagramProtocol):
    """Confirms registrations, swallows the rest."""

    @classmethod
    async def open(cls, port: int) -> asyncio.DatagramTransport | None:
        """Listen on a port of the loopback interface; return None if a real repeater is there already.

        Parameters
        ----------
        port : int
            The repeater port of clients, the beacon port of servers.
        """
        try:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                cls, local_addr=(LOOPBACK, port)
            )
        except OSError:
            return None
        return transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for answers."""
        self._transport: Any = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer a registration."""
        is_register = len(data) >= _HEADER.size and _HEADER.unpack_from(data)[0] == _REPEATER_REGISTER
        if is_register or not data:  # clients of old send an empty datagram
            self._transport.sendto(_HEADER.pack(_REPEATER_CONFIRM, 0, 0, 0, 0, 0x7F000001), addr)
