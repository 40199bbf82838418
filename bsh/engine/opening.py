"""How a run start document comes together: whose metadata win, checks, and the scan number."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import time
from typing import TYPE_CHECKING, Any

from bsh.documents import compose_start, new_uid, validate
from bsh.engine.awaiting import settled
from bsh.engine.run_bundler import RunBundler
from bsh.msg import Msg

if TYPE_CHECKING:
    from bsh.engine.execution import Execution

__all__ = ["default_md_validator", "default_scan_id_source", "open_run_documents"]


def default_scan_id_source(md: Any) -> int:
    """Return the number after the one in the metadata, 1 for the first run."""
    return int(md.get("scan_id", 0)) + 1


def default_md_validator(md: Mapping[str, Any]) -> None:
    """Refuse metadata in which ``sample`` is neither a text nor a mapping."""
    if "sample" in md and not isinstance(md["sample"], str | Mapping):
        raise ValueError(
            f"The metadata key 'sample' must be a text or a mapping, not {type(md['sample']).__name__}. "
            "Good: sample='LaB6' or sample={'name': 'LaB6', 'thickness_mm': 0.2}."
        )


async def open_run_documents(execution: Execution, msg: Msg) -> RunBundler:
    """Compose a start document; everything that can be refused is, before a scan number is used.

    Precedence: keywords of ``RE(...)``, then the message's, then plan type and name, then ``RE.md``.
    """
    engine = execution.engine
    metadata: dict[str, Any] = {
        **_own_copy(engine.md),
        "versions": {**engine.md.get("versions", {}), **library_versions()},
        "plan_type": execution.plan_type,
        "plan_name": execution.plan_name,
        **msg.kwargs,
        **execution.metadata,
    }
    metadata.pop("scan_id", None)
    validated = engine.md_validator(dict(metadata))
    if isinstance(validated, Mapping):
        metadata = dict(validated)
    if engine.md_normalizer is not None:
        metadata = dict(engine.md_normalizer(dict(metadata)))
    # Checked without its number, which would be used up by a run that is refused.
    validate("start", compose_start(uid=new_uid(), time=time(), scan_id=None, metadata=metadata))
    scan_id = await _next_scan_id(execution)
    start = compose_start(uid=new_uid(), time=time(), scan_id=scan_id, metadata=metadata)
    return RunBundler(
        start,
        emit=engine.emit_document,
        record_interruptions=engine.record_interruptions,
        validate_all=engine.validate == "all",
        require_declaration=engine.require_stream_declaration,
        tracer=engine.tracer,
    )


def _own_copy(value: Any) -> Any:
    """Copy mappings and lists, so that later changes of the metadata do not reach a document."""
    if isinstance(value, Mapping):
        return {key: _own_copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_own_copy(item) for item in value]
    return value


async def _next_scan_id(execution: Execution) -> Any:
    engine = execution.engine
    scan_id = await settled(engine.scan_id_source(engine.md))
    # A source that keeps the number itself must not see it written back: another process may be ahead.
    if not getattr(engine.scan_id_source, "keeps_scan_id", False):
        engine.md["scan_id"] = scan_id
    return scan_id


_versions: dict[str, str] = {}


def library_versions() -> dict[str, str]:
    """Return the versions of bsh and of those libraries that are in use."""
    in_use = [
        name for name in ("bsh", "bluesky", "event_model", "ophyd", "ophyd_async") if name in sys.modules
    ]
    for library in in_use:  # bluesky is there while bsh's door for it is open
        if library not in _versions:
            _versions[library] = _version_of(library)
    return {library: _versions[library] for library in in_use}


def _version_of(library: str) -> str:
    said = getattr(sys.modules[library], "__version__", None)
    if said is not None:
        return str(said)
    # Only then: it brings the email package, 3 MiB and 15 ms.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library.replace("_", "-"))
    except PackageNotFoundError:
        return "unknown"
