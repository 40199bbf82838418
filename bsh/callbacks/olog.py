"""Entries in an electronic logbook at the start of a run.

Owns the templates. Those with ``{{ }}`` are jinja2's; others are :class:`string.Template` with the keys of the start
document, ``$call`` (the plan as it was called) and ``$metadata`` (all entries, one a line).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from string import Template
from typing import Any

from bsh.callbacks.callback_base import CallbackBase
from bsh.errors import MissingExtra
from bsh.protocols import Document

__all__ = ["TEMPLATES", "OlogCallback", "call_str", "logbook_cb_factory"]

TEMPLATES = {
    "call": "$plan_name($arguments)",
    "desc": "$call",
    "long": "$call\n\nscan $scan_id\nuid $uid\n\nmetadata\n--------\n$metadata\n",
}
"""The texts of the entry: ``desc`` its body, ``long`` its attachment, ``call`` how a plan was called."""


def call_str(start: Document, call_template: str | None = None) -> str:
    """Return how the plan of a run was called.

    Parameters
    ----------
    start : dict
        Start document.
    call_template : str, optional
        Another template than ``TEMPLATES["call"]``.

    Examples
    --------
    >>> call_str({"plan_name": "count", "plan_args": {"detectors": ["det"], "num": 3}})
    "count(detectors=['det'], num=3)"
    """
    return _render(TEMPLATES["call"] if call_template is None else call_template, start)


def logbook_cb_factory(
    logbook_func: Callable[..., Any],
    desc_template: str | None = None,
    long_template: str | None = None,
    desc_dispatch: Mapping[str, str] | None = None,
    long_dispatch: Mapping[str, str] | None = None,
) -> Callable[[str, Document], None]:
    """Return a callback that writes a logbook entry at the start of each run.

    Parameters
    ----------
    logbook_func : callable
        Called as ``logbook_func(text=..., properties={"start": doc}, attachments=[file], verify=False,
        ensure=True)``, as pyOlog's ``SimpleOlogClient.log`` is.
    desc_template, long_template : str, optional
        Templates of the text and of the attached file, for plans that have none of their own.
    desc_dispatch, long_dispatch : dict of str, optional
        Templates by the name of the plan.

    Returns
    -------
    callable
        Subscribe it to start documents.

    Examples
    --------
    >>> write = logbook_cb_factory(lambda text, **more: print(text), desc_template="scan $scan_id")
    >>> write("start", {"uid": "a", "scan_id": 7, "plan_name": "count"})
    scan 7
    """
    descriptions = dict(desc_dispatch or {})
    long_texts = dict(long_dispatch or {})

    def write(name: str, doc: Document) -> None:
        if name != "start":
            return
        plan = doc.get("plan_name", "")
        desc = descriptions.get(plan, desc_template if desc_template is not None else TEMPLATES["desc"])
        long = long_texts.get(plan, long_template if long_template is not None else TEMPLATES["long"])
        attachment = StringIO(_render(long, doc))
        attachment.name = "long_description.txt"
        logbook_func(
            text=_render(desc, doc),
            properties={"start": doc},
            attachments=[attachment],
            verify=False,
            ensure=True,
        )

    return write


class OlogCallback(CallbackBase):
    """Write an entry into an Olog logbook at the start of each run.

    Parameters
    ----------
    logbook : str
        Name of the logbook.
    client : object, optional
        Has ``log(text, logbooks=...)``; a ``SimpleOlogClient`` of pyOlog without it.

    Raises
    ------
    MissingExtra
        pyOlog is not installed, and no client was given.
    """

    def __init__(self, logbook: str, client: Any = None) -> None:
        super().__init__()
        if client is None:
            try:
                from pyOlog import SimpleOlogClient  # type: ignore[import-not-found,unused-ignore]  # optional
            except ImportError as error:
                raise MissingExtra("pyOlog is not installed.", hint="pip install pyOlog") from error
            client = SimpleOlogClient()
        self.logbook = logbook
        self.client = client

    def start(self, doc: Document) -> None:
        """Write the entry."""
        self.client.log(_render(TEMPLATES["long"], doc), logbooks=self.logbook)


def _render(template: str, start: Document) -> str:
    words = {
        **start,
        "arguments": ", ".join(f"{key}={value!r}" for key, value in (start.get("plan_args") or {}).items()),
        "metadata": "\n".join(f"{key}: {value}" for key, value in sorted(start.items())),
    }
    for key in ("plan_name", "scan_id", "uid"):
        words.setdefault(key, "")
    words["call"] = Template(TEMPLATES["call"]).safe_substitute(words)
    if "{{" not in template and "{%" not in template:
        return Template(template).safe_substitute(words)
    try:
        from jinja2 import Template as JinjaTemplate  # type: ignore[import-not-found,unused-ignore]  # optional
    except ImportError as error:
        raise MissingExtra(
            "Templates with {{ }} need jinja2, which is not installed.",
            hint="pip install jinja2, or write $scan_id instead of {{ start.scan_id }}",
        ) from error
    return str(JinjaTemplate(template).render(**{**words, "start": start}))
