"""What a profile says is there, what is not there is told, and state outlives the session."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh import plans as bp
from bsh.commands import CommandRunner
from bsh.errors import CommandError, DeviceOffline, ProfileError
from bsh.session import OfflineDevice, Session
from tests.store.runs import run_documents, save

MakeSession = Callable[..., Session]

CLASSES = """\
import threading
from bsh.devices.sim import SimMotor

class Silent(SimMotor):
    "Does not answer until it is switched on; nobody who waits already is told."
    answers = threading.Event()
    @property
    def connected(self):
        return self.answers.is_set()
    def wait_for_connection(self, timeout):
        if not self.connected:
            threading.Event().wait(timeout)
            raise TimeoutError(f"{self.name} did not answer")

class Late(SimMotor):
    "Answers as soon as it is switched on."
    answers = threading.Event()
    def wait_for_connection(self, timeout):
        if not self.answers.wait(timeout):
            raise TimeoutError(f"{self.name} did not answer")

class Later(Late):
    "Has a switch of its own."
    answers = threading.Event()

class Hanging(SimMotor):
    "Ignores the timeout it is given."
    never = threading.Event()
    def wait_for_connection(self, timeout):
        self.never.wait(30)

class Slow(SimMotor):
    "Answers when all others are waited for too: in turn it would never."
    barrier = threading.Barrier(5, timeout=10)
    def wait_for_connection(self, timeout):
        self.barrier.wait()

def row(first, last):
    return [SimMotor(f"m{n}") for n in range(first, last + 1)]

def pair(name):
    return {name: SimMotor(name), name + "_fine": SimMotor(name + "_fine")}

def nothing(name):
    return None
"""


@pytest.fixture
def classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a beamline's own classes beside the profile."""
    (tmp_path / "own_classes.py").write_text(CLASSES)
    monkeypatch.delitem(sys.modules, "own_classes", raising=False)


def test_names_of_the_prompt_are_devices_commands_and_libraries(session: Session) -> None:
    names = session.namespace
    assert names["th"] is session.devices["th"]
    assert names["RE"] is session.RE
    assert names["bp"].count is bp.count
    assert callable(names["ascan"])
    assert names["session"] is session
    assert names["bps"].mv
    assert names["bpp"].run_decorator


def test_a_shell_may_give_its_own_namespace(make_session: MakeSession) -> None:
    names: dict[str, Any] = {"mine": 1}
    session = make_session(namespace=names)
    assert session.namespace is names
    assert names["th"] is session.devices["th"]
    assert names["mine"] == 1


def test_counters_come_in_groups_and_the_first_is_active(session: Session) -> None:
    assert [one.name for one in session.counters] == ["det", "mon"]
    session.select_counters("both")
    assert [one.name for one in session.counters] == ["mon", "ring_current"]
    with pytest.raises(CommandError, match="there is no group of counters 'bth'"):
        session.select_counters("bth")


def test_aliases_are_the_devices_themselves(make_session: MakeSession) -> None:
    session = make_session("aliases: {theta: th, beam: ring.current}\n")
    assert session.namespace["theta"] is session.devices["th"]
    assert session.namespace["beam"] is session.devices["ring"].current


def test_aliases_stand_in_the_tables_of_the_runs_that_use_them(make_session: MakeSession) -> None:
    session = make_session("aliases: {theta: th, beam: ring.current, unused: samx}\n")
    session.run("ct -s 0.001 beam det")
    session.run("ascan theta 0 1 1 0.001 det beam")
    starts = [next(doc for name, doc in session.store.run(n).documents() if name == "start") for n in (1, 2)]
    assert [start.get("aliases") for start in starts] == [
        {"ring_current": "beam"}, {"th": "theta", "ring_current": "beam"},
    ]  # fmt: skip
    table = str(session.run("table -1")).splitlines()
    assert any(line.split()[:4] == ["point", "theta", "det", "beam"] for line in table), table


def test_old_scans_are_there_by_number(session: Session) -> None:
    for _ in range(2):
        session.run("ct -s 0.001")
    scans = session.namespace["scans"]
    assert scans[-1].summary.scan_id == 2
    assert scans[1].summary.scan_id == 1
    assert "scans" not in _shadowed(session), "the command still works"
    assert "2" in str(session.run("scans"))


def _shadowed(session: Session) -> set[str]:
    from bsh.session import shadowed_names

    return shadowed_names(session.namespace, session.registry)


