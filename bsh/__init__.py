"""bsh: a terminal-first beamline control shell.

The names that scripts use most, imported when they are first asked for, so that ``bsh --help`` and shell
completion stay light.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsh.engine import RunEngine, config_bluesky_logging, set_handler
    from bsh.errors import FailedStatus, IllegalMessageSequence, RunEngineInterrupted
    from bsh.msg import Msg
    from bsh.preprocessors import SupplementalData

__version__ = "0.1.0"

__all__ = [
    "FailedStatus",
    "IllegalMessageSequence",
    "Msg",
    "RunEngine",
    "RunEngineInterrupted",
    "SupplementalData",
    "__version__",
    "config_bluesky_logging",
    "set_handler",
]


def __getattr__(name: str) -> Any:
    if name == "RunEngine":
        from bsh.engine import RunEngine

        return RunEngine
    if name in ("config_bluesky_logging", "set_handler"):
        from bsh.engine import set_handler

        return set_handler
    if name == "Msg":
        from bsh.msg import Msg

        return Msg
    if name == "SupplementalData":
        from bsh.preprocessors import SupplementalData

        return SupplementalData
    if name in ("FailedStatus", "IllegalMessageSequence", "RunEngineInterrupted"):
        from bsh import errors

        return getattr(errors, name)
    raise AttributeError(f"module 'bsh' has no attribute {name!r}")


if os.environ.get("BSH_BLUESKY") == "1":  # asked for, for this process and its children
    from bsh.bluesky import install

    install()
