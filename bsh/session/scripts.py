"""What the profile runs by itself: scripts at the start, command lines at the end and in an emergency.

Owns the rule that an error in one is told, with file and line, and does not keep the others from running.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bsh.commands import Registry
from bsh.profile import Line

from .lines import evaluate, failing_line, run_script

__all__ = ["run_lines", "run_startup_scripts"]


def run_startup_scripts(scripts: Iterable[Line], namespace: dict[str, Any], registry: Registry) -> list[str]:
    """Run scripts in order.

    Parameters
    ----------
    scripts : iterable of Line
        Paths.
    namespace : dict
        The names at the prompt.
    registry : Registry
        The commands.

    Returns
    -------
    list of str
        What went wrong, a line each.
    """
    problems: list[str] = []
    for script in scripts:
        file = Path(script.text)
        try:
            run_script(file, namespace, registry)
        except FileNotFoundError as error:
            missing = error.filename == str(file)
            where = f"{script.position}: start-up script" if missing else failing_line(error, file)
            problems.append(f"{where}: there is no file '{error.filename}'")
        except Exception as error:
            problems.append(f"{failing_line(error, file)}: {type(error).__name__}: {error}")
        except SystemExit:
            problems.append(f"{file}: left early by SystemExit")
    return problems


def run_lines(
    lines: Iterable[Line],
    namespace: dict[str, Any],
    registry: Registry,
    run_plan: Callable[[Any], Any],
    *,
    what: str,
) -> list[str]:
    """Run command lines in order; the bare name of a function calls it, and a plan is run.

    Parameters
    ----------
    lines : iterable of Line
        Of the profile.
    namespace : dict
        The names at the prompt.
    registry : Registry
        The commands.
    run_plan : callable
        Runs a plan.
    what : str
        The profile's key.

    Returns
    -------
    list of str
        What went wrong, a line each.
    """
    problems: list[str] = []
    for line in lines:
        try:
            value = evaluate(line.text, namespace, registry)
            if callable(value):
                value = value()
            if hasattr(value, "send"):
                run_plan(value)
        except Exception as error:
            problems.append(f"{what} failed at {line.position}: {line.text}: {error}")
    return problems
