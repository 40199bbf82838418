"""``sim=True``: the same profile, simulated; no hardware is reached, and nothing mixes with the real state."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from bsh.devices.sim import SimMotor, SimSignal
from bsh.errors import LimitError
from bsh.ioc.process import IocProcess
from bsh.profile import check_profile, find_profile, load_profile
from bsh.session import Session
from bsh.session.known_axes import KnownAxes
from bsh.session.sim_twins import isolate, simulated
from bsh.store.home import profile_folder

MakeSession = Callable[..., Session]
PROGRAM = (str(Path(sys.executable).with_name("bsh")),)


@pytest.fixture(autouse=True)
def control_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the addresses back that simulations take away."""
    for name in [*os.environ, "EPICS_CA_NAME_SERVERS", "TANGO_HOST"]:
        if name.startswith("EPICS_") or name == "TANGO_HOST":
            monkeypatch.setenv(name, os.environ.get(name, "somewhere"))


def run_in_sim(tmp_path: Path, *lines: str, profile: str = "epics") -> subprocess.CompletedProcess[str]:
    words = [word for line in lines for word in ("-c", line)]
    environ = {**os.environ, "BSH_HOME": str(tmp_path / "home"), "EPICS_CA_ADDR_LIST": "127.0.0.1"}
    return subprocess.run(
        [*PROGRAM, "-p", profile, "--sim", *words],
        env=environ, capture_output=True, text=True, timeout=60, cwd=tmp_path,
    )  # fmt: skip


def test_the_profile_of_the_demo_ioc_scans_without_any_ioc(tmp_path: Path) -> None:
    done = run_in_sim(
        tmp_path, "wa", "ascan samx -1 1 4 0.01", "ct 0.01", "mv shutter Close", "print(shutter.get())"
    )
    assert done.returncode == 0, done.stderr
    assert "#1 done · 5 points" in done.stdout
    assert "mon =" in done.stdout
    assert done.stdout.endswith("Close\n")
    assert "simulated: no hardware is reached" in done.stderr
    assert [folder.name for folder in (tmp_path / "home").iterdir() if folder.is_dir()] == ["epics-sim"]


def test_start_up_scripts_find_no_control_system(tmp_path: Path) -> None:
    (tmp_path / "look.py").write_text(
        "import os\n"
        "names = [n for n in os.environ if n.endswith(('ADDR_LIST', 'NAME_SERVERS')) or n == 'TANGO_HOST']\n"
        "print({name: os.environ[name] for name in sorted(names) if 'CAS' not in name and 'PVAS' not in name})\n"
    )
    (tmp_path / "mine.yml").write_text("startup: [look.py]\n")
    done = run_in_sim(tmp_path, "1", profile="./mine.yml")
    assert done.stdout.startswith(
        "{'EPICS_CA_ADDR_LIST': '', 'EPICS_CA_AUTO_ADDR_LIST': 'NO', 'EPICS_CA_NAME_SERVERS': '', "
        "'EPICS_PVA_ADDR_LIST': '', 'EPICS_PVA_AUTO_ADDR_LIST': 'NO', 'EPICS_PVA_NAME_SERVERS': '', "
        "'TANGO_HOST': ''}"
    ), done.stderr


def test_one_that_comes_too_late_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    environ: dict[str, str] = {}
    loaded = type(sys)("epics.ca")
    monkeypatch.setitem(sys.modules, "epics.ca", loaded)
    loaded.libca = None  # type: ignore[attr-defined]
    assert isolate(environ) == []
    loaded.libca = object()  # type: ignore[attr-defined]
    assert isolate(environ) == [
        "Channel Access was in use before: scripts of this process may reach hardware"
    ]


