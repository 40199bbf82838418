"""Logging: bsh's loggers, under both names while the door is open."""

import logging

from bsh.engine import (
    ComposableLogAdapter,
    LogFormatter,
    config_bluesky_logging,
    get_handler,
    set_handler,
    validate_level,
)
from bsh.engine.logs import DEFAULT_FORMAT

__all__ = [
    "ComposableLogAdapter", "LogFormatter", "color_log_format", "config_bluesky_logging",
    "doc_logger", "get_handler", "logger", "msg_logger", "plain_log_format", "set_handler", "state_logger",
    "validate_level",
]  # fmt: skip

logger = logging.getLogger("bsh")
doc_logger = logging.getLogger("bsh.emit_document")
msg_logger = logging.getLogger("bsh.RE.msg")
state_logger = logging.getLogger("bsh.RE.state")

color_log_format = DEFAULT_FORMAT
plain_log_format = DEFAULT_FORMAT.replace("%(color)s", "").replace("%(end_color)s", "")


def __getattr__(name: str) -> logging.Handler | None:
    if name == "current_handler":
        return get_handler()
    raise AttributeError(f"module 'bluesky.log' has no attribute {name!r}")
