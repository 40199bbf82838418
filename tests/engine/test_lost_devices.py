"""Devices that are lost while they are staged, and come back."""

from __future__ import annotations

from typing import Any

import pytest

from bsh import RunEngine
from bsh.msg import Msg


class Camera:
    """Refuses to be staged twice, as ophyd's devices do."""

    name = "camera"
    parent = None

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.is_staged = self.is_lost = False

    def stage(self) -> list[Any]:
        assert not self.is_staged, "already staged"
        self.calls.append("stage")
        self.is_staged = True
        return [self]

    def unstage(self) -> list[Any]:
        self.calls.append("unstage")
        self.is_staged = False
        return [self]


class AwaitedCamera(Camera):
    """The same, on a loop."""

    async def stage(self) -> list[Any]:  # type: ignore[override]  # that is the point
        return super().stage()

    async def unstage(self) -> list[Any]:  # type: ignore[override]  # that is the point
        return super().unstage()


@pytest.mark.parametrize("cls", [Camera, AwaitedCamera])
def test_a_device_that_was_lost_while_staged_is_unstaged_before_it_is_staged_again(cls: type[Camera]) -> None:
    camera = cls()
    engine = RunEngine({})
    engine.is_lost = lambda device: device.is_lost

    def losing() -> Any:
        yield Msg("stage", camera)
        camera.is_lost = True
        yield Msg("unstage", camera)

    engine(losing())
    assert [failure.step for failure in engine.cleanup_failures] == ["unstage"]
    camera.is_lost = False
    engine([Msg("stage", camera), Msg("unstage", camera)])
    engine.close()

    assert camera.calls == ["stage", "unstage", "stage", "unstage"]
    assert engine.cleanup_failures == []
