"""Images as TIFF files.

Owns the small part of TIFF 6.0 (Adobe, 1992) that a grey image of numbers needs: one strip, no compression,
little-endian, sample formats unsigned, signed and floating.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

__all__ = ["write_tiff"]

SHORT, LONG = 3, 4
HEADER = 8
FORMATS = {"u": 1, "i": 2, "f": 3}


def write_tiff(path: Path, image: Any) -> None:
    """Write one image.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists.
    image : ndarray, shape ``(rows, columns)``
        Integers or floats of 1 to 8 bytes; bools become bytes.
    """
    import numpy as np

    pixels = np.ascontiguousarray(image)
    if pixels.dtype.kind == "b":
        pixels = pixels.astype("u1")
    if pixels.dtype.kind not in FORMATS or pixels.ndim != 2:
        raise ValueError(f"a TIFF image is a table of numbers, not {pixels.dtype} of shape {pixels.shape}")
    pixels = pixels.astype(pixels.dtype.newbyteorder("<"))
    rows, columns = pixels.shape
    tags = [
        (256, LONG, columns),
        (257, LONG, rows),
        (258, SHORT, 8 * pixels.itemsize),
        (259, SHORT, 1),  # no compression
        (262, SHORT, 1),  # zero is black
        (273, LONG, HEADER),  # the pixels follow the header
        (277, SHORT, 1),
        (278, LONG, rows),
        (279, LONG, pixels.nbytes),
        (339, SHORT, FORMATS[pixels.dtype.kind]),
    ]
    padding = pixels.nbytes % 2
    directory = struct.pack("<H", len(tags))
    directory += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    with path.open("wb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, HEADER + pixels.nbytes + padding))
        file.write(pixels.tobytes() + b"\0" * padding)
        file.write(directory + struct.pack("<I", 0))