BEAMLINE = """\
devices:
  ophyd.EpicsMotor:
    - {name: samx, prefix: "SIM:m1", labels: [motors]}
    - {name: th, prefix: "SIM:m2"}
  not.installed.Diffractometer: [{name: e4cv, prefix: "X:"}]
  not.installed.Fancy: [{name: fancy, labels: [motors]}]
  not.installed.QuadDetector: [{name: quad, prefix: "Q:"}]
  not.installed.Shutter: [{name: fe, prefix: "S:"}]
  ophyd.EpicsSignalRO: [{name: current, read_pv: "R:c"}, {name: gap, read_pv: "G"}]
  ophyd.EpicsSignal: [{name: ready, read_pv: "B:r"}]
counters: {default: [quad]}
count_time: {quad: cam.acquire_time}
aliases: {tth: e4cv.tth}
baseline: [e4cv.wavelength]
suspenders:
  - {class: SuspendFloor, signal: current, suspend_thresh: 50, resume_thresh: 60}
  - {class: SuspendBoolLow, signal: ready}
shutter: {device: fe, open: 1, close: 0}
rules: {forbid: ["samx > 5 and gap > 3"]}
"""


@pytest.fixture
def beamline(make_session: MakeSession) -> Session:
    return make_session(base=BEAMLINE, sim=True)


def test_every_device_has_a_twin_and_guesses_are_listed(beamline: Session) -> None:
    assert not beamline.offline
    assert beamline.is_simulated
    listed = [notice for notice in beamline.notices if notice.startswith("no twin")]
    assert listed == [
        "no twin of not.installed.Diffractometer is known: e4cv (group, a guess)",
        "no twin of not.installed.Fancy is known: fancy (motor, a guess)",
        "no twin of not.installed.QuadDetector is known: quad (detector, a guess)",
    ]
    for name in ("samx", "th", "fancy"):
        assert isinstance(beamline.devices[name], SimMotor)


def test_a_twin_has_the_parts_that_the_profile_names(beamline: Session) -> None:
    devices = beamline.devices
    assert devices["quad"].cam.acquire_time is devices["quad"].count_time
    assert isinstance(beamline.namespace["tth"], SimMotor)
    assert beamline.namespace["tth"].name == "e4cv_tth"
    assert isinstance(devices["e4cv"].wavelength, SimSignal)
    beamline.run("ct -s 0.01")
    assert "e4cv_wavelength" in str(list(beamline.store.run(-1).documents()))


def test_no_suspender_holds_a_simulation_from_the_start(beamline: Session) -> None:
    assert [suspender.tripped for suspender in beamline.RE.suspenders] == [False, False]
    beamline.devices["current"].put(10.0)
    assert any(suspender.tripped for suspender in beamline.RE.suspenders)


def test_rules_and_the_shutter_work_on_twins(beamline: Session) -> None:
    beamline.RE(beamline.namespace["close_shutter"]())
    assert beamline.devices["fe"].get() == 0
    beamline.devices["gap"].put(4.0)
    with pytest.raises(LimitError, match="samx > 5 and gap > 3"):
        beamline.run("mv samx 6")


def test_settings_come_from_the_profile_and_from_what_was_known_last(tmp_path: Path) -> None:
    known = KnownAxes(tmp_path)
    motor = {"units": "mm", "limits": [-3.0, 3.0], "velocity": 2.0, "precision": 2, "value": 1.25}
    known.note_facts(
        {"samx": motor, "th": {"units": "deg", "limits": [0, 1]}, "gap": {"value": 7.5, "units": "mm"}}
    )
    (tmp_path / "one.yml").write_text(BEAMLINE.replace("name: th,", "name: th, limits: [-1, 20],"))
    profile, _ = simulated(load_profile(tmp_path / "one.yml", resolver=None), KnownAxes(tmp_path).facts())
    settings = {spec.name: dict(spec.keywords) for spec in profile.devices}
    samx = settings["samx"]
    assert samx == {
        "kind": "motor", "name": "samx", "units": "mm", "limits": [-3.0, 3.0], "velocity": 2.0, "precision": 2,
        "position": 1.25, "acceleration": 0.1,
    }  # fmt: skip
    assert settings["th"]["limits"] == [-1, 20], "what the profile says counts more"
    assert settings["th"]["units"] == "deg"
    assert settings["gap"]["value"] == 7.5
    assert settings["quad"]["center"] == 1.25


