"""A plan whose return value is kept: the engine's call returns uids."""

from __future__ import annotations

from typing import Any

from bsh.msg import MsgGenerator, ensure_generator

__all__ = ["KeptPlan"]


class KeptPlan:
    """Runs a plan and remembers what it returned.

    Parameters
    ----------
    plan : generator, iterable of Msg, or Msg
        What the engine is to run.

    Attributes
    ----------
    value : object
        What the plan returned; None until then.
    """

    def __init__(self, plan: Any) -> None:
        self._plan = plan
        self.value: Any = None

    def messages(self) -> MsgGenerator:
        """Return the plan for the engine; it has the name of the original, which goes into its runs."""

        def kept() -> MsgGenerator:
            self.value = yield from ensure_generator(self._plan)
            return self.value

        generator = kept()
        name = getattr(self._plan, "__name__", type(self._plan).__name__)
        generator.__name__ = name  # type: ignore[attr-defined]  # generators have one; typing does not know
        return generator
