"""Functions of one's own in an editor: ``edmac``."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

from bsh.commands import CommandSession, Word, command
from bsh.commands.reports import Text
from bsh.errors import CommandError, UsageError
from bsh_magics.editor import edit, require_terminal

__all__ = ["COMMANDS", "edmac"]

HEADING = '"""Functions of this profile, read at every start; edmac opens this file."""\n'
SKELETON = 'def {name}():\n    """Say what it does."""\n    wa\n'


class _Place(NamedTuple):
    """Where somebody wants to write.

    Parameters
    ----------
    file : Path
        The file; it need not exist.
    line : int
        Where the editor begins; 0 for the end.
    addition : str
        What is put at the end for a beginning.
    stays : bool
        Whether that is worth keeping as it is.
    """

    file: Path
    line: int = 1
    addition: str = ""
    stays: bool = False


@command(group="help", examples=["edmac", "edmac align", "edmac ./align.py"])
def edmac(session: CommandSession, name: Word = "") -> Text:
    """Edit functions of your own in $EDITOR, and load them again.

    They are kept in a file of the profile, which is read at every start. A name opens it at that function; one that
    was typed at the prompt is put there, one that does not exist is begun. Any file of lines can be named, too.
    """
    from bsh.session.macros import run_edited

    place = _place(session, name)
    require_terminal(f"edmac: {place.file}")
    before = place.file.read_text(encoding="utf-8") if place.file.exists() else None
    offered = _offered(before, place)
    place.file.write_text(offered, encoding="utf-8")
    edit(place.file, place.line or offered.count("\n", 0, offered.rindex(place.addition)) + 1)
    if place.file.read_text(encoding="utf-8") == offered and not place.stays:
        if before is None:
            place.file.unlink()
        elif before != offered:
            place.file.write_text(before, encoding="utf-8")
        return Text(f"{place.file} was not changed")
    names = run_edited(session, place.file)  # type: ignore[arg-type]  # commands see less of it
    return Text(f"loaded {place.file}: {', '.join(names) or 'it defines nothing'}")


def _offered(before: str | None, place: _Place) -> str:
    text = HEADING if before is None else before
    return f"{text.rstrip()}\n\n\n{place.addition}" if place.addition else text


def _place(session: CommandSession, name: str) -> _Place:
    from bsh.session.macros import macro_file

    file = macro_file(session)  # type: ignore[arg-type]  # commands see less of it
    if not name:
        return _Place(file)
    if "/" in name or Path(name).suffix:
        return _Place(Path(name).expanduser().absolute())
    if name in session.registry:
        raise CommandError(
            f"edmac: {name} is a command of bsh", hint=f"prdef {name} shows it; give yours another name"
        )
    if name in session.devices:
        raise CommandError(f"edmac: {name} is a device", hint="give the function another name")
    if not name.isidentifier():
        raise UsageError(f"edmac: {name} is no name for a function", hint="edmac align")
    value: Any = session.namespace.get(name)
    if not isinstance(value, FunctionType):
        return _Place(file, 0, SKELETON.format(name=name))
    code = inspect.unwrap(value).__code__
    if Path(code.co_filename).is_file():
        return _Place(Path(code.co_filename), code.co_firstlineno)
    try:
        return _Place(file, 0, inspect.getsource(value), stays=True)
    except OSError:
        raise CommandError(f"edmac: the source of {name} is not known any more") from None


COMMANDS = [edmac]
