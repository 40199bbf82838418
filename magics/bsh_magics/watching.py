"""A report that is made again and again in place, until somebody has seen enough."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bsh.commands import CommandSession
from bsh.commands.report import Report
from bsh.errors import CommandError
from bsh_magics.in_place import in_place

if TYPE_CHECKING:
    from bsh.display.console import Line

__all__ = ["watched"]

PERIOD_S = 0.5

AnyReport = TypeVar("AnyReport", bound=Report)


def watched(session: CommandSession, make: Callable[[], AnyReport]) -> AnyReport:
    """Show a report in place until a key or Ctrl+C is pressed; return the last one.

    Parameters
    ----------
    session : CommandSession
        Whose screen it is shown on.
    make : callable
        Makes the report anew.

    Raises
    ------
    CommandError
        There is no terminal, or a plan has it.
    """
    from bsh.display import report_lines
    from bsh.shell.keys import KeyReader, single_keys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("-w needs a terminal", hint="without it, once")
    if session.state == "running":
        raise CommandError("-w: not while a plan runs", hint="without it, once")
    report = make()

    def lines() -> Sequence[Line]:
        return [*report_lines(report, screen.owner), "a key ends it"]

    fd = sys.stdin.fileno()
    with single_keys(fd), in_place(session, lines) as screen:
        try:
            screen.draw()
            while not select.select([fd], [], [], PERIOD_S)[0]:
                report = make()
                screen.draw()
            KeyReader(fd).pending()
        except KeyboardInterrupt:
            pass
    return report
