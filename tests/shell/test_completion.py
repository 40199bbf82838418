"""What TAB offers."""

import time

import pytest

from bsh.devices.sim import SimMotor
from bsh.session import OfflineDevice, Session
from bsh.shell.completion import complete


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    with Session.from_profile("sim", home=tmp_path_factory.mktemp("home")) as made:
        yield made


def words(session, line):
    found = complete(line, session, session.namespace)
    return None if found is None else list(found.words)


def test_motors_after_mv_axes_first(session):
    assert words(session, "mv ")[:4] == ["th", "tth", "samx", "samy"]
    assert words(session, "mv t") == ["th", "tth"]
    assert words(session, "mv th 1 sam") == ["samx", "samy"]


def test_the_present_position_is_the_first_offer_for_a_target(session):
    assert words(session, "mv th ")[0] == "0.0000"
    assert words(session, "ascan samx ")[0] == "0.000"


def test_numeric_variables_are_offered_for_numbers(session):
    session.namespace["centre"] = 1.25
    assert "centre" in words(session, "mv th c")


def test_counters_after_the_counting_time_and_instead_of_it(session):
    assert words(session, "ascan th 0 1 10 1 d") == ["det"]
    assert words(session, "ct 1 de") == ["det"]
    assert words(session, "ct mo") == ["mon"]
    assert "det" not in words(session, "ct 1 det ")


def test_labels_and_options(session):
    assert words(session, "wa sam") == ["samx", "samy", "sample"]
    assert words(session, "wa -") == ["-v", "--verbose"]
    assert words(session, "scans -") == ["-n"]


def test_only_the_last_statement_counts(session):
    assert words(session, "x = 3; mv sam") == ["samx", "samy"]
    assert words(session, "for i in range(3): mv sam") == ["samx", "samy"]
    assert words(session, "%mv sam") == ["samx", "samy"]


@pytest.mark.parametrize("line", ["mv", "x = ", "print(", "mv; ", "import ", "!mv a", ""])
def test_what_is_no_command_is_left_to_python(session, line):
    assert words(session, line) is None


def test_nothing_is_offered_inside_free_text(session):
    assert words(session, "abort th") == []


def test_attributes_are_looked_up_without_touching_the_device(session):
    class Careful(SimMotor):
        touched = False

        @property
        def position(self):
            type(self).touched = True
            return 0.0

    session.namespace["careful"] = session.devices["careful"] = Careful("careful")
    assert words(session, "mv th careful.pos") == ["careful.position"]
    assert words(session, "mv careful ")
    assert not Careful.touched
    del session.devices["careful"]


def test_offline_devices_can_be_completed(session):
    session.devices["und"] = OfflineDevice("und", "no answer")
    assert words(session, "mv u") == ["und"]
    del session.devices["und"]


def test_five_hundred_devices_take_little_time(session):
    session.devices.update({f"m{i}": SimMotor(f"m{i}") for i in range(500)})
    best = min(_seconds(session) for _ in range(5))
    for i in range(500):
        del session.devices[f"m{i}"]
    assert best < 0.05


def _seconds(session):
    start = time.perf_counter()
    assert len(words(session, "mv m")) == 500
    return time.perf_counter() - start