def test_baseline_is_read_around_every_run(make_session: MakeSession) -> None:
    session = make_session("baseline: [samx, ring.current]\nmonitors: [ring.current]\n")
    session.run("ct -s 0.001")
    documents = list(session.store.run(-1).documents())
    descriptors = {doc["name"]: doc for name, doc in documents if name == "descriptor"}
    assert set(descriptors) == {"baseline", "primary", "ring_current_monitor"}
    assert {"samx", "ring_current"} <= set(descriptors["baseline"]["data_keys"])
    events = [doc for name, doc in documents if name == "event"]
    assert sum(doc["descriptor"] == descriptors["baseline"]["uid"] for doc in events) == 2


SUSPENDERS = """\
suspenders:
  - {class: SuspendFloor, signal: ring.current, suspend_thresh: 50, resume_thresh: 60}
  - {class: SuspendFloor, signal: ring.curent, suspend_thresh: 50}
"""


def test_suspenders_watch_and_one_that_cannot_is_told(make_session: MakeSession) -> None:
    session = make_session(SUSPENDERS)
    (watching,) = session.RE.suspenders
    assert watching.tripped is False
    session.devices["ring"].current.put(10.0)
    assert watching.tripped is True
    (unknown,) = session.notices
    assert unknown.startswith("fast.yml:16:13: SuspendFloor on ring.curent is NOT watching: ")


def test_a_suspender_whose_values_do_not_fit_opens_no_session(make_session: MakeSession) -> None:
    crossed = SUSPENDERS.replace("resume_thresh: 60", "resume_thresh: 40")
    with pytest.raises(ProfileError, match=r"fast\.yml:15:13: .*resume_thresh \(40\) must not be below"):
        make_session(crossed)


def test_metadata_and_scan_numbers_outlive_the_session(make_session: MakeSession) -> None:
    first = make_session("metadata: {beamline_id: X1, proposal: null}\n")
    assert first.notices == ["not set yet: proposal; every scan has it once you type: md proposal=..."]
    first.run("ct -s 0.001")
    first.RE.md["proposal"] = "2026-1"
    first.close()
    second = make_session("metadata: {beamline_id: X2, proposal: null, hutch: 1}\n")
    assert second.notices == []
    assert second.store.peek_scan_id() == 2
    assert second.RE.md["proposal"] == "2026-1", "what the user changed stays"
    assert second.RE.md["beamline_id"] == "X2", "what the profile changed is taken over"
    assert second.RE.md["hutch"] == 1
    del second.RE.md["hutch"]
    second.close()
    third = make_session("metadata: {beamline_id: X2, hutch: 1}\n")
    assert "hutch" not in third.RE.md, "what the user deleted stays away"
    assert third.RE.md["proposal"] == "2026-1", "a key that the profile drops stays where the user set it"
    third.close()
    assert "beamline_id" not in make_session().RE.md, "a key that only the profile set goes with it"


def test_two_sessions_never_share_a_scan_number(make_session: MakeSession) -> None:
    one, two = make_session(), make_session()
    for session in (one, two, one):
        session.run("ct -s 0.001")
    assert sorted(run.scan_id for run in one.store.runs()) == [1, 2, 3]


def test_setting_the_scan_number_still_works(session: Session) -> None:
    session.RE.md["scan_id"] = 141
    session.run("ct -s 0.001")
    assert session.store.run(-1).summary.scan_id == 142


def test_a_device_that_cannot_be_made_is_offline_and_the_others_are_there(make_session: MakeSession) -> None:
    session = make_session(base=BROKEN)
    assert isinstance(session.devices["det"], OfflineDevice)
    assert session.devices["th"].position == 0.0
    assert session.notices == [
        "det is offline: det: 1 numbers for sigma, but 2 motors (fast.yml:5:14)",
    ]
    with pytest.raises(DeviceOffline) as caught:
        session.devices["det"].read()
    assert caught.value.message.startswith("det is offline: ")
    assert caught.value.hint == "correct the profile or the device's module, then start again"


BROKEN = """\
devices:
  bsh.devices.sim.SimMotor: [{name: th}, {name: chi}]
  bsh.devices.sim.SimDetector:
    # two motors and one width
    - {name: det, motors: [$th, $chi], sigma: [1]}
counters: {default: [det]}
"""


@pytest.mark.usefixtures("classes")
def test_what_needs_an_offline_device_is_offline_too(make_session: MakeSession) -> None:
    session = make_session(
        base="""\
devices:
  bsh.devices.sim.SimMotor: [{name: bad, limits: [1]}]
  bsh.devices.sim.SimDetector: [{name: det, motor: $bad}, {name: mon}]
"""
    )
    assert "it needs bad is offline" in session.devices["det"].reason
    assert session.devices["mon"].name == "mon"


