"""The door for existing bluesky code: ``bsh.bluesky.install()`` makes ``import bluesky`` lead here.

Owns bluesky's module paths and names. Each module hands bsh's own objects on; what bsh does better under another name is
adapted here, so that the rest of bsh need not know bluesky. Names of the package itself are imported when they are asked
for.
"""

from typing import TYPE_CHECKING, Any

from bsh.bluesky.door.installing import BlueskyImportedError, install, is_installed, uninstall
from bsh.bluesky.door.level import API_LEVEL
from bsh.bluesky.door.session import install_for_session

if TYPE_CHECKING:
    from bsh.engine import RunEngine, config_bluesky_logging, set_handler
    from bsh.errors import FailedStatus, IllegalMessageSequence, RunEngineInterrupted
    from bsh.msg import Msg
    from bsh.preprocessors import SupplementalData

__all__ = [
    "BlueskyImportedError", "FailedStatus", "IllegalMessageSequence", "Msg", "RunEngine",
    "RunEngineInterrupted", "SupplementalData", "__version__", "config_bluesky_logging", "install",
    "install_for_session", "is_installed", "set_handler", "uninstall",
]  # fmt: skip

__version__ = API_LEVEL

_OF_BSH = (
    "FailedStatus", "IllegalMessageSequence", "Msg", "RunEngine", "RunEngineInterrupted", "SupplementalData",
    "config_bluesky_logging", "set_handler",
)  # fmt: skip
_MODULES = (
    "bundlers", "log", "plan_stubs", "preprocessors", "protocols", "run_engine", "suspenders", "tracing",
    "utils",
)  # fmt: skip
"""What ``import bluesky`` brings along in bluesky."""


def __getattr__(name: str) -> Any:
    if name in _OF_BSH:
        import bsh

        return getattr(bsh, name)
    if name in _MODULES:
        from importlib import import_module

        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'bluesky' has no attribute {name!r}")
