"""What a solve says while it runs."""

from __future__ import annotations

import sys
import time
from typing import IO, TYPE_CHECKING

from optimizer.report.numbers import money, percent

if TYPE_CHECKING:
    from optimizer.contract.progress import Progress


class ProgressLine:
    """One line that is renewed on a terminal; a line now and then where output is not a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._every = 0.2 if self._live else 10.0
        self._last = time.monotonic() - (self._every if self._live else 0.0)
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last, self._shown = now, True
        text = progress_text(progress)
        self._stream.write(f"\r\x1b[2K{text[: _terminal_width() - 1]}" if self._live else f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Take the line away."""
        if self._live and self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def progress_text(progress: Progress) -> str:
    """Level, incumbent, bound, gap and seconds on one line."""
    incumbent = "no plan yet" if progress.incumbent is None else f"best {money(progress.incumbent)}"
    bound = "" if progress.bound is None else f" · bound {money(progress.bound)}"
    gap = ""
    if progress.gap_musd is not None:
        gap = f" · gap {money(progress.gap_musd)} ({percent(progress.gap_share, 2)})"
    place = f"level {progress.number} of {progress.count}, " if progress.count > 1 else ""
    return f"{place}{progress.level}: {incumbent}{bound}{gap} · {progress.seconds:.0f} s"


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
