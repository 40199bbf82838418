"""What people see: the terminal's owner, the live display of a running plan, views of reports."""

from bsh.display.console import ConsoleOwner, Mode
from bsh.display.error_view import error_lines, show_error
from bsh.display.live import LiveDisplay
from bsh.display.reports import report_lines, show

__all__ = ["ConsoleOwner", "LiveDisplay", "Mode", "error_lines", "report_lines", "show", "show_error"]
