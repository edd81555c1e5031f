"""Arrays of numbers, column numbers and truth values."""

from __future__ import annotations

import mmap
import sys
from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.int32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


LARGE = 1 << 22
"""Bytes from which on NumPy asks for large pages."""


def untouched(size: int, kind: type[np.generic]) -> np.ndarray[Any, Any]:
    """An array to be written, of whose memory nothing is taken before, and which is taken in small pages.

    NumPy asks for large pages for a large array. A virtual machine that gives its free memory back to its host may wait
    5 ms for each of them: 0.2 s for 100 MB, for which small ones take 0.04 s.
    """
    length = size * np.dtype(kind).itemsize
    if length < LARGE:
        return np.empty(size, dtype=kind)
    private = {} if sys.platform == "win32" else {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS}
    return np.frombuffer(mmap.mmap(-1, length, **private), dtype=kind)
