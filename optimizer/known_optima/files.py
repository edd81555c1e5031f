"""Report files that are written whole or not at all, and found to be writable before the work begins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from optimizer.known_optima.collect import CheckError
from optimizer.plan.run_folder import WriteError


class Destination:
    """A file that is written whole or not at all; what is no regular file, such as a pipe, is written as it is."""

    def __init__(self, path: Path, unfinished: Path | None) -> None:
        self.path, self._unfinished = path, unfinished

    def write(self, text: str) -> None:
        """Put the text in place. Raises WriteError if the disk refuses."""
        data = text.encode("utf-8", "replace")
        try:
            with open(self._unfinished or self.path, "wb") as stream:
                stream.write(data)
                stream.flush()
                if self._unfinished is not None:
                    os.fsync(stream.fileno())
            if self._unfinished is not None:
                os.replace(self._unfinished, self.path)
        except OSError as error:
            raise WriteError(error.errno, f"{self.path}: cannot be written: {error.strerror}") from None


@contextmanager
def destinations(*paths: Path | None) -> Iterator[tuple[Destination | None, ...]]:
    """Places for reports, tried before the work begins. Raises CheckError where nothing can be written."""
    wanted = [path.resolve() for path in paths if path is not None]
    if len(set(wanted)) < len(wanted):
        raise CheckError(f"{wanted[0]}: two reports cannot go to one file")
    with ExitStack() as stack:
        yield tuple(None if path is None else _destination(path, stack) for path in paths)


def _destination(path: Path, stack: ExitStack) -> Destination:
    target = path.resolve()  # a link stays, and what it leads to is replaced
    try:
        if target.is_dir():
            raise CheckError(f"{path}: this is a folder; name a file in it")
        if target.exists() and not target.is_file():
            return Destination(target, None)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".unfinished-{os.getpid()}-{target.name}")
        stack.callback(_forget, unfinished)
        unfinished.touch()
    except OSError as error:
        raise CheckError(f"{path}: cannot be written: {error.strerror}") from None
    return Destination(target, unfinished)


def _forget(unfinished: Path) -> None:
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
