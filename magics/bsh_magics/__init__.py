"""The commands that come with bsh, one family a file.

They reach the session through the entry-point group ``bsh.magics``, like the commands of any beamline's own
package. ``%load_ext bsh_magics`` gives them to a plain IPython or a notebook.
"""

from bsh_magics import (
    addresses,
    after_scan,
    configuring,
    control,
    counters,
    counting,
    editing,
    files,
    help,
    library,
    live_counting,
    locking,
    looking,
    meshes,
    motion,
    notes,
    old_scans,
    plotting,
    points,
    positions,
    queueing,
    reconnecting,
    safety,
    saved_positions,
    scans,
    settings,
    suspending,
    timed_scans,
    tools,
    tweaking,
    undoing,
    waiting,
)
from bsh_magics.extension import load_ipython_extension, unload_ipython_extension

COMMANDS = [
    *positions.COMMANDS,
    *addresses.COMMANDS,
    *motion.COMMANDS,
    *tweaking.COMMANDS,
    *settings.COMMANDS,
    *locking.COMMANDS,
    *saved_positions.COMMANDS,
    *undoing.COMMANDS,
    *counting.COMMANDS,
    *live_counting.COMMANDS,
    *counters.COMMANDS,
    *scans.COMMANDS,
    *meshes.COMMANDS,
    *timed_scans.COMMANDS,
    *after_scan.COMMANDS,
    *library.COMMANDS,
    *old_scans.COMMANDS,
    *plotting.COMMANDS,
    *control.COMMANDS,
    *points.COMMANDS,
    *files.COMMANDS,
    *queueing.COMMANDS,
    *notes.COMMANDS,
    *looking.COMMANDS,
    *editing.COMMANDS,
    *configuring.COMMANDS,
    *tools.COMMANDS,
    *waiting.COMMANDS,
    *suspending.COMMANDS,
    *reconnecting.COMMANDS,
    *safety.COMMANDS,
    *help.COMMANDS,
]
"""What the registry takes from here."""

__all__ = ["COMMANDS", "load_ipython_extension", "unload_ipython_extension"]
