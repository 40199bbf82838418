"""What people see: the terminal's owner, the live display of a running plan, views of reports."""

from bsh.display.console import ConsoleOwner, Mode
from bsh.display.live import LiveDisplay

__all__ = ["ConsoleOwner", "LiveDisplay", "Mode"]
