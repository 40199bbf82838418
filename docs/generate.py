"""Writes the pages of docs/reference from the tables that the program itself uses.

Run ``python docs/generate.py`` after a change of commands, messages, states, profile keys, options or
errors; a test compares the pages with what this makes of the tables.
"""

from __future__ import annotations

import inspect
import re
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click

REFERENCE = Path(__file__).parent / "reference"

SCHEMA = Path(__file__).parents[1] / "profiles" / "profile.schema.json"

HEAD = "<!-- Written by docs/generate.py: change the table in the program, not this page. -->\n\n"


def main() -> None:
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    SCHEMA.write_text(profile_schema(), encoding="utf-8")


def profile_schema() -> str:
    """Return the JSON schema of profiles, which ships with them."""
    import json

    from bsh.profile.json_schema import profile_json_schema

    return json.dumps(profile_json_schema(), indent=2, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "commands.md": _commands,
        "message-commands.md": _message_commands,
        "states.md": _states,
        "profile.md": _profile,
        "command-line.md": _command_line,
        "errors.md": _errors,
        "plans.md": _plans,
        "start-documents.md": _start_documents,
        "bluesky-names.md": _bluesky_names,
    }
    return {name: HEAD + _tidy("\n".join(make())) for name, make in makers.items()}


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _table(*titles: str) -> list[str]:
    return [_row(*titles), "|" + "---|" * len(titles)]


def _paragraph(text: str) -> list[str]:
    return [textwrap.fill(" ".join(text.split()), 108, break_on_hyphens=False, break_long_words=False), ""]


# -- commands.md -----------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    import bsh_magics
    from bsh.commands import Command, Registry

    registry = Registry()
    registry.add_module(bsh_magics)
    groups: dict[str, list[Command]] = {}
    for command in registry:
        groups.setdefault(command.group, []).append(command)
    yield "# Commands\n"
    yield from _paragraph(
        """What can be typed at the prompt, in a script and after `bsh -c`. Everything else is Python. The
        shell itself shows this with `h` and `h NAME`."""
    )
    yield "How a line is read:\n"
    yield from (
        "- Blanks separate arguments. An argument is a Python expression: `mv th 2*theta`, `mv th 1.5 + 0.2`.",
        "- A device where a number is wanted means its position: `ascan th samx 10 20 0.1`.",
        "- Words that begin with `-` before the first number are options, after it they are values;"
        " `--` ends options.",
        "- `key=value` goes into the metadata of the scan.",
        "- A command can be called as a function too: `ascan(th, -1, 1, 20, 0.1)`. Inside plans the generator"
        " is used, which `h NAME` names.",
        "",
    )
    yield from _table("group", "command", "summary")
    for group, commands in groups.items():
        for command in commands:
            names = " ".join(f"[`{name}`](#{command.name})" for name in command.names)
            yield _row(group, names, command.summary)
    for commands in groups.values():
        for command in commands:
            yield from _command(command)


def _command(command: object) -> Iterator[str]:
    from bsh.commands import Command

    assert isinstance(command, Command)
    yield f"\n## {command.name}\n"
    yield f"{command.summary}\n"
    if command.details:
        yield from (*command.details.splitlines(), "")
    yield from ("```", command.usage, "```", "")
    yield from ("```bsh", *command.example_lines(), "```", "")
    if command.aliases:
        yield f"- Also: {', '.join(f'`{alias}`' for alias in command.aliases)}."
    if command.generator:
        yield f"- In plans: `yield from {command.generator}(...)`."
    if command.kind == "plan" or command.interrupt == "stop":
        yield f"- Ctrl+C: {_ON_CTRL_C[command.interrupt]}."


_ON_CTRL_C = {
    "pause": "pauses after the point; again pauses now; again halts",
    "stop": "stops at once; again halts",
    "finish": "ends it, the data are good; again halts",
}


# -- message-commands.md ---------------------------------------------------------------------------


