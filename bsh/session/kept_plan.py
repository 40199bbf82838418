"""A plan whose return value is kept: the engine's call returns uids."""

from __future__ import annotations

from typing import Any

from bsh.msg import MsgGenerator

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
        from bsh.plan_patterns.plan import bare_generator

        # bare: a plan that is kept here is no forgotten one, also when the engine never begins with it
        self._name = getattr(plan, "__name__", type(plan).__name__)
        self._plan = bare_generator(plan)
        self.value: Any = None

    def messages(self) -> MsgGenerator:
        """Return the plan for the engine; it has the name of the original, which goes into its runs."""

        def kept() -> MsgGenerator:
            self.value = yield from self._plan
            return self.value

        generator = kept()
        generator.__name__ = self._name  # type: ignore[attr-defined]  # generators have one; typing does not know
        return generator
