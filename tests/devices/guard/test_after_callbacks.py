"""Nobody is told of the end of an action while ophyd is still in the middle of the callback that ended it."""

import threading

import pytest

from bsh.devices.epics import prepare
from bsh.devices.guard import GuardedAction
from bsh.devices.status import Status

WITHIN_S = 10.0

pytestmark = pytest.mark.ioc  # ophyd's threads are those of Channel Access


class Detector:
    name = "det"
    connected = True


def test_an_end_is_told_after_the_callback_that_brought_it_and_after_the_monitors_before_it():
    prepare()
    from ophyd import get_cl

    threads = get_cl().get_dispatcher().threads
    order: list[str] = []
    inner, told, ended = Status(), threading.Event(), threading.Event()
    guarded = GuardedAction(Detector(), "finish", inner)
    guarded.add_callback(lambda _: (order.append("told"), told.set()))

    def monitor():
        ended.wait(WITHIN_S)
        order.append("value")

    def put_callback():
        inner.set_finished()
        order.append("subscriptions forgotten")
        ended.set()

    threads["monitor"].queue.put((monitor, (), {}))
    threads["get_put"].queue.put((put_callback, (), {}))

    assert told.wait(WITHIN_S)
    assert guarded.success
    assert order == ["subscriptions forgotten", "value", "told"]