def _message_commands() -> Iterator[str]:
    from bsh.engine import RunEngine

    engine = RunEngine()
    try:
        table = dict(sorted(engine.command_table.items()))
    finally:
        engine.close()
    yield "# Message commands\n"
    yield from _paragraph(
        """What the engine does for each `Msg` that a plan sends. Plans are mostly written with the stubs in
        `bsh.plan_stubs`, which send these. `RE.print_command_registry()` prints the same table, and
        `RE.register_command(name, function)` adds to it."""
    )
    yield from _paragraph(
        """*Replayed*: whether the message is sent again after a pause in the middle of a point, when the plan
        goes back to its last checkpoint."""
    )
    for title, is_wanted in (
        ("For plans", lambda name: not name.startswith("_")),
        ("Sent by the engine itself", lambda name: name.startswith("_")),
    ):
        yield f"## {title}\n"
        yield from _table("command", "what the engine does", "replayed")
        for name, (handler, cacheable) in table.items():
            if is_wanted(name):
                summary = (inspect.getdoc(handler) or "").partition("\n")[0]
                yield _row(f"`{name}`", summary.replace("``", "`"), "yes" if cacheable else "no")
        yield ""


# -- states.md -------------------------------------------------------------------------------------

_STATE_WORDS = {
    "idle": "No plan; one may be started.",
    "running": "A plan sends messages.",
    "pausing": "Motors are being stopped for a pause.",
    "paused": "The plan waits; the caller has the prompt.",
    "suspending": "Motors are being stopped because a suspender tripped; the plan goes on by itself.",
    "stopping": "The plan cleans up; the data are good.",
    "aborting": "The plan cleans up; the data are marked as aborted.",
    "halting": "The plan does not clean up; the engine stops motors and closes runs.",
    "panicked": "The engine's thread did not answer and was given up; `RE.recover()` leads back.",
}
_REQUEST_WORDS = {
    "pause": "`RE.request_pause()`, Ctrl+C, a `pause` message",
    "resume": "`RE.resume()`",
    "aside": "`RE.run_aside(plan)`, a move or a count at the prompt",
    "suspend": "a suspender, `RE.request_suspend()`",
    "stop": "`RE.stop()`",
    "abort": "`RE.abort()`, Ctrl+C",
    "halt": "`RE.halt()`, Ctrl+C",
    "failure": "a status that failed",
}
_LEGALITY_WORDS = {"obey": "yes", "ignore": "·", "refuse": "error"}


def _words_for(name: str, words: Mapping[str, str]) -> str:
    if name not in words:
        raise LookupError(f"docs/generate.py has no words for {name!r}: add them")
    return words[name]


def _states() -> Iterator[str]:
    from bsh.engine import LEGAL_REQUESTS, TRANSITIONS, EngineState

    yield "# States of the engine\n"
    yield from _paragraph(
        """`RE.state` is one of these; it compares equal to its name. The table of transitions and the table of
        requests stand in `bsh/engine/states.py`, and this page is drawn from them."""
    )
    yield from _table("state", "meaning")
    for state in EngineState:
        yield _row(f"`{state}`", _words_for(state, _STATE_WORDS))
    yield "\n## Transitions\n"
    yield from ("```mermaid", "stateDiagram-v2", "    [*] --> idle")
    for old in EngineState:
        for new in EngineState:
            if new in TRANSITIONS[old] and new is not EngineState.PANICKED:
                yield f"    {old} --> {new}"
    leads_to_panic = [old for old in EngineState if EngineState.PANICKED in TRANSITIONS[old]]
    yield from ("```", "")
    others = ", ".join(f"`{state}`" for state in leads_to_panic)
    yield from _paragraph(f"Left out of the picture: `panicked` may follow {others}.")
    yield "## Requests\n"
    yield from _paragraph(
        """What becomes of a request in each state. *yes*: obeyed; *·*: ignored; *error*: raised as
        `TransitionError` for the caller."""
    )
    yield from _table("request", "made by", *(f"`{state}`" for state in EngineState))
    for request, legality in LEGAL_REQUESTS.items():
        cells = (_LEGALITY_WORDS[legality[state]] for state in EngineState)
        yield _row(f"`{request}`", _words_for(request, _REQUEST_WORDS), *cells)


