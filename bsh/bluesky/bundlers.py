"""A run in the making: the class that engines drive."""

from bsh.bluesky.adapted.type_names import ExternalAssetDoc, ObjDict
from bsh.engine.run_bundler import RunBundler

__all__ = ["ExternalAssetDoc", "ObjDict", "RunBundler"]
