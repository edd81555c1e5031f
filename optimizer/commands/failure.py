"""How a command ends: its exit code, and the message of one that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FINE, CHECK_FAILED, INVALID, IMPOSSIBLE, LIMIT_HIT, NO_PLAN, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130


class Failure(Exception):
    """A message for the user and the exit code that goes with it; ``data`` is what --json adds to it."""

    def __init__(self, code: int, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, dict(data or {})
