"""Every public name of bluesky is offered, or its absence has a reason."""

from __future__ import annotations

import importlib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from bsh.bluesky.door.missing import MISSING_MODULES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def names_page() -> ModuleType:
    spec = spec_from_file_location("bluesky_names_page", DOCS / "bluesky_names_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", ["v1.6.7", "v1.15.1"])
def test_a_name_that_is_missing_has_a_reason(names_page: ModuleType, version: str) -> None:
    found = list(names_page.missing(names_page.bluesky_names()[version]))

    assert [one.name for one in found if not one.reason] == []


@pytest.mark.parametrize("version", ["v1.6.7", "v1.15.1"])
def test_a_call_that_is_not_taken_as_bluesky_takes_it_has_a_reason(
    names_page: ModuleType, version: str
) -> None:
    found = list(names_page.different(names_page.bluesky_names()[version]))

    assert [(one.name, one.what) for one in found if not one.reason] == []


def test_everything_of_v1_6_7_but_streaming_is_there(names_page: ModuleType) -> None:
    found = {one.name.rpartition(".")[0] for one in names_page.missing(names_page.bluesky_names()["v1.6.7"])}

    assert found == {"bluesky.callbacks.zmq", "bluesky.commandline.zmq_proxy"}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("(a, b=1)", []),
        ("(a, b=2)", ["b=1 by default, not 2"]),
        ("(a, b=1, *rest)", ["*rest"]),
        ("(b, a)", ["b comes at another place", "a comes at another place", "b must be given"]),
        ("(a, b=1, *, c=3)", ["c="]),
        ("(z, b=1)", ["z= by keyword"]),
        ("()", ["it needs a, too"]),
    ],
)
def test_differences_of_calls_are_found(names_page: ModuleType, call: str, says: list[str]) -> None:
    import inspect

    def ours(a: int, b: int = 1) -> None: ...

    found = list(names_page.lost(call, inspect.signature(ours)))

    assert found == [text for text in says if text != "b must be given"]


def test_every_module_of_the_door_can_be_imported_or_says_why_not(names_page: ModuleType) -> None:
    modules = {module for names in names_page.bluesky_names().values() for module in names}
    for module in sorted(modules - set(MISSING_MODULES)):
        importlib.import_module(module.replace("bluesky", "bsh.bluesky", 1))


@pytest.mark.parametrize("module", ["plans", "plan_stubs", "preprocessors", "utils", "callbacks"])
def test_what_a_star_brings_is_all_there(module: str) -> None:
    door = importlib.import_module(f"bsh.bluesky.{module}")

    assert [name for name in door.__all__ if not hasattr(door, name)] == []
