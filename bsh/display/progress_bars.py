"""Progress bars for scripts that set ``RE.waiting_hook`` themselves.

The shell needs none of these: its live display shows every wait. In it a manager's bars are drawn by that display,
so that there is one renderer; elsewhere they are lines at the bottom of the terminal.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from rich.text import Text

from bsh.callbacks.waiting import fraction_done, status_name, value_text
from bsh.display.bars import bar
from bsh.display.console import ConsoleOwner
from bsh.display.times import stopwatch

__all__ = [
    "ProgressBar", "ProgressBarBase", "ProgressBarManager", "TerminalProgressBar", "default_progress_bar",
]  # fmt: skip

DELAY_DRAW_S = 0.2
BAR_WIDTH = 30
EVERY_S = 0.1


class ProgressBarBase:
    """What a manager makes for each wait; others may be derived from it."""

    def update(
        self,
        pos: Any,
        *,
        name: str | None = None,
        current: Any = None,
        initial: Any = None,
        target: Any = None,
        unit: str = "units",
        precision: Any = None,
        fraction: Any = None,
        time_elapsed: float | None = None,
        time_remaining: float | None = None,
    ) -> None:
        """Take the news of one status; called on any thread.

        Parameters
        ----------
        pos : int
            Which status.
        name : str, optional
            The device.
        current, initial, target : number or sequence of numbers, optional
            Positions, in `unit`.
        unit : str
            Unit of the positions.
        precision : int, optional
            Decimals.
        fraction : float, optional
            Part of the way that is left, 1 to 0.
        time_elapsed, time_remaining : float, optional
            Seconds.
        """

    def clear(self) -> None:
        """Take the bars off the screen."""


class TerminalProgressBar(ProgressBarBase):
    """One line a status, at the bottom of the terminal; nothing where output is no terminal.

    Parameters
    ----------
    status_objs : iterable of status
        What is waited for; those with ``watch`` tell how far they are.
    delay_draw : float, optional
        Seconds before anything is shown.
    owner : ConsoleOwner, optional
        Where to draw; standard output without it.
    monotonic : callable, optional
        Returns seconds.

    Attributes
    ----------
    meters : list of str
        The lines, as text.
    """

    def __init__(
        self,
        status_objs: Iterable[Any],
        delay_draw: float = DELAY_DRAW_S,
        *,
        owner: ConsoleOwner | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.delay_draw = delay_draw
        self.status_objs = list(status_objs)
        self._owner = ConsoleOwner() if owner is None else owner
        self._monotonic = monotonic
        self._lock = threading.RLock()
        self._is_cleared = False
        self._not_before = monotonic() + delay_draw
        self._lines = [Text() for _ in self.status_objs]
        self._names = [status_name(status) for status in self.status_objs]
        self._has_target = [False] * len(self.status_objs)
        for pos, status in enumerate(self.status_objs):
            self._show_words(pos)
            if callable(getattr(status, "watch", None)):
                status.watch(partial(self.update, pos))
            if callable(getattr(status, "add_callback", None)):
                status.add_callback(partial(self._ended, pos))
        self._timer = threading.Timer(delay_draw, self.draw)
        self._timer.daemon = True
        if delay_draw > 0 and self.status_objs:
            self._timer.start()
        else:
            self.draw()

    @property
    def meters(self) -> list[str]:
        """The lines, as text."""
        return [line.plain for line in self._lines]

    def update(
        self,
        pos: Any,
        *,
        name: str | None = None,
        current: Any = None,
        initial: Any = None,
        target: Any = None,
        unit: str = "units",
        precision: Any = None,
        fraction: Any = None,
        time_elapsed: float | None = None,
        time_remaining: float | None = None,
    ) -> None:
        """Take the news of one status; what makes no sense is shown as far as it does."""
        if name:
            self._names[pos] = str(name)
        part = fraction_done(current, initial, target, fraction)
        if part is None:
            self._show_words(pos)
        else:
            self._has_target[pos] = True
            way = f"{value_text(current, precision)}/{value_text(target, precision)} {unit}"
            left = "" if time_remaining is None else f"{stopwatch(float(time_remaining))} left"
            words = "  ".join(
                word for word in (f"{part:4.0%}", way if target is not None else "", left) if word
            )
            self._lines[pos] = Text.assemble(
                (f"{self._names[pos]}  ", "bold"), bar(part, BAR_WIDTH), f" {words}"
            )
        self._draw_soon()

    def draw(self) -> None:
        """Draw all lines now, unless the wait is over."""
        with self._lock:
            if not self._is_cleared:
                self._postpone()
                self._owner.set_footer(list(self._lines))

    def clear(self) -> None:
        """Take the bars off the screen; nothing is drawn after that."""
        self._timer.cancel()
        with self._lock:
            self._is_cleared = True
            self._owner.clear_footer()

    def _postpone(self) -> None:
        self._not_before = self._monotonic() + EVERY_S

    def _draw_soon(self) -> None:
        if self._monotonic() >= self._not_before:
            self.draw()

    def _ended(self, pos: int, *_: Any) -> None:
        if not self._has_target[pos]:
            self._show_words(pos)
            self._draw_soon()

    def _show_words(self, pos: int) -> None:
        is_done = bool(getattr(self.status_objs[pos], "done", False))
        words = "[Complete.]" if is_done else "[In progress. No progress bar available.]"
        self._lines[pos] = Text(f"{self._names[pos]} {words}")


class ProgressBar(TerminalProgressBar):
    """The bar that scripts of the field know by this name."""


def default_progress_bar(status_objs: Iterable[Any], delay_draw: float = DELAY_DRAW_S) -> ProgressBarBase:
    """Return bars for a terminal.

    Parameters
    ----------
    status_objs : iterable of status
        What is waited for.
    delay_draw : float, optional
        Seconds before anything is shown.
    """
    return TerminalProgressBar(status_objs, delay_draw)


class ProgressBarManager:
    """Make bars for each wait of a plan: ``RE.waiting_hook = ProgressBarManager()``.

    Parameters
    ----------
    pbar_factory : callable, optional
        Takes the statuses of a wait, returns a :class:`ProgressBarBase`.
    delay_draw : float, optional
        Seconds before the default bars are shown. A number in place of the factory means this.

    Attributes
    ----------
    pbar : ProgressBarBase or None
        The bars of the wait under way.
    """

    def __init__(
        self,
        pbar_factory: Callable[[Any], ProgressBarBase] | float | None = None,
        delay_draw: float = DELAY_DRAW_S,
    ) -> None:
        self.delay_draw = float(pbar_factory) if isinstance(pbar_factory, int | float) else delay_draw
        self.pbar_factory = None if isinstance(pbar_factory, int | float) else pbar_factory
        self.pbar: ProgressBarBase | None = None

    def __call__(self, status_objs_or_none: Iterable[Any] | None) -> None:
        """Begin a wait, or end it.

        Parameters
        ----------
        status_objs_or_none : iterable of status or None
            What is waited for; None when the wait is over.
        """
        display = _displays[-1] if _displays and self.pbar_factory is None else None
        if display is not None:
            display(status_objs_or_none)
            return
        if self.pbar is not None:
            self.pbar.clear()
            self.pbar = None
        if status_objs_or_none is not None:
            statuses = list(status_objs_or_none)
            make = self.pbar_factory or partial(default_progress_bar, delay_draw=self.delay_draw)
            self.pbar = make(statuses)


_displays: list[Callable[[Any], None]] = []


def show_waits_in(waiting: Callable[[Any], None]) -> Callable[[], None]:
    """Let a live display draw what managers are told of; return what ends that.

    Parameters
    ----------
    waiting : callable
        Takes the statuses of a wait, or None.
    """
    _displays[:] = [waiting]

    def end() -> None:
        if _displays == [waiting]:
            _displays.clear()

    return end
