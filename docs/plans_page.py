"""The page of plans: each with its signature, its example, and a picture of where the example goes.

What the example shows is run, and the picture is drawn from the positions that it asks for.
"""

from __future__ import annotations

import doctest
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

COLUMNS, ROWS = 44, 11
"""Size of a picture in characters; one holds two by four dots."""

MARKED = 60
"""So many points are marked; more are drawn as dots."""


def plan_functions() -> dict[str, dict[str, Callable[..., Any]]]:
    """Return the public plans by name, without other names for the same plan, for each package."""
    from bsh import plans
    from bsh.plan_patterns import is_plan
    from bsh.plans import spec

    found: dict[str, dict[str, Callable[..., Any]]] = {}
    for module in (plans, spec):
        named = {name: getattr(module, name) for name in module.__all__}
        found[module.__name__] = {
            name: function
            for name, function in named.items()
            if is_plan(function) and function.__name__ == name
        }
    return found


def example_names() -> dict[str, Any]:
    """Return what the examples of plans can use: simulated devices, plans, stubs."""
    from cycler import cycler

    from bsh import plan_stubs, plans
    from bsh.devices.sim import SimDetector, SimMotor, SimSignal
    from bsh.plans import spec
    from bsh.simulators import estimate, planned_positions

    class Flyer(SimDetector):
        def kickoff(self) -> Any: ...

        complete = collect = describe_collect = kickoff

    names: dict[str, Any] = {
        "cycler": cycler,
        "det": SimDetector("det"),
        "flyer": Flyer("flyer"),
        "temperature": SimSignal("temperature", value=20.0),
        "planned_positions": planned_positions,
        "estimate": estimate,
        "abs_set": plan_stubs.abs_set,
        "trigger_and_read": plan_stubs.trigger_and_read,
    }
    for name, position in (("th", 0.0), ("tth", 0.0), ("phi", 0.0), ("x", 10.0), ("y", 20.0)):
        names[name] = SimMotor(name, position=position)
    for module in (spec, plans):
        names |= {name: getattr(module, name) for name in module.__all__}
    return names


def run_examples(function: Callable[..., Any], names: dict[str, Any]) -> doctest.TestResults:
    """Run the examples of a plan; what they define is added to the names."""
    names[function.__name__] = function  # two plans may have one name
    test = doctest.DocTestParser().get_doctest(
        inspect.getdoc(function) or "", names, function.__name__, None, None
    )
    results = doctest.DocTestRunner().run(test, clear_globs=False)
    names |= test.globs
    return results


def page() -> Iterator[str]:
    yield "# Plans\n"
    yield (
        "The plans of `bsh.plans` and SPEC's scans in `bsh.plans.spec`. A plan does nothing until it is run:\n"
        "`RE(scan([det], th, -1, 1, 5))`, or `yield from scan(...)` in a plan of your own. Every plan returns\n"
        "the uid of its run. What stands in the start document: [start documents](start-documents.md).\n"
    )
    yield (
        "The examples are run by the tests, with simulated devices: `det`, the motors `th`, `tth` and `phi` at\n"
        "0, `x` at 10, `y` at 20. `planned_positions`, of `bsh.simulators`, says where a plan would go. The\n"
        "pictures are drawn from it: points in their order, one motor over the number of the point, or two\n"
        "motors over each other.\n"
    )
    yield (
        "At each point the detectors are triggered together. Those with an asynchronous `read`, and those that\n"
        "say `concurrent_read = True` (their `read` may be called on any thread), are read at the same time, if\n"
        "they are two or more. The order in the event is the order in which they were given.\n"
    )
    yield (
        "Grids and spirals go on from a point: `start_at=37` leaves out the points 0 to 36. A function given as\n"
        "`per_step` takes the place of a point: `f(detectors, step, pos_cache)`, where `step` is a dict of motors\n"
        "and positions, or `f(detectors, motor, step)` in a scan of one motor. `per_shot` of a count is\n"
        "`f(detectors)`.\n"
    )
    for package, functions in plan_functions().items():
        yield f"## {package}\n"
        for name, function in functions.items():
            yield from _plan(package, name, function)
        yield from _other_names(package)


def _plan(package: str, name: str, function: Callable[..., Any]) -> Iterator[str]:
    text = inspect.getdoc(function) or ""
    yield f"### {name}\n"
    summary = re.sub(r":func:`([^`]+)`", r"`\1`", text.partition("\n")[0]).replace("``", "`")
    yield f"{summary}\n"
    yield from ("```", _signature(name, function), "```", "")
    yield from ("```pycon", *_example_lines(text), "```", "")
    picture = _picture(function)
    if picture:
        yield from ("```", *picture, "```", "")


def _signature(name: str, function: Callable[..., Any]) -> str:
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
    ]
    whole = f"{name}{inspect.Signature(parameters)}"
    return whole if len(whole) < 100 else re.sub(r", (?=\*|md=|per_step=)", ",\n    ", whole, count=1)


def _example_lines(text: str) -> list[str]:
    _, _, examples = text.partition("Examples\n--------\n")
    return examples.rstrip().splitlines()


def _other_names(package: str) -> Iterator[str]:
    from importlib import import_module

    from bsh.plan_patterns import is_plan

    module = import_module(package)
    others = [
        f"`{name}` is `{getattr(module, name).__name__}`"
        for name in module.__all__
        if is_plan(getattr(module, name)) and getattr(module, name).__name__ != name
    ]
    if others:
        yield f"Other names for the same: {', '.join(others)}.\n"