# -- profile.md ------------------------------------------------------------------------------------


def _profile() -> Iterator[str]:
    from bsh.profile import packaged_folder, profile_reference

    yield "# Profile\n"
    yield from _paragraph(
        """A profile is a YAML file that describes a beamline. `bsh profile new NAME` writes a commented one,
        `bsh profile check FILE` says everything that is wrong with it, with line numbers and without hardware.
        How to write one: [write a profile](../how-to/write-a-profile.md)."""
    )
    yield profile_reference()
    yield "## Devices\n"
    yield from (
        "- The key is a dotted class, or a function that returns one device, a list, or a dictionary of them.",
        "- The value is a list; each entry holds the keywords of one device. `labels` groups devices.",
        "- `$name` is another device of the profile, `$name.attribute` a part of it; `$$` begins a text with `$`.",
        "- A device that cannot be made or does not answer is offline: the shell starts, using the device is an"
        " error that says why, and `reconnect NAME` tries again.",
        "",
    )
    yield "## Where profiles are\n"
    yield from (
        "- With bsh: " + ", ".join(f"`{name}`" for name in _packaged(packaged_folder())) + ".",
        "- The user's own: `$XDG_CONFIG_HOME/bsh/profiles/NAME.yml`, by default in `~/.config`.",
        "- Anywhere: `bsh -p PATH.yml`.",
        "- With no `-p`: `$BSH_PROFILE`, else `profile: NAME` in `$XDG_CONFIG_HOME/bsh/settings.yml`, else `sim`.",
    )


def _packaged(folder: Path) -> list[str]:
    return sorted(file.stem for file in folder.glob("*.yml") if file.stem != "template")


# -- command-line.md -------------------------------------------------------------------------------

_ENVIRONMENT = {
    "BSH_HOME": "Folder that keeps all state, one folder a profile; `--home` wins over it.",
    "BSH_NETWORK_HOME": (
        "`yes` or `no`: whether state lies on a network file system, where that is not recognised. Then a slower "
        "journal is used, and one shell at a time."
    ),
    "BSH_PROFILE": "Profile for a call without `-p`.",
    "XDG_DATA_HOME": "Without `BSH_HOME`, state lives in `$XDG_DATA_HOME/bsh`; default `~/.local/share`.",
    "XDG_CONFIG_HOME": "The user's profiles and `settings.yml` are in `$XDG_CONFIG_HOME/bsh`; default `~/.config`.",
    "NO_COLOR": "Set to anything: no colours.",
}


def _command_line() -> Iterator[str]:
    from bsh.cli import main as program

    yield "# Command line\n"
    yield "## bsh\n"
    yield from (
        "```",
        "bsh [OPTIONS]                 the shell, on a terminal",
        "bsh [OPTIONS] -c LINE ...     runs lines",
        "bsh [OPTIONS] FILE            runs a file of the shell's language; - is standard input",
        "bsh [OPTIONS] < FILE          runs standard input",
        "bsh [OPTIONS] SUBCOMMAND ...",
        "```",
        "",
    )
    yield from _options(program)
    yield "## Exit codes\n"
    yield from _table("code", "meaning")
    yield _row("0", "Everything was done.")
    yield _row("1", "An error: one or two lines on standard error say which. The lines after it did not run.")
    yield _row("2", "Wrong usage of `bsh` itself.")
    yield _row("130", "Interrupted by Ctrl+C; the scan under way was aborted with its cleanup.")
    yield _row("128 + n", "Ended by signal n (SIGTERM, SIGHUP) after the same cleanup.")
    yield _row("other", "What the script gave to `sys.exit`.")
    yield "\n## Environment\n"
    yield from _table("variable", "meaning")
    for name, words in _ENVIRONMENT.items():
        yield _row(f"`{name}`", words)
    yield "\n## Subcommands\n"
    yield from _subcommands(program, "bsh")


