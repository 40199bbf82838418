"""``wait_for`` as plans written for bluesky use it: a list of tasks, in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bsh.errors import WaitForTimeoutError
from bsh.msg import Msg, MsgGenerator
from bsh.plan_patterns import plan

__all__ = ["wait_for"]


@plan
def wait_for(futures: Iterable[Callable[[], Awaitable[Any]]], **kwargs: Any) -> MsgGenerator:
    """Wait for awaitables; return their tasks.

    bsh's own message returns what :func:`asyncio.wait` does, two sets without order.

    Parameters
    ----------
    futures : iterable of callable
        Each makes an awaitable.
    **kwargs
        For :func:`asyncio.wait`, ``timeout`` in seconds among them.

    Returns
    -------
    list of asyncio.Task
        In the order given, with their results or exceptions.

    Raises
    ------
    WaitForTimeoutError
        The time was up before all were done.
    """
    tasks: dict[int, Any] = {}

    def noting(place: int, make: Any) -> Callable[[], Awaitable[Any]]:
        def start() -> Awaitable[Any]:
            tasks[place] = asyncio.ensure_future(make() if callable(make) else make)
            task: Awaitable[Any] = tasks[place]
            return task

        return start

    makers = [noting(place, make) for place, make in enumerate(futures)]
    done, pending = yield Msg("wait_for", None, makers, **kwargs)
    for wrapper in done:  # whoever gets the tasks looks at their exceptions, not at these
        _ = wrapper.cancelled() or wrapper.exception()
    if pending and "return_when" not in kwargs:
        raise WaitForTimeoutError(
            f"{len(pending)} of {len(tasks)} were not done after {kwargs['timeout']} s."
        )
    return [tasks[place] for place in sorted(tasks)]
