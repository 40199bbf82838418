"""Which kind of file system a path lies on.

Owns one question: can SQLite's write-ahead log be used there? It needs memory shared by all processes
that open the file, which network file systems do not give (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

__all__ = ["ENV_VAR", "filesystem_type", "is_network", "journal_mode"]

_NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "fhgfs", "fuse.ceph-fuse", "fuse.davfs2",
        "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs",
        "gpfs", "lustre", "ncpfs", "network", "nfs", "nfs4", "orangefs", "panfs", "pvfs2", "smb3", "smbfs",
        "vboxsf", "virtiofs", "wekafs",
    }
)  # fmt: skip
ENV_VAR = "BSH_NETWORK_HOME"
"""Environment variable that says whether bsh's home is on a network, where that is not recognised."""
_SAID = {"yes": "network", "1": "network", "no": "local", "0": "local"}
_OCTAL = re.compile(r"\\([0-7]{3})")


def filesystem_type(path: Path) -> str:
    """Return the type of the file system that holds ``path``, such as ``ext4`` or ``nfs4``.

    Parameters
    ----------
    path : Path
        A file or folder that exists.

    Returns
    -------
    str
        The type as ``/proc/self/mountinfo`` names it, or an empty text where that cannot be read; just
        ``network`` or ``local`` where ``$BSH_NETWORK_HOME`` is ``yes`` or ``no``.
    """
    said = _SAID.get(os.environ.get(ENV_VAR, "").lower())
    if said is not None:
        return said
    try:
        target = path.resolve()
        mounts = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in mounts:
        left, _, right = line.partition(" - ")
        mount_point = Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), left.split()[4]))
        depth = len(mount_point.parts)
        if depth >= best and target.is_relative_to(mount_point):  # of two on one point the later is on top
            best, kind = depth, right.split()[0]
    return kind


def is_network(kind: str) -> bool:
    """Return whether a file system of this type is shared with other hosts.

    Parameters
    ----------
    kind : str
        What :func:`filesystem_type` returned.
    """
    return kind in _NETWORK


def journal_mode(kind: str) -> str:
    """Return the journal mode of SQLite that is safe on a file system of this type: ``wal`` or ``delete``.

    Parameters
    ----------
    kind : str
        What :func:`filesystem_type` returned.
    """
    return "delete" if is_network(kind) else "wal"
