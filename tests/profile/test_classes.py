"""Dotted names and keywords are compared with the classes themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bsh.profile import ClassNotFound, accepts, check_profile, resolve
from bsh.profile.classes import keyword_problems

Write = Callable[..., Path]


class Base:
    def __init__(self, *, name: str, labels: tuple[str, ...] = ()) -> None:
        self.name = name


class Axis(Base):
    def __init__(self, prefix: str, *, speed: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Popping(Base):
    def __init__(self, **kwargs: Any) -> None:
        self.gain = kwargs.pop("gain", 1)
        super().__init__(**kwargs)


class Open:
    def __init__(self, **kwargs: Any) -> None: ...


def told(factory: Any, **keywords: Any) -> list[str]:
    return [found for _, found, _ in keyword_problems(factory, keywords)]


def test_keywords_that_are_handed_on_to_a_base_class_are_known() -> None:
    assert told(Axis, prefix="a", name="b", speed=1, labels=()) == []
    assert told(Axis, prefix="a", name="b", sped=1) == ["found the keyword 'sped', which Axis does not take"]


class Closed(Base):
    def __init__(self, name: str) -> None:
        super().__init__(name=name)


def test_keywords_of_a_base_class_to_which_nothing_is_handed_on_are_not_taken() -> None:
    assert not accepts(Closed, "labels")
    assert accepts(Closed, "name")


def test_a_keyword_that_is_needed_is_missed() -> None:
    assert told(Axis, name="b") == ["found no 'prefix', which Axis needs"]


def test_keywords_that_are_taken_out_of_kwargs_are_known() -> None:
    assert told(Popping, name="b", gain=3) == []
    assert told(Popping, name="b", gian=3) == ["found the keyword 'gian', which Popping does not take"]


def test_a_class_that_takes_anything_is_believed() -> None:
    assert told(Open, whatever=1) == []
    assert accepts(Open, "labels")


def test_functions_say_what_they_take() -> None:
    def factory(name: str, count: int = 1) -> None: ...

    assert told(factory, name="a", cuont=2) == ["found the keyword 'cuont', which factory does not take"]
    assert not accepts(factory, "labels")


def test_a_module_that_breaks_while_it_is_imported_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_beamline.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ClassNotFound, match=r"cannot import 'broken_beamline\.Motor': ZeroDivisionError"):
        resolve("broken_beamline.Motor")


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ClassNotFound) as caught:
        resolve("apstools_of_another_beamline.devices.Shutter")
    assert caught.value.hint == (
        "install the package that has 'apstools_of_another_beamline', or put its folder beside the profile"
    )


def test_keywords_of_ophyd_classes_are_checked_without_hardware(write: Write) -> None:
    file = write(
        """\
        devices:
          ophyd.EpicsMotor:
            - {name: samx, prefix: "SIM:m1", labels: [motors]}
            - {name: samy, prefx: "SIM:m2"}
          ophyd.EpicsMotr: [{name: samz}]
        """
    )
    assert [str(problem) for problem in check_profile(file)] == [
        "eh1.yml:4:20: found the keyword 'prefx', which EpicsMotor does not take; write 'prefix'",
        "eh1.yml:5:3: cannot import 'ophyd.EpicsMotr': module 'ophyd' has no attribute 'EpicsMotr'; "
        "did you mean ophyd.EpicsMotor?",
    ]


def test_a_profile_without_ophyd_is_checked_without_importing_it() -> None:
    code = (
        "import sys\n"
        "from bsh.profile import check_profile, find_profile\n"
        "assert check_profile(find_profile('sim')) == []\n"
        "heavy = 'ophyd', 'numpy', 'event_model', 'IPython', 'rich', 'bsh.engine'\n"
        "print([m for m in heavy if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "[]"
