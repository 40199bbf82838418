"""Progress bars in a notebook: one output below the cell, changed in place."""

from __future__ import annotations

from typing import Any

from bsh.display.progress_bars import TerminalProgressBar

__all__ = ["NotebookProgressBar"]


class NotebookProgressBar(TerminalProgressBar):
    """Bars for ``RE.waiting_hook = ProgressBarManager(NotebookProgressBar)``; takes what the terminal's bars take."""

    _output: Any = None

    def draw(self) -> None:
        """Draw all lines now, unless the wait is over."""
        with self._lock:
            if not self._is_cleared:
                self._postpone()
                self._put("\n".join(self.meters))

    def clear(self) -> None:
        """Empty the output; nothing is drawn after that."""
        super().clear()
        if self._output is not None:
            self._put("")

    def _put(self, text: str) -> None:
        from IPython.display import display

        data = {"text/plain": text}
        if self._output is None:
            self._output = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._output.update(data, raw=True)
