"""Ctrl+C while the session is put together: it is whole first, then the press counts."""

from __future__ import annotations

import signal
import threading

import pytest

from bsh.session import Session
from bsh.session.uninterrupted import uninterrupted


def test_a_press_counts_once_the_block_is_done():
    done = []

    def work():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_can_use_it_as_well():
    done = []

    def work():
        with uninterrupted():
            done.append(threading.current_thread())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert done == [thread]


def test_a_session_that_is_interrupted_while_it_is_put_together_is_whole(tmp_path):
    session = Session.from_profile("sim", home=tmp_path, complete=False)
    try:
        session.when_complete(lambda: signal.raise_signal(signal.SIGINT))
        session.when_complete(lambda: session.namespace.update(last_step="done"))
        with pytest.raises(KeyboardInterrupt):
            session.complete()
        assert session.namespace["last_step"] == "done"
        assert session.run("ct 0.01") is not None
    finally:
        session.close()


def test_who_completes_a_session_waits_for_what_another_thread_loads(tmp_path):
    loading, go_on, completed = threading.Event(), threading.Event(), threading.Event()

    def load():
        loading.set()
        go_on.wait(20)

    with Session.from_profile("sim", home=tmp_path, complete=False) as session:
        session.when_complete(completed.set)
        threading.Thread(target=session.prepare, args=(load,), daemon=True).start()
        assert loading.wait(20)
        person = threading.Thread(target=session.complete, daemon=True)
        person.start()
        assert not completed.wait(0.2)
        go_on.set()
        assert completed.wait(20)
        person.join(20)
