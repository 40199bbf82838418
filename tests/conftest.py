"""Channel Access for the whole test run, on loopback and on ports of its own.

libca reads its environment once for a process, so it is set here, before any test can import ophyd.
Nothing is started until a test asks for the `ioc` fixture.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

from bsh.ioc.environment import client_environment, free_ports
from bsh.ioc.process import IocProcess

IOC_PORT, CRASH_PORT, REPEATER_PORT = free_ports(3)
os.environ.update(client_environment(IOC_PORT, REPEATER_PORT))
os.environ["EPICS_CA_ADDR_LIST"] = f"127.0.0.1:{IOC_PORT} 127.0.0.1:{CRASH_PORT}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--full``, for ``make test-full``."""
    parser.addoption("--full", action="store_true", help="fail where a system program is missing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test by the name of the system program that it lacks; with ``--full`` it fails."""
    needed = {name for mark in item.iter_markers("program") for name in mark.args}
    missing = ", ".join(sorted(name for name in needed if shutil.which(name) is None))
    if missing and item.config.getoption("--full"):
        pytest.fail(f"{missing} is not installed", pytrace=False)
    if missing:
        pytest.skip(f"{missing} is not installed")


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
