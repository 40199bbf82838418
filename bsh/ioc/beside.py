"""``python -m bsh.ioc.beside COMMAND ...``: run a command with a demo IOC of its own beside it.

The command finds the IOC through its environment; when it ends, the IOC is stopped. Ctrl+C is the
command's business alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from bsh.errors import BshError
from bsh.ioc.process import IocProcess

__all__ = ["main"]


def main(command: list[str]) -> int:
    """Run the command; return its exit code."""
    if not command:
        print("usage: python -m bsh.ioc.beside COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    # A handler that does nothing, not SIG_IGN, which the command would inherit.
    signal.signal(signal.SIGINT, lambda signum, frame: None)
    try:
        with IocProcess() as ioc:
            code = subprocess.call(command, env={**os.environ, **ioc.client_environment})
    except BshError as error:
        print(error, *([error.hint] if error.hint else []), sep="\n", file=sys.stderr)
        return 1
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
