"""Documents in JSON files."""

from bsh.callbacks import JSONLinesWriter, JSONWriter

__all__ = ["JSONLinesWriter", "JSONWriter"]
