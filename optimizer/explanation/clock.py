"""How much time is left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Clock:
    """Seconds that all of a question may take, from when it begins."""

    limit_s: float
    begun: float = field(default_factory=time.monotonic, kw_only=True)

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.limit_s - self.spent_s)

    def part(self, share: float) -> Self:
        """The same with this share of what is left."""
        return replace(self, limit_s=self.spent_s + share * self.left_s)
