"""The profile that ships for the demo IOC fits what the IOC serves."""

from pathlib import Path

import pytest

from bsh.session import Session

pytestmark = pytest.mark.ioc

PROFILE = Path(__file__).parents[2] / "profiles" / "epics.yml"


def test_every_device_of_the_epics_profile_connects_and_a_scan_finds_the_peak(ioc, tmp_path):
    with Session.from_profile(PROFILE, home=tmp_path) as session:
        assert {type(device).__name__ for device in session.devices.values()} == {
            "Camera",
            "EpicsMotor",
            "EpicsScaler",
            "EpicsSignal",
            "EpicsSignalRO",
        }
        documents = []
        session.RE.subscribe(lambda name, doc: documents.append((name, doc)))
        session.run("ascan samx -0.8 1.2 4 0.02")
        session.run("mv samx 0")
    events = [doc["data"] for name, doc in documents if name == "event" and "det" in doc["data"]]
    counts = {round(event["samx"], 4): event["det"] for event in events}
    assert max(counts, key=counts.get) == 0.2
    assert documents[-1][1]["exit_status"] == "success"
