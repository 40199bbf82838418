"""Lines that wait for their turn.

Owns their order, and whether they wait for longer: after a line that failed or was interrupted nothing runs by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from bsh.errors import CommandError

__all__ = ["LineQueue", "QueuedLine"]


@dataclass(frozen=True)
class QueuedLine:
    """A line that waits.

    Parameters
    ----------
    number : int
        By which it is meant.
    text : str
        As typed.
    """

    number: int
    text: str


class LineQueue:
    """The lines that wait, in the order in which they will run.

    Attributes
    ----------
    paused : str
        Why nothing runs by itself; empty when it does.
    is_finishing : bool
        Whether nothing more of the line that runs may begin.
    place : str
        How far a file of lines is that runs; empty where none does.
    """

    def __init__(self) -> None:
        self._lines: list[QueuedLine] = []
        self._last = 0
        self.paused = ""
        self.is_finishing = False
        self.place = ""

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def lines(self) -> tuple[QueuedLine, ...]:
        """What waits, the next first."""
        return tuple(self._lines)

    def add(self, text: str) -> QueuedLine:
        """Put a line at the end.

        Parameters
        ----------
        text : str
            As typed.
        """
        if not self._lines:
            self._last = 0  # short numbers
        self._last += 1
        line = QueuedLine(self._last, text.strip())
        self._lines.append(line)
        return line

    def take(self) -> str | None:
        """Take the next line out and return it; None where nothing may run."""
        if self.paused or not self._lines:
            return None
        return self._lines.pop(0).text

    def remove(self, number: int) -> QueuedLine:
        """Take a line out for good.

        Parameters
        ----------
        number : int
            Which.

        Raises
        ------
        CommandError
            There is none of that number.
        """
        line = self._found(number)
        self._lines.remove(line)
        self._forget_pause()
        return line

    def move_up(self, number: int) -> QueuedLine:
        """Have a line run one place earlier.

        Parameters
        ----------
        number : int
            Which.

        Raises
        ------
        CommandError
            There is none of that number.
        """
        line = self._found(number)
        place = self._lines.index(line)
        self._lines.insert(max(0, place - 1), self._lines.pop(place))
        return line

    def clear(self) -> int:
        """Forget all lines; return how many there were."""
        count = len(self._lines)
        self._lines.clear()
        self._forget_pause()
        return count

    def pause(self, reason: str) -> None:
        """Let nothing run by itself.

        Parameters
        ----------
        reason : str
            For people.
        """
        self.paused = reason

    def finish(self) -> None:
        """Let the plan that runs be the last one, of its line and of the queue."""
        self.is_finishing = True
        self.pause("finish was typed")

    def line_ended(self) -> None:
        """Note that the line that ran is over."""
        self.is_finishing = False
        self._forget_pause()

    def refuse_more(self) -> None:
        """Let nothing more begin after :meth:`finish`.

        Raises
        ------
        CommandError
            It was called since the line began.
        """
        if self.is_finishing:
            raise CommandError("finish was typed: nothing more is started", hint="q go runs what waits")

    def go_on(self) -> None:
        """Let lines run again."""
        self.paused = ""

    def _found(self, number: int) -> QueuedLine:
        for line in self._lines:
            if line.number == number:
                return line
        raise CommandError(f"the queue has no line {number}", hint="q lists what waits")

    def _forget_pause(self) -> None:
        if not self._lines:
            self.paused = ""
