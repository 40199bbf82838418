"""What a profile may contain: one table.

The checker, the reference page and the template's test read this table; nothing else says which keys
there are. Devices have a shape of their own (class -> list of keywords), read by ``devices``.
"""

from __future__ import annotations

from .kinds import (
    REQUIRED,
    Anything,
    ByShape,
    Choice,
    Condition,
    DeviceName,
    Duration,
    FileNamePattern,
    FilePath,
    Flag,
    Json,
    Key,
    ListOf,
    MapOf,
    Nullable,
    Number,
    Record,
    Text,
    TextLine,
    Whole,
)  # fmt: skip

__all__ = ["KEYS", "NAMES", "SUSPENDER", "WRITERS"]

WRITERS = ("spec", "nexus", "csv", "jsonl", "parquet")
"""Files that can be written beside the store."""

SUSPENDER = Record(
    (
        Key(
            "class",
            Text("a class such as SuspendFloor"),
            "Class in bsh.suspenders, or a dotted name.",
            REQUIRED,
            "SuspendFloor",
        ),
        Key("signal", DeviceName(), "The signal that is watched.", REQUIRED, "ring.current"),
        Key(
            "action",
            Choice(("suspend", "pause", "stop", "skip")),
            "While it is bad: suspend (or pause) holds plans until it is good again, stop ends the run, skip leaves out its points.",
            "suspend",
            "stop",
        ),
    ),
    open=True,
)

_SHUTTER = Record(
    (
        Key("device", DeviceName(), "The device that is set.", REQUIRED, "shutter"),
        Key("open", Anything("the value that opens it"), "Value that opens it.", REQUIRED, "Open"),
        Key("close", Anything("the value that closes it"), "Value that closes it.", REQUIRED, "Close"),
    )
)
_ACTION = Choice(("warn", "pause", "fail"))
_MISSED = Record(
    (
        Key("action", _ACTION, "What to do.", "warn", "pause"),
        Key("tolerance", MapOf(Number("a number, 0 or more", 0.0), names_devices=True),
            "For a device: how far off is still there, in its own units.", {}, "{th: 0.001}"),
    )
)  # fmt: skip
_TABLE = Record(
    (
        Key("style", Choice(("rich", "spec", "none")), "Look of the live table.", "rich", "spec"),
        Key("max_columns", Nullable(Whole(1)), "Most columns shown; null for as many as fit.", None, "8"),
    )
)
_DATA = Record(tuple(Key(name, FileNamePattern(), f"A {name} file.", None, '"{date}.x"') for name in WRITERS))
_RULES = Record(
    (
        Key(
            "forbid",
            ListOf(Condition()),
            "Conditions that must never hold.",
            (),
            '["detz < 50"]',
            True,
        ),
    )
)

KEYS: tuple[Key, ...] = (
    Key(
        "profile",
        Text("a short name"),
        "Name of the profile and of its state folder; default: the file's name.",
        None,
        "eh1",
    ),
    Key("title", Text(), "One line for the banner.", "", "Experiment hutch 1"),
    Key(
        "include",
        ListOf(Text("the path of a file")),
        "Other profiles, a devices.yml of apsbits, or a happi database (JSON; happi.json?beamline=EH1 selects), merged in order; what comes later wins.",
        (),
        "[common.yml]",
    ),
    Key(
        "devices",
        Anything("class: list of keywords"),
        "Dotted class or factory -> list of keywords; '$name' is another device.",
        {},
        "{bsh.devices.sim.SimMotor: [{name: th, units: deg}]}",
    ),
    Key(
        "counters",
        MapOf(ListOf(DeviceName())),
        "Named groups of what is counted; the first is active.",
        {},
        "{default: [det, mon]}",
    ),
    Key(
        "aliases", MapOf(DeviceName()), "Further names for devices, or for parts of them.", {}, "{theta: th}"
    ),
    Key(
        "metadata", MapOf(Json()), "Goes into every run, until the user changes it.", {}, "{beamline_id: EH1}"
    ),
    Key("baseline", ListOf(DeviceName()), "Read before and after every run.", (), "[samx, samy]"),
    Key(
        "monitors",
        ListOf(DeviceName()),
        "Recorded at every change while a run is open.",
        (),
        "[ring.current]",
    ),
    Key(
        "suspenders",
        ListOf(SUSPENDER),
        "Conditions that hold a scan, end it (action: stop) or leave out its points (skip); further keys are the class's keywords.",
        (),
        "[{class: SuspendFloor, signal: ring.current, suspend_thresh: 50, resume_thresh: 60, sleep: 5}]",
    ),
    Key(
        "shutter",
        _SHUTTER,
        "What lets beam in; for shopen, shclose and shstat, and for the plans open_shutter() and close_shutter().",
        None,
        "{device: shutter, open: Open, close: Close}",
    ),
    Key("toolbar", ListOf(DeviceName()), "Values shown below the prompt.", (), "[ring.current, shutter]"),
    Key(
        "rules",
        _RULES,
        "Soft interlocks, checked for every planned point; those of included files add up.",
        {"forbid": ()},
        "{forbid: [\"detz < 50 and beamstop == 'out'\"]}",
    ),
    Key(
        "count_time",
        MapOf(Text("the path of a signal"), names_devices=True),
        "For a device: the signal that takes the counting time.",
        {},
        "{scaler1: preset_time}",
    ),
    Key(
        "on_missed_target",
        ByShape(_ACTION, _MISSED),
        "What happens when an axis stops elsewhere than asked.",
        "warn",
        "pause",
    ),
    Key(
        "on_read_error",
        MapOf(Choice(("fail", "nan")), names_devices=True),
        "For a device: whether a reading that fails (twice) fails the scan, or leaves values that are not known.",
        {},
        "{diode: nan}",
    ),
    Key(
        "confirm_over",
        Nullable(Duration()),
        "Scans estimated longer than this ask first; null for never.",
        1800.0,
        "30 min",
    ),
    Key(
        "stalled_after",
        Nullable(Duration()),
        "A move of an EPICS motor during which nothing changes for so long has failed; null for never.",
        60.0,
        "30 s",
    ),
    Key(
        "plots",
        Flag(),
        "Whether a running scan is plotted below its table, where the terminal is large enough.",
        True,
        "false",
    ),
    Key(
        "attention_after",
        Nullable(Duration()),
        "Ring the bell and ask the terminal to notify at the end of runs that took longer; null for never.",
        300.0,
        "10 min",
    ),
    Key(
        "startup",
        ListOf(FilePath()),
        "Scripts run at the start, in order; an error in one does not stop the next.",
        (),
        "[scripts/user_plans.py]",
    ),
    Key(
        "on_exit",
        ListOf(TextLine("a command line")),
        "Command lines run at the end of every run and session.",
        (),
        "[close_shutter]",
    ),
    Key(
        "panic",
        ListOf(TextLine("a command line")),
        "Command lines run by 'panic', and by 'bsh panic' from another terminal, after the plan was halted; no rules apply.",
        (),
        "[close_shutter]",
    ),
    Key("data", _DATA, "Files written beside the store.", {}, '{spec: "{date}_{profile}.spec"}'),
    Key(
        "table",
        _TABLE,
        "The live table.",
        {"style": "rich", "max_columns": None},
        "{style: spec, max_columns: 8}",
    ),
    Key("bluesky", Flag(), "Let 'import bluesky' find bsh.", False, "true"),
    Key(
        "lock",
        Choice(("shared", "exclusive")),
        "Whether several shells may have this profile open, or one at a time; `bsh --take` takes it over.",
        "shared",
        "exclusive",
    ),
)

NAMES = tuple(key.name for key in KEYS)