@pytest.mark.usefixtures("classes")
def test_a_device_that_does_not_answer_is_offline_until_it_does(make_session: MakeSession) -> None:
    session = make_session(
        base="""\
devices:
  own_classes.Silent: [{name: und, labels: [motors]}]
  bsh.devices.sim.SimDetector: [{name: det}]
counters: {default: [det, und]}
baseline: [und]
""",
        connect_timeout_s=0.1,
    )
    assert session.notices == ["und is offline: no answer from und within 0.1 s (fast.yml:2:31)"]
    assert repr(session.devices["und"]) == "<und: offline (no answer from und within 0.1 s)>"
    assert session.reconnect("und", timeout_s=0.1) == []
    session.run("ct -s 0.001")
    session.devices["und"].device.answers.set()
    assert session.reconnect() == ["und"]
    assert session.namespace["und"].position == 0.0
    assert [one.name for one in session.counters] == ["det", "und"]
    assert [one.name for one in session.supplemental.baseline] == ["und"]


@pytest.mark.usefixtures("classes")
def test_a_device_that_answers_late_is_taken_in_when_it_does(
    make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session(base="devices:\n  own_classes.Late: [{name: late}]\n", connect_timeout_s=0.05)
    placeholder = session.devices["late"]
    assert isinstance(placeholder, OfflineDevice)
    waiting = next(thread for thread in threading.enumerate() if thread.name == "bsh-connect-late")
    placeholder.device.answers.set()
    waiting.join(10)
    assert session.devices["late"] is placeholder.device
    assert session.namespace["late"] is placeholder.device
    assert capsys.readouterr().err == "bsh: late answers now\n"


@pytest.mark.usefixtures("classes")
def test_late_devices_come_into_the_active_group_of_counters_and_into_no_other(
    make_session: MakeSession,
) -> None:
    session = make_session(
        base="""\
devices:
  own_classes.Late: [{name: camera}]
  own_classes.Later: [{name: scaler}]
counters:
  default: [scaler]
  image: [camera, scaler]
""",
        connect_timeout_s=0.05,
    )
    assert session.counters == []
    for name in ("camera", "scaler"):
        waiting = next(thread for thread in threading.enumerate() if thread.name == f"bsh-connect-{name}")
        session.devices[name].device.answers.set()
        waiting.join(10)
    assert [device.name for device in session.counters] == ["scaler"]
    assert [device.name for device in session.select_counters("image")] == ["camera", "scaler"]


@pytest.mark.usefixtures("classes")
def test_of_many_offline_devices_only_the_names_are_told(make_session: MakeSession) -> None:
    session = make_session(
        base="""\
devices:
  own_classes.Late: [{name: a}, {name: b}, {name: c}, {name: d}]
  bsh.devices.sim.SimMotor: [{name: th}]
baseline: [a, b, th]
""",
        connect_timeout_s=0.05,
    )
    assert session.notices == [
        "4 of 5 devices are offline: a, b, c, d",
        "the first of them: no answer within 0.05 s; reconnect tries again",
    ]
    assert [one.name for one in session.supplemental.baseline] == ["th"]


@pytest.mark.usefixtures("classes")
def test_devices_are_waited_for_together_and_one_that_hangs_does_not_hold_the_start(
    make_session: MakeSession,
) -> None:
    session = make_session(
        base="""\
devices:
  own_classes.Slow: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}]
  own_classes.Hanging: [{name: hung}]
""",
        connect_timeout_s=0.5,
    )
    offline = [name for name, device in session.devices.items() if isinstance(device, OfflineDevice)]
    assert offline == ["hung"]
    assert session.devices["hung"].reason == "no answer within 0.5 s"


@pytest.mark.usefixtures("classes")
def test_factories_may_return_several_devices(make_session: MakeSession) -> None:
    session = make_session(
        base="""\
devices:
  own_classes.row: [{first: 1, last: 3, labels: [motors]}]
  own_classes.pair: [{name: slit}]
  own_classes.nothing: [{name: gone}]
baseline: [m2, m9]
"""
    )
    assert list(session.devices) == ["m1", "m2", "m3", "slit", "slit_fine", "gone"]
    assert session.devices["m1"]._ophyd_labels_ == {"motors"}
    assert session.devices["gone"].reason == "own_classes.nothing returned nothing"
    assert any("baseline goes without m9" in notice for notice in session.notices), session.notices


def test_an_offline_device_can_be_asked_what_it_is_but_not_used() -> None:
    device = OfflineDevice("und", "no answer", labels=["motors"])
    assert device.name == "und"
    assert not hasattr(device, "position")
    assert device._ophyd_labels_ == {"motors"}
    for use in (device.read, device.describe, device.stage, lambda: device.set(1), lambda: device.velocity):
        with pytest.raises(DeviceOffline, match="und is offline: no answer"):
            use()


def test_a_profile_with_mistakes_makes_no_session_and_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "bad.yml"
    file.write_text("devices:\n  bsh.devices.sim.SimMotor: [{name: ct}]\n")
    with pytest.raises(ProfileError, match="found the name 'ct', which is a command of the shell"):
        Session.from_profile(file, home=tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_a_device_named_like_a_command_is_refused_before_the_commands_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "bad.yml"
    file.write_text("devices:\n  bsh.devices.sim.SimMotor: [{name: ct}]\n")
    code = (
        "import sys\n"
        "from bsh.errors import ProfileError\n"
        "from bsh.session import Session\n"
        "try:\n"
        f"    Session.from_profile({str(file)!r}, home={str(tmp_path / 'home')!r}, complete=False)\n"
        "except ProfileError as error:\n"
        "    print(error, 'bsh.commands' in sys.modules)\n"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    refused = r"bad\.yml:2:\d+: found the name 'ct', which is a command.* "
    assert re.search(refused + "True", first), "it finds the names, and keeps them"
    assert re.search(refused + "False", second)


def test_a_command_that_nobody_remembers_keeps_its_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    Session.from_profile("sim", home=home).close()
    memory = home / "entry-points.json"
    kept = json.loads(memory.read_text())
    names = kept["names"]["bsh.magics"]
    kept["names"]["bsh.magics"] = [name for name in names if name != "ct"]  # as if ct had been written since
    memory.write_text(json.dumps(kept))
    file = tmp_path / "new.yml"
    file.write_text("devices:\n  bsh.devices.sim.SimMotor: [{name: ct}]\n")
    with Session.from_profile(file, home=home, complete=False) as session:
        session.complete()
        assert "'ct' is a command; the device is session.devices['ct']" in session.notices
        assert isinstance(session.namespace["ct"], CommandRunner)
    assert json.loads(memory.read_text())["names"]["bsh.magics"] == names


def test_a_scan_that_was_cut_off_is_told_at_the_next_start(make_session: MakeSession, tmp_path: Path) -> None:
    make_session().close()
    code = (
        "import os\n"
        "from bsh.session import Session\n"
        f"session = Session.from_profile('fast.yml', home={str(tmp_path / 'home')!r})\n"
        "session.RE.subscribe(lambda name, doc: doc['seq_num'] == 3 and os._exit(9), 'event')\n"
        "session.run('ascan th -1 1 10 0.01')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (9, "")
    (notice,) = make_session().notices
    assert notice.startswith("scan 1 (ascan th -1 1 10 0.01) was interrupted at point ")
    again, told = make_session(), []
    again.RE.subscribe(lambda name, doc: told.append(make_session().notices), "event")
    again.run("ct -s 0.001")
    assert told == [[notice]], "what another shell takes hides nothing"
    assert make_session().notices == [], "only the last scan is worth a word"


def test_a_scan_that_was_cut_off_elsewhere_is_nobodys_to_go_on_with(make_session: MakeSession) -> None:
    with make_session() as session:
        save(session.store, run_documents(stop=False, imported={"file": "old.jsonl", "scan_id": 5}))
        path = session.store.path
    with sqlite3.connect(path) as connection:  # as if the process that took it in had ended long ago
        connection.execute("UPDATE runs SET writer = 'gone:1:1', touched = 0")
    connection.close()
    session = make_session()
    assert session.store.runs()[0].reason.startswith("interrupted")
    assert session.notices == []


def test_closing_ends_threads_and_may_be_repeated(make_session: MakeSession) -> None:
    before = set(threading.enumerate())
    session = make_session()
    session.close()
    session.close()
    assert session.closed
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.name != "bsh-sim-clock"]
    assert left == []


def test_leaving_a_with_block_closes(make_session: MakeSession) -> None:
    with make_session() as session:
        session.run("ct -s 0.001")
    assert session.closed


def test_a_session_that_nobody_closes_is_closed_at_the_end_of_python(tmp_path: Path) -> None:
    code = (
        "from bsh.session import Session\n"
        f"session = Session.from_profile('sim', home={str(tmp_path)!r})\n"
        "session.run('mv th 0.1')\n"
        "session.RE.md['kept'] = True\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    session = Session.from_profile("sim", home=tmp_path)
    assert session.RE.md["kept"] is True
    session.close()


def test_a_session_without_ophyd_devices_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from bsh.session import Session\n"
        f"Session.from_profile('sim', home={str(tmp_path)!r})\n"
        "heavy = 'ophyd', 'numpy', 'event_model', 'jsonschema', 'IPython', 'rich', 'prompt_toolkit'\n"
        "print([m for m in heavy if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
