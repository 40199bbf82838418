"""Functions that once kept windows alive while a plan ran.

The engine has a thread of its own, and :class:`~bsh.display.mpl.DefaultDuringTask` serves the windows: nothing is left to
do here.
"""

from __future__ import annotations

from typing import Any

from bsh.bluesky.adapted.deprecation import warn_once

__all__ = ["install_kicker", "install_nb_kicker", "install_qt_kicker", "install_remote_qt_kicker"]


def _nothing_to_do(name: str) -> None:
    warn_once(
        name,
        f"{name}() does nothing any more and can be left out: RunEngine(during_task=DefaultDuringTask()) "
        "keeps windows and notebooks alive.",
        stacklevel=3,
    )


def install_kicker(loop: Any = None, update_rate: float = 0.03) -> None:
    """Do nothing; kept for old start-up files.

    Parameters
    ----------
    loop, update_rate
        Ignored.
    """
    _nothing_to_do("install_kicker")


def install_qt_kicker(loop: Any = None, update_rate: float = 0.03) -> None:
    """Do nothing; kept for old start-up files.

    Parameters
    ----------
    loop, update_rate
        Ignored.
    """
    _nothing_to_do("install_qt_kicker")


def install_remote_qt_kicker(loop: Any = None, update_rate: float = 0.03) -> None:
    """Do nothing; kept for old start-up files.

    Parameters
    ----------
    loop, update_rate
        Ignored.
    """
    _nothing_to_do("install_remote_qt_kicker")


def install_nb_kicker(loop: Any = None, update_rate: float = 0.03) -> None:
    """Do nothing; kept for old start-up files.

    Parameters
    ----------
    loop, update_rate
        Ignored.
    """
    _nothing_to_do("install_nb_kicker")
