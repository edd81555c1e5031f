"""Files that are there as before or as wanted, whole and on the disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished-"
"""How the names of files begin that are being written; after a kill one may be left."""


def unfinished_name() -> str:
    """A name that nobody else has, and that tells which process is writing."""
    return f"{UNFINISHED}{os.getpid()}-{secrets.token_hex(8)}"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream to what takes the place of ``path`` once the block is done, and never does if it fails.

    Raises OSError.
    """
    unfinished = path.with_name(unfinished_name())
    try:
        with open(unfinished, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name == "nt":  # a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
