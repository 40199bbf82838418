"""What TAB offers."""

import time

import pytest

from bsh.devices.sim import SimMotor
from bsh.session import OfflineDevice, Session
from bsh.shell.completion import complete
from bsh.shell.usage_hint import usage_hint


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
    assert words(session, "wa -") == ["-v", "--verbose", "-u", "--user", "-w", "--watch"]
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


@pytest.fixture
def five_hundred(session):
    """Devices that count how often somebody asks them for something."""

    class Counting(SimMotor):
        asked = 0

        def read(self):
            Counting.asked += 1
            return super().read()

        def describe(self):
            Counting.asked += 1
            return super().describe()

        def locate(self):
            Counting.asked += 1
            return super().locate()

        @property
        def position(self):
            Counting.asked += 1
            return super().position

        @property
        def limits(self):
            Counting.asked += 1
            return self._limits

        @limits.setter
        def limits(self, value):
            self._limits = value

    made = {f"m{i}": Counting(f"m{i}") for i in range(500)}
    for motor in made.values():
        motor.limits = (-5.0, 5.0)
    session.devices.update(made)
    Counting.asked = 0
    yield Counting
    for name in made:
        del session.devices[name]


LINES = ["mv m", "mv m1 ", "ascan m3 0 1 10 ", "ascan m1 ", "ct 1 m", "wa m", "mv m4 m", "mv m4 m5.p"]


@pytest.mark.parametrize("line", LINES)
def test_five_hundred_devices_take_at_most_20_ms_and_none_is_asked(session, five_hundred, line):
    best = min(_seconds(session, line) for _ in range(5))
    assert best <= 0.02
    assert five_hundred.asked == 0


def _seconds(session, line):
    start = time.perf_counter()
    found = complete(line, session, session.namespace)
    usage_hint(line, session, session.namespace)
    assert found is not None
    return time.perf_counter() - start


def test_where_a_motor_may_be_sent_is_offered_with_what_it_is(session):
    session.run("mv th 1; ascan th -2 2 40 0.01; mv th 0.5")
    session.last_peak.number("cen")  # as the shell does on a thread of its own after each line
    found = complete("mv th ", session, session.namespace)
    notes = list(found.notes.values())
    assert notes[:4] == ["now", "cen", "peak", "com"]
    assert found.notes["0.5000"] == "now"
    assert found.notes["-180.0000"] == "low limit"
    assert found.notes["180.0000"] == "high limit"
    assert found.notes["1.0000"] == "before"
    session.run("mv th 7; pos save parked th; mv th 0.5")
    found = complete("mv th ", session, session.namespace)
    assert found.notes["7.0000"].startswith("parked")
    assert [float(word) for word in found.words[1:4]] == pytest.approx([0.03, 0.03, 0.03], abs=0.2)
    assert "cen" not in complete("mv samx ", session, session.namespace).notes.values()
    session.run("mv th 0")


def test_negative_numbers_are_completed(session):
    assert words(session, "mv th -1")[0] == "-180.0000"
    assert words(session, "mv th -180.") == ["-180.0000"]


def test_limits_that_came_with_an_epics_setpoint_are_offered(session):
    class Setpoint:
        _metadata = {"lower_ctrl_limit": -3.0, "upper_ctrl_limit": 4.0}  # noqa: RUF012  # as ophyd has it

    device = SimMotor("em")
    device._limits = None
    device._signals = {"user_setpoint": Setpoint()}
    session.devices["em"] = device
    assert words(session, "mv em ")[:3] == ["0.000", "-3.000", "4.000"]
    del session.devices["em"]


def test_files_after_do(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "align.mac").write_text("wa\n")
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "b.mac").write_text("wa\n")
    assert words(session, "do ") == ["align.mac", "macros/"]
    assert words(session, "do al") == ["align.mac"]
    assert words(session, "qdo macros/") == ["macros/b.mac"]
    assert words(session, "do -") == ["-f", "--from", "-d", "--dry"]
    assert words(session, "do nosuch/x") == []


def test_commands_after_h(session):
    assert words(session, "h asc") == ["ascan"]
    assert words(session, "prdef dsc") == ["dscan"]
    assert words(session, "explain asc") == ["ascan"]
    assert words(session, "dry asc") == ["ascan"]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("ascan ", "motor start stop intervals seconds [counters...]"),
        ("ascan th", "start stop intervals seconds [counters...]"),
        ("ascan th -1 1 ", "intervals seconds [counters...]"),
        ("ascan th -1 1 20 0.1", "[counters...]  → 21 points, at least 2.1 s"),
        ("x = 1; ascan th -1 1 20 0.1 det", "→ 21 points, at least 2.1 s"),
        ("ascan th -1 1 20 -1000", "[counters...]  → 21 points"),
        ("mesh th 0 1 9 samx 0 1 4 0.1", "[counters...]  → 50 points, at least 5.0 s"),
        ("loopscan 5 2", "[sleep] [counters...]  → 5 points, at least 10.0 s"),
        ("ascan th -1 1 n 0.1", "[counters...]"),
        ("ascan th -1 1 1e9 0.1", "[counters...]  → 1,000,000,001 points are too many"),
        ("mv ", "motor position [motor position...]"),
        ("mv th", "position [motor position...]"),
        ("mv th 1", ""),
        ("ct 1 det", ""),
        ("mv th 1 samx", "position [motor position...]"),
        ("wa", ""),
        ("wa ", "[names...]"),
        ("ct ", "[seconds] [counters...]"),
        ("comment ", "text..."),
        ("x = ", ""),
        ("mv = ", ""),
        ("mv(th, ", ""),
        ("print", ""),
        ("", ""),
        ("ascan 'th", ""),
    ],
)
def test_the_rest_of_the_usage_is_shown_while_a_line_is_typed(session, line, hint):
    assert usage_hint(line, session, session.namespace) == hint


def test_a_variable_hides_the_usage_of_a_command(session):
    assert usage_hint("mv ", session, {"mv": 3}) == ""
