"""The demo IOC as a child process that never outlives its parent."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from types import TracebackType
from typing import IO

from bsh.errors import BshError
from bsh.ioc.environment import client_environment, free_ports, server_environment
from bsh.ioc.server import DEFAULT_PREFIX

__all__ = ["IocProcess"]

STOP_S = 3.0  # for a clean end, before it is killed
ATTEMPTS = 3  # a free port may be taken by somebody else before the IOC has it


class IocProcess:
    """A demo IOC in a process of its own, on a port of its own.

    It has its own session, so that Ctrl+C in the terminal does not reach it, and it ends when this
    process ends, however that happens.

    Parameters
    ----------
    prefix : str, optional
        Begins every record name.
    port : int, optional
        TCP and UDP port on loopback; 0 takes a free one.
    ready_timeout_s : float, optional
        Seconds to wait until it accepts connections.

    Attributes
    ----------
    port : int
        The port; it stays the same when the IOC is started again.

    Examples
    --------
    >>> with IocProcess(prefix="DOC:") as ioc:
    ...     ioc.running
    True
    >>> ioc.running
    False
    """

    def __init__(self, *, prefix: str = DEFAULT_PREFIX, port: int = 0, ready_timeout_s: float = 30.0) -> None:
        self.prefix = prefix
        self.ready_timeout_s = ready_timeout_s
        self._fixed_port = port != 0
        self.port, self.repeater_port = (port, *free_ports(1)) if port else free_ports(2)
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._last_words = ""

    @property
    def client_environment(self) -> Mapping[str, str]:
        """What a client's environment needs, set before it loads libca."""
        return client_environment(self.port, self.repeater_port)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id; 0 if it was never started."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> IocProcess:
        """Start it and wait until it accepts connections.

        Raises
        ------
        BshError
            It ended or was silent; the message says what it printed.
        """
        if self.running:
            return self
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start_once()
                break
            except BshError:
                if self._fixed_port or attempt == ATTEMPTS:
                    raise
                self.port, self.repeater_port = free_ports(2)
        self._fixed_port = True  # clients know the port from now on
        return self

    @property
    def complaints(self) -> str:
        """What it has printed on standard error since it was last started."""
        if self._log is None:
            return self._last_words
        return os.pread(self._log.fileno(), 1_000_000, 0).decode(errors="replace")

    def stop(self) -> None:
        """End it for certain: SIGTERM, then SIGKILL."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            self._signal(process, signal.SIGCONT)  # a frozen one could not end
            self._signal(process, signal.SIGTERM)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._signal(process, signal.SIGKILL)
        process.wait()
        self._last_words = self.complaints
        for stream in (process.stdin, process.stdout, self._log):
            if stream is not None:
                stream.close()
        self._log = None

    def kill(self) -> None:
        """Kill it without farewell, as a crash does."""
        if self._process is not None:
            self._signal(self._process, signal.SIGKILL)
        self.stop()

    def freeze(self) -> None:
        """Let it answer nobody until :meth:`thaw`, as a lost network does."""
        if self._process is not None:
            self._signal(self._process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._signal(self._process, signal.SIGCONT)

    def __enter__(self) -> IocProcess:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _start_once(self) -> None:
        command = [sys.executable, "-m", "bsh.ioc", "--lifeline", "--prefix", self.prefix]
        command += ["--port", str(self.port), "--repeater-port", str(self.repeater_port)]
        # A file, not a pipe: nobody empties a pipe, and a full one would block the IOC.
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed by stop()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # the lifeline: it ends when we do
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, **server_environment(self.port, self.repeater_port)},
            start_new_session=True,
        )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        if _first_line(process.stdout, time.monotonic() + self.ready_timeout_s):
            return
        said = self.complaints.strip().splitlines()
        reason = said[-1] if said else f"it was silent for {self.ready_timeout_s:g} s"
        raise BshError(f"the demo IOC did not start on port {self.port}: {reason}")

    @staticmethod
    def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return  # it ended by itself


def _first_line(stream: IO[str], deadline: float) -> str:
    """Return the first line that a process prints; empty if it ends or is silent."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            return ""
        return stream.readline()