def test_simulated_devices_stay_what_they_are(make_session: MakeSession) -> None:
    session = make_session(sim=True)
    assert session.devices["th"].limits == (-10.0, 10.0)
    assert session.folder.name == "fast-sim"


def test_what_only_a_factory_could_bring_has_a_twin_where_it_is_named(make_session: MakeSession) -> None:
    session = make_session(
        base=dedent(
            """\
            devices:
              not.installed.all_motors: [{prefix: "X:"}]
            counters: {default: [eiger]}
            baseline: [phi]
            """
        ),
        sim=True,
    )
    assert set(session.devices) == {"eiger", "phi"}
    assert any(
        "not.installed.all_motors cannot be called without its hardware" in notice
        and "No module named 'not'" in notice
        for notice in session.notices
    ), session.notices
    session.run("ct 0.01")


FACTORIES = """\
import os
from bsh.devices.sim import SimDetector, SimMotor, SimSignal

class Stage(SimMotor):
    pass

def slits(prefix, base):
    print("noise", os.environ["EPICS_CA_ADDR_LIST"])
    assert base.name == "th"
    made = [Stage(name=f"{prefix}_{blade}", units="m", labels=["slits"]) for blade in ("top", "bottom")]
    return [*made, SimDetector(name=f"{prefix}_diode"), SimSignal(name=f"{prefix}_ready")]

class Table(SimDetector):
    component_names = ("x",)
    def __init__(self, name):
        super().__init__(name)
        self.x = SimMotor(name=f"{name}_x", parent=self)

def hutch():
    return {"door": SimSignal(name="d"), "s1_top": SimMotor(name="s1_top"), "table": Table("table")}
"""


def test_what_a_factory_makes_has_twins_though_the_profile_does_not_name_it(
    make_session: MakeSession, tmp_path: Path
) -> None:
    (tmp_path / "own_factories.py").write_text(FACTORIES)
    KnownAxes(tmp_path / "home" / "eh1").note_facts(
        {"s1_top": {"units": "mm", "limits": [-5, 5], "value": 2.5}}
    )
    session = make_session(
        base="profile: eh1\ndevices:\n  ophyd.EpicsMotor: [{name: th, prefix: X}]\n"
        "  own_factories.slits: [{prefix: s1, base: $th, labels: [motors]}]\n  own_factories.hutch: [{}]\n"
        "counters: {default: [s1_diode]}\n",
        sim=True,
    )
    assert {type(device).__module__.partition(".")[0] for device in session.devices.values()} == {"bsh"}
    assert set(session.devices) == {"th", "s1_top", "s1_bottom", "s1_diode", "s1_ready", "door", "table"}
    top = session.devices["s1_top"]
    assert isinstance(top, SimMotor)
    assert type(top) is SimMotor
    assert (top.egu, top.limits, top.position) == ("mm", (-5.0, 5.0), 2.5)
    assert top._ophyd_labels_ == {"motors", "slits"}
    session.run("a2scan s1_bottom 0 1 table.x 0 1 2 0.01")


def test_simulated_and_real_state_are_apart(make_session: MakeSession, tmp_path: Path) -> None:
    real = make_session()
    real.run("ct -s 0.001")
    real.close()
    session = make_session(sim=True)
    assert session.store.peek_scan_id() == 1
    session.run("ct -s 0.001")
    (run,) = session.store.runs()
    assert run.profile == "fast-sim"
    assert profile_folder(tmp_path / "home", "fast", sim=True) == session.folder


def test_the_packaged_profiles_all_run_simulated(make_session: MakeSession, tmp_path: Path) -> None:
    for name in ("sim", "epics"):
        with Session.from_profile(find_profile(name), home=tmp_path / "home", sim=True) as session:
            assert not session.offline


