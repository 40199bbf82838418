"""Commands of SPEC that are not here, and what stands for each."""

from __future__ import annotations

__all__ = ["SPEC_WORDS"]

_REGISTER = "a controller's register is set with its own tools; set changes what a position is called"
_ENERGY = (
    "energy is an axis: aliases: {energy: ...} in the profile, then mv energy 8, ascan energy 8 8.1 20 1"
)
_TIME = "the counting time is an argument: ct 0.5; a negative one counts to the monitor: ct -1000"
_GEOMETRY = "the diffractometer's own functions do that; br, ca, ci, wh, pa and hklscan use it"
_LOG = "the transcript of a session is always kept; logbook writes the page of a day"
_WAIT = "the prompt comes back when motors and counters are done; waitfor th < 5 waits until something is so"

SPEC_WORDS = {
    "set_dial": _REGISTER,
    "chg_dial": _REGISTER,
    "moveE": _ENERGY,
    "getE": _ENERGY,
    "Escan": _ENERGY,
    "settimer": _TIME,
    "setcount": _TIME,
    "or0": _GEOMETRY,
    "or1": _GEOMETRY,
    "setlat": _GEOMETRY,
    "setmode": _GEOMETRY,
    "freeze": _GEOMETRY,
    "on": _LOG,
    "off": _LOG,
    "onp": _LOG,
    "offp": _LOG,
    "wait": _WAIT,
    "waitmove": _WAIT,
    "waitcount": _WAIT,
    "waitall": _WAIT,
    "setplot": "plotselect chooses what is drawn, plot draws it again, cols chooses columns",
    "splot": "plot draws the last scan",
    "rplot": "plot draws the last scan; it is drawn while it runs, too",
    "lscmd": "h and lsdef list the commands",
    "counters": "lsct lists the counters; ct+ and ct- change what counts",
}
"""For each word a sentence."""
