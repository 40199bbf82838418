"""From a dotted name in a profile to the class, and whether its keywords fit.

Owns the import of device classes for checking. Imports ophyd only when the profile names it (through
``bsh.devices``, its one door).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from bsh.entry_points import has_no_packages
from bsh.errors import BshError

from .problem import nearest

__all__ = [
    "ClassNotFound",
    "Factory",
    "Resolver",
    "accepts",
    "keyword_problems",
    "make_importable",
    "needs_name",
    "resolve",
]

PREDEFINED = ("apsbits.utils.sim_creator.predefined_device", "bsh.devices.predefined.predefined_device")
"""What nearly every ``devices.yml`` of apsbits names, and what stands in for it where apsbits is not installed."""

Factory: TypeAlias = Callable[..., Any]
Resolver: TypeAlias = Callable[[str], Factory]


class ClassNotFound(BshError):
    """A dotted name leads to nothing that can be called; the hint says what to write instead."""


def resolve(dotted: str) -> Factory:
    """Return the class or function that a dotted name stands for.

    Parameters
    ----------
    dotted : str
        For example ``ophyd.EpicsMotor``.

    Raises
    ------
    ClassNotFound
        Says which part is missing, and the nearest name.
    """
    from bsh.devices.epics import import_device_class

    if "." not in dotted:
        text = f"'{dotted}' has no module"
        raise ClassNotFound(text, hint="write module.Class, such as ophyd.EpicsMotor")
    try:
        return import_device_class(dotted)
    except BshError as error:
        if dotted == PREDEFINED[0] and isinstance(error.__cause__, ModuleNotFoundError):
            return import_device_class(PREDEFINED[1])
        missing = getattr(error.__cause__, "name", None)
        is_package = isinstance(error.__cause__, ModuleNotFoundError) and missing == dotted.partition(".")[0]
        hint = f"install the package that has '{missing}', or put its folder beside the profile"
        raise ClassNotFound(
            error.message,
            hint=hint if is_package else error.hint or "write a class, or a function that returns devices",
        ) from error
    except Exception as error:  # a module may do anything while it is imported
        text = f"cannot import '{dotted}': {type(error).__name__}: {error}"
        raise ClassNotFound(text, hint="mend the module, or take the devices out") from error


def make_importable(folder: Path) -> None:
    """Let classes in modules beside a profile be imported, after everything that is installed.

    Parameters
    ----------
    folder : Path
        The folder of the profile.
    """
    path = str(folder.resolve())
    if path not in sys.path:
        sys.path.append(path)
        has_no_packages(path)


def needs_name(factory: Factory) -> bool:
    """Whether a device must be given a name: classes always, functions only where they ask for one."""
    if inspect.isclass(factory):
        return True
    parameter = _signature(factory).get("name")
    return parameter is not None and parameter.default is inspect.Parameter.empty


def accepts(factory: Factory, keyword: str) -> bool:
    """Whether a factory takes a keyword, as far as that can be told."""
    taken = _taken(factory)
    return taken is None or keyword in taken


def keyword_problems(factory: Factory, keywords: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the keywords of a call.

    Yields
    ------
    tuple of str
        The keyword (empty: the call as a whole), what was found, what to write instead.
    """
    taken = _taken(factory)
    if taken is not None:
        for keyword in keywords:
            if keyword not in taken:
                near = nearest(keyword, taken)
                instead = f"write '{near}'" if near else f"it takes {', '.join(sorted(taken))}"
                yield (
                    keyword,
                    f"found the keyword '{keyword}', which {_shown(factory)} does not take",
                    instead,
                )
    for name, parameter in _signature(factory).items():
        required = parameter.default is inspect.Parameter.empty and parameter.kind not in _STARS
        if required and name not in keywords:
            yield "", f"found no '{name}', which {_shown(factory)} needs", f"write '{name}: ...'"


def _shown(factory: Factory) -> str:
    return getattr(factory, "__name__", repr(factory))


_STARS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _signature(factory: Factory) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(factory).parameters
    except (TypeError, ValueError):  # written in C, or a signature that lies
        return {}


def _taken(factory: Factory) -> frozenset[str] | None:
    """Return the keywords that a factory takes, or None where that cannot be known.

    A class that hands ``**kwargs`` on is followed through its bases. A keyword that an ``__init__`` with
    ``**kwargs`` mentions as a text (``kwargs.pop("gain")``) counts as taken.
    """
    if not inspect.isclass(factory):
        parameters = _signature(factory)
        if not parameters or any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
            return None
        return frozenset(parameters)
    taken: set[str] = set()
    open_ended = is_first = True
    for base in factory.__mro__:
        init = vars(base).get("__init__")
        if base is object or init is None:
            continue
        if not inspect.isfunction(init):
            return None
        parameters = dict(list(inspect.signature(init).parameters.items())[1:])
        taken.update(name for name, p in parameters.items() if p.kind not in _STARS)
        open_ended = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
        if open_ended:
            taken.update(
                text for text in init.__code__.co_consts if isinstance(text, str) and text.isidentifier()
            )
        elif is_first:
            break  # it hands nothing on
        is_first = False
    return None if open_ended else frozenset(taken)
