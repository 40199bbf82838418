"""What devices have to offer, as types that can be checked."""

from __future__ import annotations

from typing import Any

import pytest

from bsh import protocols
from bsh.protocols import check_supports
from tests.engine.parts import Detector, HandStatus, Motor
from tests.engine.test_documents import Flyer

NAMES = [
    "Status",
    "Readable",
    "Movable",
    "Flyable",
    "Stageable",
    "Triggerable",
    "Preparable",
    "Locatable",
    "Pausable",
    "Stoppable",
    "Subscribable",
    "Checkable",
    "Configurable",
    "Collectable",
    "EventCollectable",
    "EventPageCollectable",
    "WritesExternalAssets",
    "WritesStreamAssets",
    "HasHints",
    "HasName",
    "HasParent",
    "NamedMovable",
]


@pytest.mark.parametrize("name", [*NAMES, "Reading", "Location", "Asset", "SyncOrAsync", "check_supports"])
def test_every_protocol_has_its_name(name: str) -> None:
    assert name in protocols.__all__
    assert hasattr(protocols, name)


@pytest.mark.parametrize(
    ("obj", "protocol"),
    [
        (HandStatus(), protocols.Status),
        (Motor("m"), protocols.Readable),
        (Motor("m"), protocols.NamedMovable),
        (Motor("m"), protocols.Stageable),
        (Motor("m"), protocols.Stoppable),
        (Motor("m"), protocols.HasHints),
        (Detector("d", Motor("m")), protocols.Triggerable),
        (Flyer(), protocols.Flyable),
        (Flyer(), protocols.EventCollectable),
    ],
)
def test_a_device_that_offers_what_is_asked_for_comes_back(obj: Any, protocol: Any) -> None:
    assert check_supports(obj, protocol) is obj


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_object_is_refused_and_told_what_it_lacks(name: str) -> None:
    with pytest.raises(TypeError, match=rf"object .* is not {name}: it lacks \w+"):
        check_supports(object(), getattr(protocols, name))


def test_what_is_there_is_not_named_as_missing() -> None:
    with pytest.raises(TypeError, match=r"is not Flyable: it lacks [^:]*kickoff") as raised:
        check_supports(Motor("m"), protocols.Flyable)
    assert "name" not in str(raised.value).partition("lacks")[2]
