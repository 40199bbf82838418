"""The text of a new profile: the commented template, with what its author wants already filled in."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from bsh.errors import ProfileError

from .find import packaged_folder, template_file

__all__ = ["DEVICE_KINDS", "NewProfile", "relative_to"]

DEVICE_KINDS = {
    "sim": "simulated ones, to begin with",
    "epics": "EPICS motors and a scaler, by their prefixes",
    "file": "those of a devices.yml of apsbits or guarneri, or of a happi database",
}
"""What the devices of a new profile can be."""

_DEVICES = re.compile(r"(?ms)^devices:\n.*?(?=^## What `ct` and scans count)")
_COUNTERS = re.compile(r"(?m)^counters:\n  default: \[det, mon\]$")


@dataclass(frozen=True)
class NewProfile:
    """What the author of a profile wants.

    Parameters
    ----------
    name : str
        Of the profile and of its state folder.
    title : str
        One line for the banner; empty for the template's.
    devices : str
        One of ``DEVICE_KINDS``.
    prefix : str
        What the names of the EPICS records begin with.
    motors : int
        How many EPICS motors.
    file : str
        The file with the devices, as it is to stand in the profile.
    """

    name: str
    title: str = ""
    devices: str = "sim"
    prefix: str = "XF:"
    motors: int = 4
    file: str = ""

    def text(self) -> str:
        """Return the YAML.

        Raises
        ------
        ProfileError
            There is no such kind of devices.
        """
        text = template_file().read_text(encoding="utf-8")
        text = re.sub(r"(?m)^# profile: .*$", f"profile: {self.name}", text, count=1)
        if self.title:
            text = re.sub(
                r"(?m)^title: .*$",
                lambda _: f"title: {json.dumps(self.title, ensure_ascii=False)}",
                text,
                count=1,
            )
        if self.devices == "epics":
            text = self._with(text, self._epics(), "counters:\n  default: [scaler1]")
        elif self.devices == "file":
            text = re.sub(
                r"(?m)^# include: .*$", lambda _: f"include: [{json.dumps(self.file)}]", text, count=1
            )
            text = self._with(text, "# devices:\n#   ophyd.EpicsMotor:\n#     - {name: samy, prefix: \"XF:m2\"}\n\n",
                              "# counters:\n#   default: [det, mon]")  # fmt: skip
        elif self.devices != "sim":
            raise ProfileError(
                f"there are no devices of the kind '{self.devices}'", hint=f"known: {', '.join(DEVICE_KINDS)}"
            )
        schema = packaged_folder() / "profile.schema.json"
        return (
            f"# yaml-language-server: $schema={schema.as_uri()}\n{text}"  # editors complete and check with it
        )

    def _epics(self) -> str:
        motors = [
            f"    - {{name: m{number}, prefix: {json.dumps(f'{self.prefix}m{number}')}, labels: [motors]}}"
            for number in range(1, self.motors + 1)
        ]
        scaler = json.dumps(f"{self.prefix}scaler1")
        lines = [
            "devices:",
            *(["  ophyd.EpicsMotor:", *motors] if motors else []),
            "  bsh.devices.epics_scaler.scaler:",
            f"    - {{name: scaler1, prefix: {scaler}, channels: {{mon: 2, det: 3}}, labels: [detectors]}}",
            "#   ophyd.EpicsSignalRO:",
            f"#     - {{name: ring_current, read_pv: {json.dumps(f'{self.prefix}current')}, auto_monitor: true}}",
        ]
        return "\n".join(lines) + "\n\n"

    @staticmethod
    def _with(text: str, devices: str, counters: str) -> str:
        text = _DEVICES.sub(lambda _: devices, text, count=1)
        return _COUNTERS.sub(lambda _: counters, text, count=1)


def relative_to(file: Path, folder: Path) -> str:
    """Return how a file is named in a profile of a folder.

    Parameters
    ----------
    file : Path
        As it was typed.
    folder : Path
        Where the profile will be.
    """
    resolved = file.expanduser().resolve()
    if resolved.parent == folder.resolve() or folder.resolve() in resolved.parents:
        return os.path.relpath(resolved, folder.resolve())
    return str(resolved)