@pytest.mark.ioc
def test_a_start_up_script_cannot_reach_an_ioc_that_runs(tmp_path: Path, ioc: IocProcess) -> None:
    (tmp_path / "reach.py").write_text(
        "import ophyd, epics\n"
        "print('read', epics.caget('SIM:m1.RBV', connection_timeout=1.0))\n"
        "motor = ophyd.EpicsMotor('SIM:m1', name='motor')\n"
        "print('connected', motor.connected)\n"
    )
    (tmp_path / "mine.yml").write_text(
        "devices: {ophyd.EpicsMotor: [{name: samx, prefix: 'SIM:m1'}]}\nstartup: [reach.py]\n"
    )
    environ = {**os.environ, **ioc.client_environment, "BSH_HOME": str(tmp_path / "home")}
    words = ["-p", "./mine.yml", "-c", "mv samx 1", "-c", "print('at', samx.position)"]
    done = subprocess.run(
        [*PROGRAM, "--sim", *words], env=environ, capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert "\nread None\nconnected False\n" in done.stdout, done.stderr
    assert done.stdout.endswith("at 1.0\n")
    real = subprocess.run(
        [*PROGRAM, *words], env=environ, capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert "read None" not in real.stdout, "without --sim it is reached"


@pytest.mark.parametrize("options", [["--sim"], []])
def test_what_libca_complains_of_stays_off_the_screen_whoever_loads_it(
    tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "own.py").write_text(
        "import os\nfrom ophyd import EpicsSignal\n"
        "signal = EpicsSignal('X:y', name='s')\nos.write(2, b'own words\\n')\n"
        "try:\n    signal.wait_for_connection(timeout=0.2)\nexcept TimeoutError:\n    print('nobody')\n"
    )
    (tmp_path / "eh1.yml").write_text(
        "devices:\n  bsh.devices.sim.SimMotor: [{name: th}]\nstartup: [own.py]\n"
    )
    environ = {**os.environ, "BSH_HOME": str(tmp_path / "home"), "EPICS_CA_ADDR_LIST": ""}
    done = subprocess.run(
        [*PROGRAM, "-p", "./eh1.yml", *options, "-c", "import epics; print(os.environ['EPICS_CA_CONN_TMO'])"],
        env={**environ, "EPICS_CA_AUTO_ADDR_LIST": "NO", "EPICS_CA_NAME_SERVERS": ""}, capture_output=True, text=True, timeout=60, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "nobody"
    expected = ["own words", "bsh: simulated: no hardware is reached"] if options else ["own words"]
    assert done.stderr.splitlines() == expected


APSBITS = """\
apsbits.utils.sim_creator.predefined_device:
- {creator: ophyd.sim.motor, name: sim_motor, labels: [motors]}
- {creator: bsh.devices.sim.SimDetector, name: sim_det}

ophyd.Signal:
- name: test
  value: 50.7
- name: t2
  value: 2

ophyd.EpicsMotor:
- {name: m1, prefix: "gp:m1", labels: ["motor", "baseline"]}
"""


def test_a_devices_file_of_apsbits_works_as_it_is_where_apsbits_is_not_installed(
    make_session: MakeSession, tmp_path: Path
) -> None:
    (tmp_path / "devices.yml").write_text(APSBITS)
    base = "profile: aps\ninclude: [devices.yml]\ncounters: {default: [sim_det]}\n"
    for sim in (False, True):
        session = make_session(base=base, connect=False, sim=sim)
        assert check_profile(Path("fast.yml")) == []
        assert set(session.devices) == {"sim_motor", "sim_det", "test", "t2", "m1"}
        motor = session.devices["sim_motor"]
        assert motor.name == "sim_motor"
        assert type(motor).__name__ == "SynAxis"
        assert "motors" in motor._ophyd_labels_
        assert session.devices["test"].get() == 50.7, "as it was last, where it is simulated"
        session.run("ascan sim_motor 0 1 2 0.01")
        assert session.store.runs()[0].num_points == 3
        session.close()
