"""The message commands: importing this package fills the command table."""

from bsh.engine.commands import bundling, flow, flying, motion, reading, runs, staging
from bsh.engine.commands.flow import set_rewindable
from bsh.engine.commands.table import (
    COMMANDS,
    CommandTable,
    adapt_coroutine,
    message_command,
    new_table,
    registry_text,
)

__all__ = [
    "COMMANDS",
    "CommandTable",
    "adapt_coroutine",
    "bundling",
    "flow",
    "flying",
    "message_command",
    "motion",
    "new_table",
    "reading",
    "registry_text",
    "runs",
    "set_rewindable",
    "staging",
]
