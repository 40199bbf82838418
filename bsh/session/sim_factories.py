"""Twins of what factories make: of devices whose names are not in the profile.

A factory is called in a process of its own, out of reach of every control system, which tells what it made. Owns that
process. A factory that cannot be called there has no twins, but for what the profile names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bsh.errors import DeviceError
from bsh.profile import DeviceRef

__all__ = ["made_by", "plain", "twins_of"]

PROBE = "bsh.devices.sim.factory_probe"
PATIENCE_S = 30.0
"""How long a factory may take, in seconds."""


def twins_of(
    *,
    factory: str,
    keywords: Mapping[str, Any],
    labels: Collection[str] = (),
    but: Collection[str] = (),
    facts: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a twin of each device that a factory makes, by name.

    Parameters
    ----------
    factory : str
        Its dotted name.
    keywords : mapping
        Of the profile, as :func:`plain` makes them.
    labels : collection of str
        Those of the profile.
    but : collection of str
        Names that have a twin already.
    facts : mapping of str to mapping, optional
        What is known of devices, by name: units, limits, velocity, precision, value.

    Raises
    ------
    DeviceError
        It cannot be called without its hardware.
    """
    from bsh.devices.sim.twin import twin

    from .sim_twins import kind_of_class, settings_of

    twins = {}
    for made in made_by(factory, keywords):
        name, known = made["name"], (facts or {}).get(made["name"], {})
        if name in but:
            continue
        kind = kind_of_class(made["class"], (*labels, *made["labels"])) or _nature(made)
        settings = settings_of(kind, known)
        if made["axes"]:
            settings["parts"] = {axis: {"kind": "motor", **settings_of("motor", {})} for axis in made["axes"]}
        twins[name] = twin(kind, name=name, labels={*labels, *made["labels"]}, **settings)
    return twins


def made_by(factory: str, keywords: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return name, class, labels and nature of each device that a factory makes.

    Parameters
    ----------
    factory, keywords
        As for :func:`twins_of`.
    """
    with tempfile.TemporaryDirectory(prefix="bsh-sim-") as folder:
        answer = Path(folder) / "made.json"
        try:
            done = subprocess.run(
                [sys.executable, "-m", PROBE, str(answer)],
                input=json.dumps({"factory": factory, "keywords": dict(keywords)}),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DeviceError(f"{factory} was called and did not return within {PATIENCE_S:g} s") from None
        if done.returncode != 0 or not answer.is_file():
            *_, last = ["no answer", *done.stderr.strip().splitlines()]
            raise DeviceError(f"{factory} cannot be called without its hardware: {last}")
        found: list[dict[str, Any]] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def plain(value: Any) -> Any:
    """Return keywords as JSON carries them; another device of the profile is an object that names it.

    Parameters
    ----------
    value : object
        Of a profile.
    """
    from bsh.devices.sim.factory_probe import REFERENCE

    if isinstance(value, DeviceRef):
        return {REFERENCE: value.name}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _nature(made: Mapping[str, Any]) -> str:
    if made["is_axis"]:
        return "motor"
    return "group" if made["axes"] else "detector" if made["counts"] else "signal"
