"""Start-up scripts and what runs at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plan_stubs as bps
from bsh.devices.status import Status
from bsh.errors import DeviceError, FailedStatus, RunEngineInterrupted
from bsh.msg import Msg
from bsh.session import Session

MakeSession = Callable[..., Session]


class Deaf:
    parent = None

    def __init__(self, name: str) -> None:
        self.name = name

    def set(self, value: Any) -> Status:
        status = Status(obj=self)
        status.set_exception(DeviceError(f"{self.name} does not answer"))
        return status


def script(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def test_scripts_run_in_order_and_know_the_devices(make_session: MakeSession, tmp_path: Path) -> None:
    script(str(tmp_path / "one.py"), "speed = 3\nhere = __file__\n")
    script(str(tmp_path / "two.bsh"), "mv th speed\ndef plan():\n    yield from bps.mv(th, 0)\n")
    session = make_session("startup: [one.py, two.bsh]\n")
    assert session.notices == []
    assert session.devices["th"].position == 3.0
    assert session.namespace["here"] == "one.py"
    assert "__file__" not in session.namespace
    session.execute(session.namespace["plan"])
    assert session.devices["th"].position == 0.0


def test_an_error_in_one_is_told_with_its_line_and_the_others_still_run(
    make_session: MakeSession, tmp_path: Path
) -> None:
    script(str(tmp_path / "zero.py"), "def f():\n    return 1 / 0\n\nf()\n")
    script(str(tmp_path / "syntax.py"), "a = 1\nb = = 2\n")
    script(str(tmp_path / "limit.bsh"), "wa\nmv th 99\n")
    script(str(tmp_path / "leave.py"), "raise SystemExit(3)\n")
    script(str(tmp_path / "good.py"), "reached = True\n")
    session = make_session("startup: [zero.py, syntax.py, limit.bsh, gone.py, leave.py, good.py]\n")
    assert session.namespace["reached"] is True
    zero, syntax, limit, gone, leave = session.notices
    assert zero == "zero.py:2: ZeroDivisionError: division by zero"
    assert syntax.startswith("syntax.py:2: SyntaxError: ")
    assert limit.startswith("limit.bsh:2: LimitError: th: 99 deg is outside [-10, 10] deg")
    assert gone == "fast.yml:14:42: start-up script: there is no file 'gone.py'"
    assert leave == "leave.py: left early by SystemExit"


@pytest.mark.parametrize("line", ["shutter.set('close')", "close_shutter", "tidy()"])
def test_on_exit_runs_after_every_scan_however_it_ended(
    make_session: MakeSession, tmp_path: Path, line: str
) -> None:
    script(str(tmp_path / "own.py"), "def tidy():\n    yield from bps.mv(shutter, 'close')\n")
    session = make_session(
        f'shutter: {{device: shutter, open: open, close: close}}\nstartup: [own.py]\non_exit: ["{line}"]\n'
    )
    shutter = session.devices["shutter"]

    def ending(how: str) -> Any:
        yield from bps.mv(shutter, "open")
        yield from bps.open_run()
        if how == "fail":
            raise ValueError("boom")
        if how == "abort":
            session.RE.abort("enough")
            yield from bps.checkpoint()
        yield from bps.close_run()

    session.execute(lambda: ending("success"))
    assert shutter.position == "closed"
    with pytest.raises(ValueError, match="boom"):
        session.execute(lambda: ending("fail"))
    assert shutter.position == "closed"
    shutter.set("open")
    with pytest.raises(RunEngineInterrupted):
        session.RE(ending("abort"))
    assert shutter.position == "closed", "also when the plan was given to RE itself"
    assert [run.exit_status for run in session.store.runs()] == ["abort", "fail", "success"]


def test_on_exit_waits_for_the_end_of_a_paused_scan(make_session: MakeSession) -> None:
    session = make_session("on_exit: ['ended.append(1)']\n")
    ended = session.namespace["ended"] = []

    def pausing() -> Any:
        yield from bps.open_run()
        yield from bps.checkpoint()
        yield from bps.pause()
        yield from bps.close_run()

    with pytest.raises(RunEngineInterrupted):
        session.execute(pausing)
    assert ended == []
    session.RE.resume()
    assert ended == [1]


def test_moves_and_counts_that_take_no_data_do_not_run_on_exit(make_session: MakeSession) -> None:
    session = make_session("on_exit: ['ended.append(1)']\n")
    ended = session.namespace["ended"] = []
    session.run("mv th 1")
    session.run("ct 0.001")
    assert ended == []
    session.close()
    assert ended == [1], "the end of the session runs it"


def test_a_line_of_on_exit_that_fails_is_told_and_the_next_runs(
    make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session("on_exit: [no_such_thing, 'mv samx 2']\n")
    session.run("ct -s 0.001")
    assert "on_exit failed at fast.yml:14:11: no_such_thing: name 'no_such_thing' is not defined" in (
        capsys.readouterr().out
    )
    assert session.devices["samx"].position == 2.0


def test_a_plan_fails_with_its_own_error_where_on_exit_fails_as_well(
    make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session("on_exit: [RE(deaf_shutter())]\n")

    def failing(name: str) -> Any:
        yield Msg("set", Deaf(name), 1, group="failing")
        yield from bps.wait("failing")

    def scan() -> Any:
        yield from bps.open_run()
        try:
            yield from failing("motor")
        finally:
            yield from failing("counter")

    session.namespace["deaf_shutter"] = lambda: failing("shutter")
    with pytest.raises(FailedStatus, match="motor does not answer") as raised:
        session.execute(scan)
    assert "counter does not answer" in raised.value.__notes__[0]
    assert "shutter does not answer" in capsys.readouterr().out


def test_closing_with_a_paused_scan_aborts_it_and_runs_on_exit(make_session: MakeSession) -> None:
    session = make_session("on_exit: ['ended.append(1)']\n")
    ended = session.namespace["ended"] = []

    def pausing() -> Any:
        yield from bps.open_run()
        yield from bps.checkpoint()
        yield from bps.pause()

    with pytest.raises(RunEngineInterrupted):
        session.execute(pausing)
    session.close()
    assert ended[-1:] == [1]
    again = make_session()
    (run,) = again.store.runs()
    assert (run.exit_status, run.reason) == ("abort", "the session was closed")
