"""What belongs to the next scans: ``newfile``, ``newsample``, ``md``, ``startup``; and what people write down:
``comment``, ``note``, ``logbook``.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Annotated, Any

from bsh.commands import CommandSession, Metadata, RestOfLine, Word, command
from bsh.commands.argument_types import NumberType
from bsh.commands.columns import align
from bsh.commands.reports import Text
from bsh.commands.selection import selection_of
from bsh.errors import CommandError, StoreError, UsageError

__all__ = ["COMMANDS", "comment", "logbook", "md", "newfile", "newsample", "note", "startup"]

QUESTIONS = (("sample", "Sample"), ("title", "Title"), ("proposal", "Proposal"), ("user", "User"))
"""Keys of the metadata that ``startup`` asks for, and what it calls them."""

SAMPLE = "sample"

FOUND_S = 1.0
"""So long a comment waits until it can be found, in seconds."""


@command(group="notes", aliases=["cm"], examples=["comment aligned by eye"])
def comment(session: CommandSession, text: RestOfLine) -> Text:
    """Write a line into the journal, with the time and the last scan's number."""
    runs = session.store.runs(limit=1)
    note = _kept(session, text, runs[0] if runs else None)
    after = f" (after scan {note.scan_id})" if note.scan_id is not None else ""
    return Text(f"{time.ctime(note.time)}.  {note.text}{after}")


@command(group="notes", examples=["note 142 looks strange", "note -1 the good one"])
def note(session: CommandSession, scan: RestOfLine) -> Text:
    """Write a comment on one scan, also long afterwards: its number, then the text.

    show tells it, and scans finds the scan by its words.
    """
    ref, _, text = scan.strip().partition(" ")
    if not text.strip():
        raise UsageError("note: a scan and a text are needed", hint="note 142 looks strange")
    run = session.store.run(ref)
    kept = _kept(session, text.strip(), run.summary)
    return Text(f"{time.ctime(kept.time)}.  {kept.text} (on scan {run.summary.scan_id})")


def _kept(session: CommandSession, text: str, run: Any) -> Any:
    """Keep a comment on a run, which is found by its words from then on; return it."""
    if run is None:
        return session.journal.note(text)
    kept = session.journal.note(text, run.scan_id, run.uid)
    with contextlib.suppress(StoreError, TimeoutError):  # the comment is kept; a busy disk finds it later
        session.store.add_words(run.uid, text).result(FOUND_S)
    return kept


@command(group="notes", examples=["newfile", "newfile cu110.spec", "newfile cu110.spec 41"])
def newfile(
    session: CommandSession,
    name: Word = "",
    last: Annotated[int | None, NumberType(whole=True, minimum=0)] = None,
) -> Text:
    """Choose the SPEC file of the next scans, and go on with its numbers; what is in it stays.

    Without a name it tells which file it is. A number is that of the last scan: the next one gets the one after it.
    A name that is no full path belongs into the folder files of the profile; ./name into the working folder.
    """
    if not name:
        path = session.writers.spec_file()
        if path is None:
            return Text("no SPEC file is written: newfile NAME, or data: in the profile")
        return Text(_using(session, path))
    path, in_file = session.writers.use_spec_file(name)
    metadata, taken = session.store.metadata, session.store.peek_scan_id() - 1
    if last is not None or in_file > taken:
        metadata["scan_id"] = in_file if last is None else last
    text = _using(session, path)
    if last is not None and last < taken:
        text += f"\nnumbers up to {taken} are taken already: scans[{last + 1}] will be the newer of two"
    return Text(text)


def _using(session: CommandSession, path: Path) -> str:
    import shutil

    text = f'Using "{path}". Next scan is number {session.store.peek_scan_id()}.'
    there = next(folder for folder in path.absolute().parents if folder.is_dir())
    with contextlib.suppress(OSError):
        text += f" {shutil.disk_usage(there).free / 1e9:.1f} GB of disk left."
    return text


@command(group="notes", examples=["logbook", "logbook 2026-01-31"])
def logbook(session: CommandSession, day: Word = "") -> Text:
    """Write the page of a day, today's without one: scans with plots and peaks, comments, moves.

    Today's page is written after every scan and comment anyway.
    """
    import datetime

    try:
        wanted = datetime.date.fromisoformat(day) if day else datetime.date.today()
    except ValueError:
        raise UsageError(f"{day} is no day", hint="logbook 2026-01-31") from None
    try:
        path = session.logbook.write(wanted)
    except OSError as error:
        raise CommandError(f"the page cannot be written: {error.strerror}: {error.filename}") from error
    return Text(f"nothing happened on {wanted}" if path is None else str(path))


