"""A second IOC, on real EPICS base, for what the demo IOC could get wrong in the same way as its clients.

``python tests/system/soft_ioc.py PREFIX`` serves until standard input ends; Soft starts and ends it.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys

from bsh.ioc.environment import LOOPBACK, free_ports, server_environment

WORK_S = 0.4
"""How long ``slow`` takes, and ``acquire`` unless ``exposure`` says otherwise, in seconds."""


def serve(prefix: str) -> None:
    from softioc import asyncio_dispatcher, builder, softioc

    dispatcher = asyncio_dispatcher.AsyncioDispatcher()
    builder.SetDeviceName(prefix)
    builder.SetBlocking(True)  # a put-callback comes when the work is done

    async def work(_: object) -> None:
        await asyncio.sleep(WORK_S)

    async def never(_: object) -> None:
        await asyncio.Event().wait()

    async def acquire(value: int) -> None:
        if value:
            await asyncio.sleep(exposure.get())
            total.set(total.get() + 1)

    current = builder.aIn("current", EGU="mA", PREC=2, LOLO=20, LOW=60, LLSV="MAJOR", LSV="MINOR")
    builder.aOut("give", initial_value=100.0, on_update=current.set, always_update=True)
    builder.aOut("slow", EGU="mm", PREC=3, on_update=work, always_update=True)
    builder.aOut("never", on_update=never, always_update=True)
    builder.aOut("locked", DISP=1)
    exposure = builder.aOut("exposure", initial_value=WORK_S, EGU="s", PREC=3)
    builder.boolOut("acquire", "Done", "Acquire", on_update=acquire, always_update=True)
    total = builder.longIn("total")
    builder.LoadDatabase()
    softioc.iocInit(dispatcher)
    current.set(100.0)
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


class Soft:
    """The IOC as a process.

    Parameters
    ----------
    prefix : str
        Of its records, without the colon.
    port : int
        TCP and UDP, on loopback.
    """

    def __init__(self, prefix: str, port: int) -> None:
        repeater, tcp, udp = free_ports(3)
        environment = server_environment(port, repeater) | {
            "EPICS_PVAS_INTF_ADDR_LIST": LOOPBACK,
            "EPICS_PVAS_AUTO_BEACON_ADDR_LIST": "NO",
            "EPICS_PVAS_SERVER_PORT": str(tcp),
            "EPICS_PVAS_BROADCAST_PORT": str(udp),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.soft_ioc", prefix],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
            text=True,
        )
        assert self.process.stdout is not None
        said = []
        while select.select([self.process.stdout], [], [], 20)[0]:
            said.append(self.process.stdout.readline())
            if said[-1].startswith("ready") or not said[-1]:
                break
        assert "".join(said[-1:]).startswith("ready"), "".join(said)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


if __name__ == "__main__":
    serve(sys.argv[1])
