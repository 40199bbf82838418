"""Every public plan has an example that does what it shows, and says in its run what the page says."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest

from bsh.plans.metadata import START_KEYS
from tests.docs.markdown import DOCS


def _plans_page() -> Any:
    spec = spec_from_file_location("plans_page", DOCS / "plans_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plans_page = _plans_page()
PLANS = {
    f"{package}.{name}": function
    for package, functions in plans_page.plan_functions().items()
    for name, function in functions.items()
}


def test_all_plans_of_both_packages_are_there() -> None:
    assert {"bsh.plans.count", "bsh.plans.lineup", "bsh.plans.spec.a5scan", "bsh.plans.spec.ct"} <= set(PLANS)
    assert len(PLANS) > 45


@pytest.mark.parametrize("name", PLANS)
def test_the_example_of_a_plan_does_what_it_shows(name: str) -> None:
    results = plans_page.run_examples(PLANS[name], plans_page.example_names())
    assert results.attempted > 0, "a public plan needs an example"
    assert results.failed == 0


@pytest.mark.parametrize("name", [name for name in PLANS if not name.endswith(".ct")])
def test_a_start_document_has_no_key_that_is_not_described(name: str) -> None:
    keys = plans_page.start_keys(PLANS[name])
    assert set(keys) <= set(START_KEYS)
    assert keys["plan_name"] == name.rpartition(".")[2]
    assert isinstance(keys["plan_args"], dict)


def test_a_picture_marks_the_points_in_their_places() -> None:
    import numpy as np

    picture = plans_page.draw(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 5.0]), ("x", "y"))
    *drawn, words = [line[2:] for line in picture]
    assert drawn[-1].startswith("@")
    assert drawn[-1].endswith("o")
    assert drawn[0] == "o".rjust(plans_page.COLUMNS)
    assert words == "x 0 to 1 →, y 0 to 5 ↑; @ is the first point"
