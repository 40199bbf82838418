"""The engine's logs: what they are called, and how they get to a screen or a file.

Loggers: ``bsh``, ``bsh.RE``, ``bsh.RE.msg``, ``bsh.RE.state``, ``bsh.emit_document``. No handler is added by
importing anything.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import IO, Any

__all__ = [
    "ComposableLogAdapter",
    "LogFormatter",
    "config_bluesky_logging",
    "get_handler",
    "message_log",
    "set_handler",
    "ts_msg_hook",
    "validate_level",
]

DEFAULT_FORMAT = (
    "%(color)s[%(levelname)1.1s %(asctime)s.%(msecs)03d %(module)s:%(lineno)d]%(end_color)s %(message)s"
)
DEFAULT_DATE_FORMAT = "%H:%M:%S"
DEFAULT_COLORS = {
    logging.DEBUG: "\x1b[34m",
    logging.INFO: "\x1b[32m",
    logging.WARNING: "\x1b[33m",
    logging.ERROR: "\x1b[31m",
    logging.CRITICAL: "\x1b[31m",
}
_END_COLOR = "\x1b[0m"


class ComposableLogAdapter(logging.LoggerAdapter):  # type: ignore[type-arg]  # generic in stubs only
    """A logger with context of its own, which keeps the ``extra`` of each call."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Merge the context into ``extra``; the call's own entries win."""
        kwargs["extra"] = {**(self.extra or {}), **(kwargs.get("extra") or {})}
        return msg, kwargs


class LogFormatter(logging.Formatter):
    """Formats records with colours where the stream is a terminal.

    Parameters
    ----------
    fmt, datefmt, style : str
        As :class:`logging.Formatter`; ``%(color)s`` and ``%(end_color)s`` are known as well.
    color : bool
        Whether colours are wanted.
    colors : dict
        Escape sequence for each level.
    """

    def __init__(
        self,
        fmt: str = DEFAULT_FORMAT,
        datefmt: str = DEFAULT_DATE_FORMAT,
        style: Any = "%",
        color: bool = True,
        colors: dict[int, str] | None = None,
    ) -> None:
        super().__init__(fmt, datefmt=datefmt, style=style)
        self._colors = (DEFAULT_COLORS if colors is None else colors) if color else {}

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text; the lines after the first are indented."""
        color = self._colors.get(record.levelno, "")
        record.color = color
        record.end_color = _END_COLOR if color else ""
        return super().format(record).replace("\n", "\n    ")


def validate_level(level: int | str) -> int:
    """Return a level as a number.

    Raises
    ------
    ValueError
        There is no level of that name.
    """
    if isinstance(level, int):
        return level
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(
            f"There is no log level {level!r}; use one of {', '.join(logging.getLevelNamesMapping())}."
        )
    return number


_handler: logging.Handler | None = None


def config_bluesky_logging(
    file: IO[str] | str = sys.stdout,
    datefmt: str = DEFAULT_DATE_FORMAT,
    color: bool = True,
    level: int | str = "WARNING",
) -> logging.Handler:
    """Send the logs to a stream or file; replaces what an earlier call set.

    Parameters
    ----------
    file : file or str
        A stream, or the name of a file.
    datefmt : str
        Format of the time.
    color : bool
        Colours, if the stream is a terminal.
    level : int or str
        The least that is shown.

    Returns
    -------
    logging.Handler
        The new handler.
    """
    global _handler
    handler = logging.FileHandler(file) if isinstance(file, str) else logging.StreamHandler(file)
    is_terminal = not isinstance(file, str) and file.isatty()
    number = validate_level(level)
    handler.setLevel(number)
    handler.setFormatter(LogFormatter(datefmt=datefmt, color=color and is_terminal))
    logger = logging.getLogger("bsh")
    if _handler is not None:
        logger.removeHandler(_handler)
    _handler = handler
    logger.addHandler(handler)
    if logger.getEffectiveLevel() > number:
        logger.setLevel(number)
    return handler


set_handler = config_bluesky_logging


def get_handler() -> logging.Handler | None:
    """Return the handler that :func:`set_handler` made last, or None."""
    return _handler


_message_logger = logging.getLogger("bsh.RE.msg")


def message_log() -> Callable[[Any], None] | None:
    """Return what logs a message, or None when nobody wants to know."""
    if not _message_logger.isEnabledFor(logging.DEBUG):
        return None
    return lambda msg: _message_logger.debug("%r", msg, extra={"msg_command": msg.command})


def ts_msg_hook(msg: Any, file: IO[str] | None = None) -> None:
    """Print a message with the time of day, to microseconds; for ``RE.msg_hook``."""
    from datetime import datetime

    command, obj, args, kwargs, run = msg
    now = datetime.now().strftime("%H:%M:%S.%f")
    print(
        f"{now} {command:17s} -> {obj!s}, args: {args}, kwargs: {kwargs}, run: {run!r}",
        file=file or sys.stdout,
    )
