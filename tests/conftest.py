"""Channel Access for the whole test run, on loopback and on ports of its own.

libca reads its environment once for a process, so it is set here, before any test can import ophyd.
Nothing is started until a test asks for the `ioc` fixture.
"""

import os
from collections.abc import Iterator

import pytest

from bsh.ioc.environment import client_environment, free_ports
from bsh.ioc.process import IocProcess

IOC_PORT, CRASH_PORT, REPEATER_PORT = free_ports(3)
os.environ.update(client_environment(IOC_PORT, REPEATER_PORT))
os.environ["EPICS_CA_ADDR_LIST"] = f"127.0.0.1:{IOC_PORT} 127.0.0.1:{CRASH_PORT}"


@pytest.fixture(scope="session")
def ioc() -> Iterator[IocProcess]:
    """The demo IOC with the prefix ``SIM:``, shared by all tests: leave it as you found it."""
    with IocProcess(prefix="SIM:", port=IOC_PORT) as process:
        yield process


@pytest.fixture
def crash_ioc() -> Iterator[IocProcess]:
    """A second demo IOC, prefix ``CRASH:``, for one test that may freeze or kill it."""
    with IocProcess(prefix="CRASH:", port=CRASH_PORT) as process:
        yield process