def _picture(function: Callable[..., Any]) -> list[str]:
    """Draw the way of the first example; nothing if it moves nothing."""
    names = example_names()
    planned = names["planned_positions"]
    ways: list[tuple[list[tuple[Any, ...]], tuple[Any, ...]]] = []

    def noted(plan: Any, *axes: Any) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = planned(plan, *axes)
        ways.append((rows, axes))
        return rows

    names["planned_positions"] = noted
    run_examples(function, names)
    if not ways or not ways[0][1]:
        return []
    rows, axes = ways[0]
    places = np.array(rows, dtype=float)
    if places.shape[1] == 1:
        x, y = np.arange(len(places), dtype=float), places[:, 0]
        labels = ("point", axes[0].name)
    else:
        x, y = places[:, 0], places[:, 1]
        labels = (axes[0].name, axes[1].name)
    return draw(x, y, labels)


def draw(x: Any, y: Any, labels: Sequence[str]) -> list[str]:
    """Draw a way as text: a line of dots through the points, which are marked if they are few.

    Parameters
    ----------
    x, y : array, shape ``(n_points,)``
        The points, in their order.
    labels : sequence of str
        Names of the two axes.
    """
    columns, rows = _scaled(x, COLUMNS * 2), ROWS * 4 - 1 - _scaled(y, ROWS * 4)
    dots = np.zeros((ROWS * 4, COLUMNS * 2), dtype=bool)
    if len(x) <= MARKED:
        for first in range(len(x) - 1):
            steps = 2 * max(abs(columns[first + 1] - columns[first]), abs(rows[first + 1] - rows[first]), 1)
            along = np.linspace(0, 1, int(steps) + 1)
            across = columns[first] + along * (columns[first + 1] - columns[first])
            down = rows[first] + along * (rows[first + 1] - rows[first])
            dots[np.rint(down).astype(int), np.rint(across).astype(int)] = True
    else:
        dots[rows, columns] = True
    cells = _braille(dots)
    if len(x) <= MARKED:
        for column, row in zip(columns, rows):
            cells[row // 4][column // 2] = "o"
        cells[rows[0] // 4][columns[0] // 2] = "@"
    ends = (
        f"{label} {low:g} to {high:g} {arrow}"
        for label, low, high, arrow in zip(labels, (x.min(), y.min()), (x.max(), y.max()), "→↑")
    )
    picture = [f"  {''.join(line)}".rstrip() for line in cells]
    return [*picture, f"  {', '.join(ends)}" + ("; @ is the first point" if len(x) <= MARKED else "")]


def _scaled(values: Any, size: int) -> Any:
    width = values.max() - values.min()
    share = (values - values.min()) / width if width else np.full(len(values), 0.5)
    return np.rint(share * (size - 1)).astype(int)


_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def _braille(dots: Any) -> list[list[str]]:
    height, width = dots.shape
    blocks = dots.reshape(height // 4, 4, width // 2, 2).transpose(0, 2, 1, 3)
    codes = (blocks * _BITS).sum(axis=(2, 3))
    return [[chr(0x2800 + code) if code else " " for code in line] for line in codes]


# -- start-documents.md --------------------------------------------------------------------------


def start_documents() -> Iterator[str]:
    """Write the page of start documents: every key, and which plan gives it."""
    from bsh.plans.metadata import START_KEYS
    from bsh.session.commanded import SESSION_KEYS

    yield "# Start documents\n"
    yield (
        "Every run begins with a start document. The engine gives `uid`, `time`, `scan_id`, `versions` and\n"
        "`plan_type`; persistent metadata are in it, too (`md`). What the plans of [bsh.plans](plans.md) add is\n"
        "below. Metadata of the caller (`md=`) win over it, key by key; so do those of `RE(plan, key=value)`.\n"
    )
    yield from _meanings(START_KEYS)
    yield "\nA session, and so the shell, adds to all of them:\n"
    yield from _meanings(SESSION_KEYS)
    yield "\n## Which plan gives what\n"
    found = {name: start_keys(function) for name, function in _with_a_run().items()}
    common = set.intersection(*map(set, found.values()))
    yield f"All of them: {', '.join(f'`{key}`' for key in START_KEYS if key in common)}.\n"
    yield "| plan | further keys |\n|---|---|"
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, keys in found.items():
        groups.setdefault(tuple(key for key in START_KEYS if key in keys and key not in common), []).append(
            name
        )
    for keys, names in groups.items():
        yield f"| {', '.join(f'`{name}`' for name in names)} | {', '.join(f'`{key}`' for key in keys) or 'none'} |"
    yield "\nOne of them, as JSON:\n"
    document = start_document("grid_scan([det], y, 0, 1, 2, x, 0, 2, 3, snake_axes=True)")
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    yield from ("```json", "{", lines, "}", "```")


def _meanings(keys: Mapping[str, str]) -> Iterator[str]:
    yield "| key | meaning |\n|---|---|"
    for key, meaning in keys.items():
        yield f"| `{key}` | {meaning} |"


def _with_a_run() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for functions in plan_functions().values():
        for name, function in functions.items():
            if name != "ct":  # it opens a run only if told to
                found[f"spec.{name}" if name in found else name] = function
    return found


def start_keys(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what the plan of an example says in its start document."""
    call, *_ = re.findall(rf">>> .*?\b({function.__name__}\(.*)", inspect.getdoc(function) or "")
    names = example_names()
    run_examples(function, names)  # for the functions that it defines
    return start_document(_whole_call(call), names)


def _whole_call(text: str) -> str:
    """Return a call without what stands around it."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in ")]}" and depth == 0:
            return text[: place + 1]
    raise ValueError(text)


def start_document(call: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a plan says when it opens its run."""
    plan = eval(call, names or example_names())
    document: dict[str, Any] = next(msg for msg in plan if msg.command == "open_run").kwargs
    plan.close()
    return document
