"""A run in the making: the class that engines drive."""

from bsh.bluesky.adapted.maybe_async import iterate_maybe_async, maybe_await, maybe_collect_asset_docs
from bsh.bluesky.adapted.type_names import ExternalAssetDoc, ObjDict, T
from bsh.documents import new_uid
from bsh.engine.run_bundler import RunBundler
from bsh.errors import IllegalMessageSequence
from bsh.msg import Msg
from bsh.plan_patterns import short_uid
from bsh.plans import maybe_update_hints
from bsh.protocols import (
    Collectable,
    Configurable,
    EventCollectable,
    EventPageCollectable,
    Flyable,
    HasName,
    Readable,
    Reading,
    Subscribable,
    WritesStreamAssets,
    check_supports,
)

__all__ = [
    "Collectable",
    "Configurable",
    "EventCollectable",
    "EventPageCollectable",
    "ExternalAssetDoc",
    "Flyable",
    "HasName",
    "IllegalMessageSequence",
    "Msg",
    "ObjDict",
    "Readable",
    "Reading",
    "RunBundler",
    "Subscribable",
    "T",
    "WritesStreamAssets",
    "check_supports",
    "iterate_maybe_async",
    "maybe_await",
    "maybe_collect_asset_docs",
    "maybe_update_hints",
    "new_uid",
    "short_uid",
]
