"""What people see: the terminal's owner, the live display of a running plan, views of reports."""

from bsh.display.console import ConsoleOwner, Mode
from bsh.display.drawing_models import draw_models_in
from bsh.display.engine_activity import EngineActivity
from bsh.display.error_view import error_lines, show_error
from bsh.display.live import LiveDisplay
from bsh.display.progress_bars import (
    ProgressBar,
    ProgressBarBase,
    ProgressBarManager,
    TerminalProgressBar,
    default_progress_bar,
)
from bsh.display.reports import report_lines, show

__all__ = [
    "ConsoleOwner", "EngineActivity", "LiveDisplay", "Mode", "ProgressBar", "ProgressBarBase",
    "ProgressBarManager", "TerminalProgressBar", "default_progress_bar", "draw_models_in", "error_lines",
    "report_lines", "show", "show_error",
]  # fmt: skip
