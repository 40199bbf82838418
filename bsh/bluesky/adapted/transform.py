"""``< plan(...)`` at an IPython prompt for ``RE(plan(...))``."""

from __future__ import annotations

from typing import Any

__all__ = ["register_transform"]


def register_transform(RE: str, *, prefix: str = "<", ip: Any = None) -> None:  # noqa: N803  # bluesky's name
    """Let a line that begins with a prefix be given to an engine.

    Parameters
    ----------
    RE : str
        Name of the engine at the prompt.
    prefix : str, optional
        What the line begins with.
    ip : InteractiveShell, optional
        IPython; the one that runs without it.

    Raises
    ------
    RuntimeError
        No IPython runs, and none was given.
    """
    if ip is None:
        from IPython import get_ipython

        ip = get_ipython()
    if ip is None:
        raise RuntimeError(f"register_transform({RE!r}) works in IPython only; here write {RE}(plan).")

    def rewrite(lines: list[str]) -> list[str]:
        first = lines[0] if lines else ""
        if not first.startswith(prefix):
            return lines
        plan = "".join([first[len(prefix) :], *lines[1:]]).strip()
        return [f"{RE}({plan})\n"]

    ip.input_transformers_cleanup.append(rewrite)
