"""The end of the process.

With Channel Access loaded, threads of libca and of devices that are still being looked for run on while the
interpreter takes itself down, and crash in what is gone already. So the process ends at once then, after
everything that was registered for the end has run.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from typing import NoReturn

from .program import main

__all__ = ["run"]


def run() -> NoReturn:
    """Run the program; this is what ``bsh`` starts."""
    try:
        main()
    except SystemExit as leaving:
        code = _code_of(leaving)
    else:
        code = 0
    if "epics" not in sys.modules:
        sys.exit(code)
    from bsh.devices.epics import leave_channels_open

    leave_channels_open()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _code_of(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code
    print(leaving.code, file=sys.stderr)
    return 1