def _subcommands(group: click.Group, prefix: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        path = f"{prefix} {name}"
        if isinstance(command, click.Group):
            yield from _subcommands(command, path)
            continue
        arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
        words = [f"[{_placeholder(each)}]..." if each.nargs < 0 else _placeholder(each) for each in arguments]
        options = ["[OPTIONS]"] if len(command.params) > len(arguments) else []
        yield f"### {path}\n"
        yield from ("```", " ".join([path, *options, *words]), "```", "")
        yield from (*_help(command), "")
        yield from _options(command)


def _placeholder(argument: click.Argument) -> str:
    return (argument.metavar or argument.name or "").upper()


def _help(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):  # click: leave these lines as they are
            yield from ("", "```", *paragraph.splitlines()[1:], "```")
        else:
            yield from ("", paragraph)


_METAVARS = {"text": "TEXT", "integer range": "N", "choice": "NAME"}


def _options(command: click.Command) -> Iterator[str]:
    options = [each for each in command.params if isinstance(each, click.Option)]
    if not options:
        return
    yield from _table("option", "meaning")
    for option in options:
        value = "" if option.is_flag else f" {option.metavar or _METAVARS[option.type.name]}"
        yield _row(", ".join(f"`{flag}{value}`" for flag in option.opts), _option_help(option))
    yield ""


def _option_help(option: click.Option) -> str:
    words = option.help or ""
    if isinstance(option.type, click.Choice):
        words = f"{words} One of: {', '.join(option.type.choices)}."
    shown = option.show_default and option.default is not None
    return f"{words} Default: `{option.default}`." if shown else words


# -- errors.md -------------------------------------------------------------------------------------


def _errors() -> Iterator[str]:
    from bsh import errors

    classes = [getattr(errors, name) for name in errors.__all__]
    yield "# Errors\n"
    yield from _paragraph(
        """An error is one or two lines: what happened, to which device or value, with limit and unit; then what
        to type next. A traceback is shown for a mistake of bsh itself only; `%tb` shows the last one. In a
        script the line says file and line."""
    )
    yield from ("```", *_shown_errors(), "```", "")
    yield "All classes stand in `bsh.errors`.\n"
    for title, is_wanted in (
        ("For people", lambda cls: issubclass(cls, errors.BshError)),
        ("Of engine and plans", lambda cls: not issubclass(cls, errors.BshError)),
    ):
        yield f"## {title}\n"
        yield from _table("error", "is a", "meaning")
        for cls in sorted(filter(is_wanted, classes), key=lambda cls: (len(cls.__mro__), cls.__name__)):
            summary = (inspect.getdoc(cls) or "").partition("\n")[0].replace("``", "`")
            yield _row(
                f"`{cls.__name__}`", ", ".join(f"`{base.__name__}`" for base in cls.__bases__), summary
            )
        yield ""


def _shown_errors() -> Iterator[str]:
    """Run lines that fail on a simulated beamline and yield what is said about them."""
    from bsh.errors import BshError
    from bsh.session import Session
    from bsh.shell.errors import describe

    with tempfile.TemporaryDirectory() as home, Session.from_profile("sim", home=home) as session:
        for line in ("mv th 300", "mv thh 1", "ascan th 0 1", "resume"):
            yield f"sim 1> {line}"
            try:
                session.run(line)
            except BshError as error:
                yield from describe(error.with_traceback(None)).lines


# -- plans.md and start-documents.md ---------------------------------------------------------------


def _plans() -> Iterable[str]:
    return _beside("plans_page").page()


def _start_documents() -> Iterable[str]:
    return _beside("plans_page").start_documents()


# -- bluesky-names.md ------------------------------------------------------------------------------


def _bluesky_names() -> Iterable[str]:
    return _beside("bluesky_names_page").page()


def _beside(name: str) -> ModuleType:
    spec = spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