@command(group="notes", examples=["newsample", "newsample Fe3O4 temperature=300"])
def newsample(session: CommandSession, name: Word = "", properties: Metadata = None) -> Text:
    """Say which sample the next scans are about.

    The name goes into the metadata as sample, key=value as sample_key. Without a name it tells which one it is.
    """
    known = session.RE.md
    if name:
        for key in [key for key in known if key.startswith(f"{SAMPLE}_")]:
            del known[key]
        known[SAMPLE] = name
        for key, value in (properties or {}).items():
            known[f"{SAMPLE}_{key}"] = value
    elif properties:
        raise UsageError("newsample: the name of the sample is missing", hint="newsample NAME key=value")
    shown = {key: value for key, value in known.items() if key == SAMPLE or key.startswith(f"{SAMPLE}_")}
    if not shown:
        return Text("no sample yet: newsample NAME")
    return Text(", ".join(f"{key}: {value}" for key, value in shown.items()))


@command("md", group="notes", examples=["md", "md operator='A. B.'", "md -d operator"])
def md(session: CommandSession, words: RestOfLine = "") -> Text:
    """Show the metadata of the next scans, or set some: md key=value.

    md -d key takes one out.
    """
    known = session.RE.md
    text = words.strip()
    if text.startswith("-d"):
        key = text[2:].strip()
        if key not in known:
            raise CommandError(f"md: there is no key {key!r}", hint=f"keys: {', '.join(known) or 'none'}")
        del known[key]
    elif text:
        for key, value in _pairs(text):
            known[key] = value
    if not known:
        return Text("no metadata yet: md key=value")
    return Text(
        "\n".join(align([[key, "=", repr(value)] for key, value in known.items()], left=(0, 2), gap=1))
    )


def _pairs(text: str) -> list[tuple[str, Any]]:
    import ast

    from bsh.commands import Syntax, split_words

    pairs: list[tuple[str, Any]] = []
    for word in split_words(text, Syntax.EXPRESSIONS):
        if word.problem or word.keyword is None:
            problem = word.problem or "it is no key=value"
            raise UsageError(f"md: {word.typed} cannot be read: {problem}", hint="usage: md key=value")
        try:
            value: Any = ast.literal_eval(word.text)
        except (ValueError, SyntaxError):
            value = word.text  # operator=Smith: a bare word is text
        pairs.append((word.keyword, value))
    return pairs


@command(group="notes", examples=["startup"])
def startup(session: CommandSession) -> Text:
    """Ask for sample, title, proposal, user, SPEC file, plotted counters and counters, one after the other.

    Enter keeps what is in brackets; Ctrl+C leaves everything as it was.
    """
    if not session.interactive:
        raise CommandError(
            "startup asks questions, and nobody is at a prompt",
            hint="in scripts: newsample NAME, md key=value",
        )
    known = session.RE.md
    answers: dict[str, str] = {}
    try:
        for key, words in QUESTIONS:
            answers[key] = input(f"{words} ({known.get(key) or 'none'})? ").strip()
        file = input(f"SPEC file ({session.writers.spec_file() or 'none'})? ").strip()
        plotted = _ask_for_plots(session)
        group = _ask_for_counters(session)
    except (EOFError, KeyboardInterrupt):
        return Text("\nnothing was changed")
    if file:
        newfile.function(session, name=file)  # goes on with its numbers; first, since it can be refused
    for key, answer in answers.items():
        if answer:
            known[key] = answer
    if plotted is not None:
        selection = selection_of(session)
        selection.plotted = plotted
        selection.save()
    if group:
        session.select_counters(group)  # type: ignore[attr-defined]  # asked for with its groups at hand
    shown = [[words, str(known.get(key) or "-")] for key, words in QUESTIONS]
    shown.append(["SPEC file", str(session.writers.spec_file() or "-")])
    shown.append(["Plotted", " ".join(selection_of(session).plotted) or "the active counters"])
    shown.append(["Counters", " ".join(device.name for device in session.counters) or "-"])
    number = session.store.peek_scan_id()
    return Text("\n".join([*align(shown, left=(0, 1)), f"Next scan is number {number}."]))


def _ask_for_plots(session: CommandSession) -> tuple[str, ...] | None:
    """Return what was chosen, None where it stays as it is."""
    from bsh_magics.plotting import chosen_counters

    now = " ".join(selection_of(session).plotted) or "the active counters"
    while True:
        names = input(f"Plot ({now})? ").split()
        if not names:
            return None
        try:
            return chosen_counters(session, names)
        except UsageError as error:
            print(error.message)


def _ask_for_counters(session: CommandSession) -> str:
    groups = list(getattr(session, "counter_groups", {}))
    if len(groups) < 2:
        return ""
    while True:
        answer = input(f"Counters, one of {' '.join(groups)} (as they are)? ").strip()
        if not answer or answer in groups:
            return answer
        print(f"there is no group {answer}")


COMMANDS = [newfile, newsample, md, logbook, note, comment, startup]
