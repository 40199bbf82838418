"""Profiles are found by name and by path; the default one is chosen by a rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bsh.errors import ProfileError
from bsh.profile import (
    DefaultProfile,
    check_profile,
    default_profile,
    find_profile,
    known_profiles,
    load_profile,
    profile_reference,
    template_file,
)
from bsh.profile.schema import KEYS

Write = Callable[..., Path]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "config" / "bsh" / "profiles"
    folder.mkdir(parents=True)
    (folder / "eh1.yml").write_text("title: mine\n")
    (folder / "sim.yml").write_text("title: hidden\n")
    (folder / "notes.txt").write_text("no profile\n")
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_packaged_names_come_before_those_of_the_user(environ: dict[str, str]) -> None:
    known = known_profiles(environ)
    assert "sim" in known
    assert "eh1" in known
    assert "template" not in known
    assert "notes" not in known
    assert load_profile(find_profile("sim", environ)).title == "Simulated beamline"
    assert load_profile(find_profile("eh1", environ)).title == "mine"


def test_a_path_is_taken_as_it_is(write: Write, environ: dict[str, str]) -> None:
    write("title: here\n", "eh1.yml")
    assert find_profile("eh1.yml", environ) == Path("eh1.yml")
    assert find_profile("./eh1.yml", environ) == Path("eh1.yml")


def test_an_unknown_name_brings_the_nearest_and_all_known(environ: dict[str, str]) -> None:
    with pytest.raises(ProfileError, match="there is no profile 'simm'") as caught:
        find_profile("simm", environ)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("did you mean 'sim'? known: ")
    assert "eh1" in caught.value.hint


def test_a_name_of_a_file_in_this_folder_is_explained(write: Write, environ: dict[str, str]) -> None:
    write("", "local.yml")
    with pytest.raises(ProfileError) as caught:
        find_profile("local", environ)
    assert "for the file in this folder write ./local.yml" in str(caught.value.hint)


def test_a_path_that_does_not_exist_brings_the_nearest_file(write: Write, environ: dict[str, str]) -> None:
    write("", "hutches/eh1.yml")
    with pytest.raises(ProfileError, match=r"there is no file 'hutches/eh2\.yml'") as caught:
        find_profile("hutches/eh2.yml", environ)
    assert caught.value.hint == "did you mean 'hutches/eh1.yml'?"


def test_the_default_is_the_environment_then_the_settings_then_sim(environ: dict[str, str]) -> None:
    assert default_profile(environ) == DefaultProfile("sim", "default")
    settings = Path(environ["XDG_CONFIG_HOME"]) / "bsh" / "settings.yml"
    settings.write_text("profile: eh1\n")
    assert default_profile(environ) == DefaultProfile("eh1", str(settings))
    assert default_profile({**environ, "BSH_PROFILE": "eh2"}) == DefaultProfile("eh2", "$BSH_PROFILE")


def test_a_mistake_in_the_settings_is_told_with_its_place(environ: dict[str, str]) -> None:
    settings = Path(environ["XDG_CONFIG_HOME"]) / "bsh" / "settings.yml"
    settings.write_text("porfile: eh1\n")
    with pytest.raises(
        ProfileError, match=r"settings\.yml:1:1: found the unknown key 'porfile' in the settings"
    ):
        default_profile(environ)


def test_every_profile_that_ships_is_right() -> None:
    for name, file in known_profiles({"XDG_CONFIG_HOME": "/nonexistent"}).items():
        assert [str(problem) for problem in check_profile(file)] == [], name


def test_the_template_is_a_right_profile_that_names_every_key() -> None:
    assert check_profile(template_file()) == []
    text = template_file().read_text()
    missing = [key.name for key in KEYS if f"\n{key.name}:" not in text and f"\n# {key.name}:" not in text]
    assert missing == []


def test_the_template_is_still_right_with_all_its_examples_switched_on(tmp_path: Path) -> None:
    lines = template_file().read_text().splitlines()
    text = "\n".join(
        line[2:] if line.startswith("# ") and not line.startswith("# |") else line for line in lines
    )
    file = tmp_path / "all.yml"
    file.write_text(text)
    serious = [str(problem) for problem in check_profile(file) if problem.fatal]
    assert serious == []


def test_the_reference_page_has_a_row_for_every_key_and_its_examples_are_right(tmp_path: Path) -> None:
    import yaml

    page = profile_reference()
    for key in KEYS:
        assert f"| `{key.name}` |" in page
        assert yaml.safe_load(f"{key.name}: {key.example}")
