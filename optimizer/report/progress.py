"""What a solve says while it runs."""

from __future__ import annotations

import sys
import time
from typing import IO, TYPE_CHECKING

from optimizer.report.numbers import money, percent
from optimizer.report.time_left import time_left, time_left_text

if TYPE_CHECKING:
    from optimizer.contract.progress import Progress


OFTEN_S, SELDOM_S = 0.2, 10.0
"""A line is renewed, and another one is written, no more often than this."""

MOST_REMEMBERED = 1000
"""Of a history that is longer every second entry is forgotten."""


class ProgressLine:
    """One line that is renewed on a terminal; a line now and then where output is not a terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._live = self._stream.isatty()
        self._every = OFTEN_S if self._live else SELDOM_S
        self._last = time.monotonic() - (self._every if self._live else 0.0)
        self._shown = False
        self._level, self._history = "", list[tuple[float, float]]()

    def __call__(self, progress: Progress) -> None:
        self._remember(progress)
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last, self._shown = now, True
        wanted = progress.wanted_share
        left = None if wanted is None else time_left(self._history, wanted)
        text = progress_text(progress, left)
        self._stream.write(f"\r\x1b[2K{text[: _terminal_width() - 1]}" if self._live else f"{text}\n")
        self._stream.flush()

    def _remember(self, progress: Progress) -> None:
        if progress.level != self._level:
            self._level, self._history = progress.level, []
        if progress.gap_share is not None:
            self._history.append((progress.seconds, progress.gap_share))
        if len(self._history) > MOST_REMEMBERED:
            del self._history[1::2]

    def close(self) -> None:
        """Take the line away."""
        if self._live and self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def progress_text(progress: Progress, left: tuple[float, float] | None = None) -> str:
    """Level, incumbent and where it is from, bound, gap, seconds, the time that is ``left`` and what is being tried."""
    source = f" ({progress.found_by})" if progress.found_by else ""
    incumbent = "no plan yet" if progress.incumbent is None else f"best {money(progress.incumbent)}{source}"
    bound = "" if progress.bound is None else f" · bound {money(progress.bound)}"
    gap = ""
    if progress.gap_musd is not None:
        gap = f" · gap {money(progress.gap_musd)} ({percent(progress.gap_share, 2)})"
    place = f"level {progress.number} of {progress.count}, " if progress.count > 1 else ""
    rest = "" if left is None else f" · {time_left_text(left)} to {percent(progress.wanted_share, 2)}"
    trying = f" · {progress.trying}" if progress.trying else ""
    return f"{place}{progress.level}: {incumbent}{bound}{gap} · {progress.seconds:.0f} s{rest}{trying}"


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size().columns
