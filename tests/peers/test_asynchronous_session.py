"""Devices of ophyd-async in a profile: connected at the start, moved, counted and scanned by commands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from bsh.errors import FailedStatus
from bsh.ioc.process import IocProcess
from bsh.session import Session

pytestmark = pytest.mark.peers

WITHIN_S = 15.0


@pytest.fixture
def open_session(tmp_path: Path) -> Iterator[Callable[[str], Session]]:
    opened: list[Session] = []

    def start(devices: str, **options: Any) -> Session:
        profile = tmp_path / "awaited.yml"
        profile.write_text(f"profile: awaited\ndevices:\n{devices}")
        opened.append(Session.from_profile(profile, home=tmp_path, **options))
        return opened[-1]

    yield start
    for session in opened:
        session.close()


def events(session: Session) -> list[dict[str, Any]]:
    return [doc["data"] for name, doc in session.store.run(-1).documents() if name == "event"]


def data_of(session: Session, kind: str) -> list[dict[str, Any]]:
    return [doc for name, doc in session.store.run(-1).documents() if name == kind]


SIMULATED = """\
  ophyd_async.sim.SimMotor: [{name: x, instant: true, labels: [motors]}]
  tests.peers.async_devices.point: [{name: spot, labels: [detectors]}]
counters: {default: [spot]}
"""


def test_devices_of_a_profile_are_connected_and_scanned_by_commands(open_session: Any) -> None:
    session = open_session(SIMULATED)

    assert session.offline == {}
    session.run("mv x 1.5")
    assert "1.5" in str(session.run("wm x"))
    assert "1.5" in str(session.run("wa"))
    session.run("ascan x 0 1 4 0.01")
    assert [round(point["x"], 6) for point in events(session)] == [0.0, 0.25, 0.5, 0.75, 1.0]
    session.run("dscan x -1 1 2 0.01")
    assert [round(point["x"], 6) for point in events(session)] == [0.0, 1.0, 2.0]
    assert "spot" in str(session.run("ct 0.01"))


def test_a_detector_that_writes_files_is_scanned_and_its_images_are_read_back(
    open_session: Any, tmp_path: Path
) -> None:
    import h5py

    session = open_session(
        "  ophyd_async.sim.SimMotor: [{name: x, instant: true}]\n"
        f"  tests.peers.async_devices.camera: [{{name: camera, folder: '{tmp_path}'}}]\n"
        "counters: {default: [camera]}\n"
    )

    session.run("RE(bp.scan([camera], x, 0, 1, 3))")

    (stop,) = data_of(session, "stop")
    assert (stop["exit_status"], stop["num_events"]) == ("success", {"primary": 3})
    resources = {doc["data_key"]: doc for doc in data_of(session, "stream_resource")}
    images = resources["camera"]
    file = unquote(urlparse(images["uri"]).path)
    with h5py.File(file) as written:
        assert written[images["parameters"]["dataset"]].shape[0] == 3
    frames = [doc for doc in data_of(session, "stream_datum") if doc["stream_resource"] == images["uid"]]
    assert (frames[0]["seq_nums"]["start"], frames[-1]["seq_nums"]["stop"]) == (1, 4)
    assert [point["x"] for point in events(session)] == [0.0, 0.5, 1.0]


def test_a_device_that_does_not_answer_is_offline_and_the_others_are_there(open_session: Any) -> None:
    session = open_session(
        "  ophyd_async.epics.motor.Motor: [{name: gone, prefix: 'NOBODY:m1'}]\n"
        "  ophyd_async.sim.SimMotor: [{name: x, instant: true}]\n",
        connect_timeout_s=1.0,
    )

    assert list(session.offline) == ["gone"]
    assert "no answer" in session.offline["gone"].reason
    session.run("mv x 2")


@pytest.fixture
def epics(crash_ioc: IocProcess, open_session: Any) -> Session:
    """A session with a motor of the demo IOC, over aioca."""
    devices = "  ophyd_async.epics.motor.Motor: [{name: m1, prefix: 'CRASH:m1'}]\n"
    devices += "  tests.peers.async_devices.point: [{name: spot}]\ncounters: {default: [spot]}\n"
    session: Session = open_session(devices, connect_timeout_s=20)
    assert session.offline == {}
    return session


def under_way(session: Session, act: Callable[[], Any]) -> None:
    """Do something once m1 is beyond 0.5 mm."""
    m1 = session.devices["m1"]
    once = threading.Lock()

    def look(reading: dict[str, Any]) -> None:
        if reading["m1"]["value"] > 0.5 and once.acquire(blocking=False):
            threading.Thread(target=act).start()

    session.RE.loop.call_soon_threadsafe(m1.user_readback.subscribe_reading, look)


def test_a_motor_of_the_demo_ioc_is_moved_scanned_and_shown(epics: Session) -> None:
    epics.run("mv m1 0.5")
    assert "0.5" in str(epics.run("wm m1"))
    epics.run("ascan m1 0 1 2 0.01")
    assert [round(point["m1"], 3) for point in events(epics)] == [0.0, 0.5, 1.0]


def test_the_end_of_an_ioc_in_mid_move_is_told(epics: Session, crash_ioc: IocProcess) -> None:
    under_way(epics, crash_ioc.kill)
    with pytest.raises(
        FailedStatus, match=r"m1 did not arrive: its connection was lost.*20 mm and was last seen"
    ):
        epics.run("mv m1 20")


def test_an_alarm_in_mid_move_is_told_although_the_motor_arrives(epics: Session) -> None:
    import asyncio

    from ophyd_async.epics.core import epics_signal_rw

    fault = epics_signal_rw(int, "CRASH:fault:m1:alarm", name="fault")
    asyncio.run_coroutine_threadsafe(fault.connect(), epics.RE.loop).result(WITHIN_S)
    under_way(epics, lambda: asyncio.run_coroutine_threadsafe(_set(fault, 1), epics.RE.loop).result(WITHIN_S))
    with pytest.raises(FailedStatus, match=r"m1 did not arrive: its readback is in alarm \(MAJOR\)"):
        epics.run("mv m1 3")


def test_a_stop_by_somebody_else_in_mid_move_is_told(epics: Session) -> None:
    import asyncio

    m1 = epics.devices["m1"]
    under_way(epics, lambda: asyncio.run_coroutine_threadsafe(_stop(m1), epics.RE.loop).result(WITHIN_S))
    with pytest.raises(FailedStatus, match="m1"):
        epics.run("mv m1 20")


async def _stop(m1: Any) -> None:
    await _set(m1.motor_stop, 1)


async def _set(signal: Any, value: int) -> None:
    await signal.set(value)
