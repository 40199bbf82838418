"""waitfor and waitstable."""

import itertools
import threading

import pytest

from bsh.devices.sim import SimSignal
from bsh.errors import CommandError, UsageError


class Following(SimSignal):
    """A signal that reads one value after the other, the last one for ever."""

    def __init__(self, name, values):
        super().__init__(name, value=values[0], units="K")
        self._values = itertools.chain(values, itertools.repeat(values[-1]))

    def read(self):
        self.put(next(self._values))
        return super().read()


@pytest.fixture
def temp(session):
    def put(*values):
        session.devices["temp"] = session.namespace["temp"] = Following("temp", values)

    return put


def test_a_signal_that_leaves_the_band_is_waited_for_anew(run, temp):
    temp(9.0, 4.9, 5.1, 9.0, 5.0, 5.05)
    text = run("waitstable temp 5 0.1 0.1 20").plain()
    assert text.startswith("temp stable at 5.000 K to 5.050 K for 0.1 s, after 0.")


def test_a_signal_that_is_there_already_has_to_stay_there_all_the_same(run, temp):
    temp(5.0)
    assert run("waitstable temp 5 0.1 0.2").plain().endswith("after 0.2 s")
    assert run("waitstable th 0 0.01 0").plain().endswith("after 0.0 s")


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        ("waitstable", UsageError, r"usage: waitstable signal target tolerance seconds \[timeout\]"),
        ("waitstable th 0 0.1", UsageError, "seconds is missing"),
        ("waitstable nosuch 0 0.1 1", UsageError, "unknown counter nosuch"),
        ("waitstable th 0 -1 1", UsageError, "-1 is too small"),
        ("waitstable shutter 0 1 1", CommandError, "which is not a number"),
        (
            "waitstable th 5 0.1 1 0.1",
            CommandError,
            r"th was not within 5.0000 deg \+- 0.1 for 1 s after 0.1 s; it is at 0.0000 deg",
        ),
        ("waitfor(False)", UsageError, "False will not change any more"),
    ],
)
def test_what_is_wrong_is_said(session, line, error, text):
    with pytest.raises(error, match=text):
        session.run(line)


def test_from_python_waitfor_takes_a_function_that_is_called_again_and_again(session):
    answers = iter([False, False, True])
    session.namespace["is_so"] = lambda: next(answers)
    session.run("waitfor(is_so)")
    assert next(answers, None) is None


def test_a_condition_is_evaluated_again_until_it_is_so(session):
    th = session.devices["th"]
    th.velocity.put(0.0)
    threading.Timer(0.2, lambda: th.set(7)).start()
    session.run("waitfor th > 5 10")
    assert th.position == 7.0
